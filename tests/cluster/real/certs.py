"""The cluster's own certificate authority, made anew for every cluster with openssl, and kubeconfigs made from it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from . import shell
from .layout import API_SERVICE_IP, NODE_IP, NODE_NAME, SERVER_URL, RunFolder

DAYS = "30"
EC_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Identity:
    """Who a certificate speaks for: user name, group, and for servers the names and addresses they answer to."""

    file: str
    user: str
    group: str = ""
    server_names: str = ""
    kubeconfig: bool = True


IDENTITIES = (
    Identity("admin", "kubernetes-admin", "system:masters"),
    Identity("kube-controller-manager", "system:kube-controller-manager"),
    Identity("kube-scheduler", "system:kube-scheduler"),
    Identity("kube-proxy", "system:kube-proxy"),
    Identity("kubelet", f"system:node:{NODE_NAME}", "system:nodes"),
    Identity(
        "apiserver",
        "kube-apiserver",
        server_names="DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,"
        f"DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:{API_SERVICE_IP},IP:{NODE_IP}",
        kubeconfig=False,
    ),
    Identity("kubelet-server", NODE_NAME, server_names=f"DNS:{NODE_NAME},IP:{NODE_IP}", kubeconfig=False),
)


def make_all(folder: RunFolder, *, server_url: str = SERVER_URL) -> None:
    """Write the authority, every identity's key and certificate, the service-account key and the kubeconfigs."""
    pki = folder.pki
    shell.run(
        *("openssl", "req", "-x509", *EC_KEY, "-keyout", pki / "ca.key", "-out", pki / "ca.crt"),
        *("-days", DAYS, "-subj", "/CN=k8stui-test-ca", "-addext", "keyUsage=critical,keyCertSign,digitalSignature"),
    )
    shell.run("openssl", "genrsa", "-out", pki / "service-account.key", "2048")
    shell.run("openssl", "rsa", "-in", pki / "service-account.key", "-pubout", "-out", pki / "service-account.pub")
    for identity in IDENTITIES:
        _issue(pki, identity)
        if identity.kubeconfig:
            text = _kubeconfig(pki, identity, server_url)
            path = folder.config / f"{identity.file}.kubeconfig"
            path.touch(mode=0o600)
            path.write_text(text)


def _issue(pki: Path, identity: Identity) -> None:
    subject = (f"/O={identity.group}" if identity.group else "") + f"/CN={identity.user}"
    key, request, extensions = (pki / f"{identity.file}.{kind}" for kind in ("key", "csr", "ext"))
    usage = "serverAuth" if identity.server_names else "clientAuth"
    names = f"subjectAltName={identity.server_names}\n" if identity.server_names else ""
    extensions.write_text(f"keyUsage=critical,digitalSignature\nextendedKeyUsage={usage}\n{names}")
    shell.run("openssl", "req", "-new", *EC_KEY, "-keyout", key, "-out", request, "-subj", subject)
    shell.run(
        *("openssl", "x509", "-req", "-in", request, "-out", pki / f"{identity.file}.crt", "-days", DAYS),
        *("-CA", pki / "ca.crt", "-CAkey", pki / "ca.key", "-CAcreateserial", "-extfile", extensions),
    )


def _kubeconfig(pki: Path, identity: Identity, server_url: str) -> str:
    """Return a kubeconfig that holds everything it needs, so that it can be copied. JSON is YAML."""

    def embedded(name: str) -> str:
        return base64.b64encode((pki / name).read_bytes()).decode()

    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "k8stui-test",
                "cluster": {"server": server_url, "certificate-authority-data": embedded("ca.crt")},
            }
        ],
        "users": [
            {
                "name": identity.user,
                "user": {
                    "client-certificate-data": embedded(f"{identity.file}.crt"),
                    "client-key-data": embedded(f"{identity.file}.key"),
                },
            }
        ],
        "contexts": [
            {
                "name": "k8stui-test",
                "context": {"cluster": "k8stui-test", "user": identity.user, "namespace": "default"},
            }
        ],
        "current-context": "k8stui-test",
    }
    return json.dumps(config, indent=2) + "\n"
