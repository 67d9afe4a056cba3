"""The command line of every component, in the order they have to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .layout import (
    API_PORT,
    NODE_IP,
    NODE_NAME,
    POD_CIDR,
    SERVICE_CIDR,
    RunFolder,
)
from .packages import program


@dataclass(frozen=True)
class Component:
    """One program of the cluster; `health_url` answers 200 when it works (empty: it has none)."""

    name: str
    argv: tuple[str, ...]
    health_url: str = ""


@dataclass(frozen=True)
class Ports:
    """Where etcd and the API server listen."""

    api: int = API_PORT
    etcd: int = 2379
    etcd_peer: int = 2380

    @property
    def etcd_url(self) -> str:
        """Of etcd, for its clients."""
        return f"http://127.0.0.1:{self.etcd}"


def etcd(folder: RunFolder, binaries: Mapping[str, Path], ports: Ports = Ports()) -> Component:
    """Return the store of the API server."""
    peer = f"http://127.0.0.1:{ports.etcd_peer}"
    return _component(
        "etcd",
        binaries["etcd"],
        health_url=f"{ports.etcd_url}/health",
        data_dir=folder.etcd,
        name="k8stui-test",
        listen_client_urls=ports.etcd_url,
        advertise_client_urls=ports.etcd_url,
        listen_peer_urls=peer,
        initial_advertise_peer_urls=peer,
        initial_cluster=f"k8stui-test={peer}",
        unsafe_no_fsync="true",  # nobody needs this data after a power cut
        log_level="warn",
    )


def api_server(
    folder: RunFolder, binaries: Mapping[str, Path], ports: Ports = Ports(), **flags: str | int | Path
) -> Component:
    """Return the API server; `flags` are added to those of an ordinary cluster, or take their place."""
    pki = folder.pki
    usual: dict[str, str | int | Path] = {
        "etcd_servers": ports.etcd_url,
        "secure_port": ports.api,
        "bind_address": "0.0.0.0",
        "advertise_address": NODE_IP,
        "tls_cert_file": pki / "apiserver.crt",
        "tls_private_key_file": pki / "apiserver.key",
        "client_ca_file": pki / "ca.crt",
        "kubelet_certificate_authority": pki / "ca.crt",
        "kubelet_client_certificate": pki / "admin.crt",
        "kubelet_client_key": pki / "admin.key",
        "kubelet_preferred_address_types": "InternalIP",
        "service_account_issuer": "https://kubernetes.default.svc.cluster.local",
        "service_account_key_file": pki / "service-account.pub",
        "service_account_signing_key_file": pki / "service-account.key",
        "service_cluster_ip_range": SERVICE_CIDR,
        "authorization_mode": "Node,RBAC",
        "enable_admission_plugins": "NodeRestriction",
        "allow_privileged": "true",
    }
    health = f"https://127.0.0.1:{ports.api}/readyz"
    return _component("kube-apiserver", binaries["kube-apiserver"], health_url=health, **{**usual, **flags})


def control_plane(folder: RunFolder, binaries: Mapping[str, Path]) -> list[Component]:
    """Return etcd, the API server, the controllers and the scheduler."""
    config, pki = folder.config, folder.pki
    return [
        etcd(folder, binaries),
        api_server(folder, binaries),
        _component(
            "kube-controller-manager",
            binaries["kube-controller-manager"],
            health_url="https://127.0.0.1:10257/healthz",
            kubeconfig=config / "kube-controller-manager.kubeconfig",
            bind_address="127.0.0.1",
            use_service_account_credentials="true",
            root_ca_file=pki / "ca.crt",
            service_account_private_key_file=pki / "service-account.key",
            cluster_signing_cert_file=pki / "ca.crt",
            cluster_signing_key_file=pki / "ca.key",
            allocate_node_cidrs="true",
            cluster_cidr=POD_CIDR,
            flex_volume_plugin_dir=folder.root / "volume-plugins",
            service_cluster_ip_range=SERVICE_CIDR,
            leader_elect="false",
        ),
        _component(
            "kube-scheduler",
            binaries["kube-scheduler"],
            health_url="https://127.0.0.1:10259/healthz",
            kubeconfig=config / "kube-scheduler.kubeconfig",
            bind_address="127.0.0.1",
            leader_elect="false",
        ),
    ]


def container_runtime(folder: RunFolder) -> Component:
    """Return containerd, which has to run (and know the images) before the kubelet does."""
    return _component("containerd", Path(program("containerd")), config=folder.config / "containerd.toml")


def node(folder: RunFolder, binaries: Mapping[str, Path]) -> list[Component]:
    """Return the kubelet and kube-proxy."""
    return [
        _component(
            "kubelet",
            binaries["kubelet"],
            health_url="http://127.0.0.1:10248/healthz",
            config=folder.config / "kubelet.json",
            kubeconfig=folder.config / "kubelet.kubeconfig",
            root_dir=folder.kubelet,
            cert_dir=folder.pki,
            hostname_override=NODE_NAME,
            node_ip=NODE_IP,
        ),
        _component(
            "kube-proxy",
            binaries["kube-proxy"],
            health_url="http://127.0.0.1:10256/livez",
            config=folder.config / "kube-proxy.json",
        ),
    ]


def _component(name: str, path: Path, /, *, health_url: str = "", **flags: str | int | Path) -> Component:
    """Build a command line; a flag's underscores become hyphens."""
    arguments = (f"--{flag.replace('_', '-')}={value}" for flag, value in flags.items())
    return Component(name=name, argv=(str(path), *arguments), health_url=health_url)
