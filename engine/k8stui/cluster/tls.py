"""How a cluster is reached: its address, its certificate authority, and the proxy on the way."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import ssl
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from k8stui.cluster.credentials import decode
from k8stui.cluster.kubeconfig import Access
from k8stui.model.errors import UnreachableError


@dataclass(frozen=True)
class Endpoint:
    """The address of an API server.

    Attributes:
        server: URL without a slash at its end; may have a path.
        context: The context's name, for errors.
        authority: PEM of the certificate authority; None for the system's.
        insecure: Whether the server's certificate goes unchecked.
        tls_server_name: The name to expect in the certificate instead of the host; empty for the host.
        proxy: URL of an HTTP proxy; empty for none.
        connector: The service connector that leads there, for errors; empty for none.
        kubeconfig: The file in which the context stands, where it is none of the usual ones.
    """

    server: str
    context: str = ""
    authority: bytes | None = None
    insecure: bool = False
    tls_server_name: str = ""
    proxy: str = ""
    connector: str = ""
    kubeconfig: str = ""


def endpoint_of(access: Access, *, environ: Mapping[str, str] = os.environ) -> Endpoint:
    """The endpoint of a context.

    Raises:
        UnreachableError: The server is no URL, its authority cannot be read, or the proxy is of an unknown kind.
    """
    cluster = access.cluster
    server = str(cluster.value["server"]).rstrip("/")
    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnreachableError(f"The server of context {access.context!r} is no URL: {server!r}.")
    proxy = str(cluster.value.get("proxy-url") or "") or _proxy_from_environment(parts.scheme, parts.hostname, environ)
    if proxy and urlsplit(proxy).scheme not in {"http", "https"}:
        raise UnreachableError(f"The proxy {proxy!r} is not supported.", hint="Only http:// and https:// proxies are.")
    return Endpoint(
        server=server,
        context=access.context,
        authority=decode(cluster, "certificate-authority"),
        insecure=bool(cluster.value.get("insecure-skip-tls-verify")),
        tls_server_name=str(cluster.value.get("tls-server-name") or ""),
        proxy=proxy,
    )


def named_endpoint(server: str, authority: bytes | None, *, environ: Mapping[str, str] = os.environ) -> Endpoint:
    """The endpoint of a server that stands in no kubeconfig, by the proxy that the environment names.

    Args:
        server: Its URL.
        authority: PEM of its certificate authority; None for the system's.
        environ: The variables.
    """
    parts = urlsplit(server)
    proxy = _proxy_from_environment(parts.scheme, parts.hostname or "", environ)
    return Endpoint(server.rstrip("/"), authority=authority, proxy=proxy)


def _proxy_from_environment(scheme: str, host: str, environ: Mapping[str, str]) -> str:
    # As in Go, which kubectl follows: loopback never goes through a proxy, NO_PROXY may hold address ranges.
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        excluded = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
        if address.is_loopback or any(_within(address, entry.strip()) for entry in excluded.split(",")):
            return ""
    if host == "localhost":
        return ""
    proxies = {
        key: environ.get(f"{key}_proxy".upper()) or environ.get(f"{key}_proxy") or "" for key in ("http", "https")
    }
    no_proxy = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    if urllib.request.proxy_bypass_environment(host, {"no": no_proxy}):  # type: ignore[attr-defined]  # not in the stubs
        return ""
    return proxies[scheme]


def _within(address: ipaddress.IPv4Address | ipaddress.IPv6Address, entry: str) -> bool:
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def tls_context(endpoint: Endpoint, certificate: tuple[bytes, bytes] | None) -> ssl.SSLContext | None:
    """The TLS settings for an endpoint and a client certificate; None for plain HTTP.

    Raises:
        UnreachableError: The authority or the client certificate cannot be used.
    """
    if endpoint.server.startswith("http://"):
        return None
    authority = endpoint.authority.decode("utf-8", "replace") if endpoint.authority else None
    try:
        context = ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError) as error:
        raise UnreachableError(
            f"The certificate-authority of context {endpoint.context!r} is not usable PEM."
        ) from error
    # Python 3.13 asks for extensions that many clusters' own authorities do not write; kubectl does not.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if endpoint.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        _load_certificate(context, certificate, endpoint.context)
    return context


def _load_certificate(context: ssl.SSLContext, certificate: tuple[bytes, bytes], name: str) -> None:
    def no_password() -> NoReturn:
        # Without this OpenSSL asks on the terminal, under the screen.
        raise UnreachableError(f"The client key of context {name!r} is encrypted, which is not supported.")

    # OpenSSL reads files only. The folder is ours alone (mode 0700) and gone before anything is sent.
    with tempfile.TemporaryDirectory(prefix="k8stui-") as folder:
        paths = Path(folder, "cert.pem"), Path(folder, "key.pem")
        for path, content in zip(paths, certificate, strict=True):
            path.touch(mode=0o600)
            path.write_bytes(content)
        try:
            context.load_cert_chain(*paths, password=no_password)
        except ssl.SSLError as error:
            raise UnreachableError(
                f"The client certificate of context {name!r} is not usable: {error.reason}."
            ) from error
