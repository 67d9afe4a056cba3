"""From a context's name, or another way in, to a `Cluster`: kubeconfig or service account, credentials, transport."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from k8stui.cluster.audit import trail_of
from k8stui.cluster.client import Cluster
from k8stui.cluster.credentials import PodCredentials, TokenFile, UserCredentials
from k8stui.cluster.guardfiles import guard
from k8stui.cluster.kubeconfig import Access, missing_kubeconfig, read_kubeconfig
from k8stui.cluster.login import Login
from k8stui.cluster.requests import Requests
from k8stui.cluster.tls import Endpoint, endpoint_of
from k8stui.incluster.wire.variables import ENV_ACCOUNT_DIR
from k8stui.model.errors import UnreachableError

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where the kubelet puts a pod's token, certificate authority and namespace."""


async def connect(
    *,
    kubeconfig: Path | None = None,
    context: str | None = None,
    namespace: str | None = None,
    in_cluster: bool = False,
    read_only: bool = False,
    interactive: bool = False,
) -> Cluster:
    """Get ready to talk to a cluster. Nothing is sent yet; a login plugin runs at the first request.

    Args:
        kubeconfig: A file; by default those of KUBECONFIG, or `~/.kube/config`.
        context: A context's name; by default the current one.
        namespace: By default the context's, or `default`.
        in_cluster: Use the service account of the pod this runs in. Also the last resort when there is no kubeconfig.
        read_only: Refuse every write.
        interactive: Whether a login plugin may use the terminal; not while a screen is drawn on it.

    Raises:
        NotFoundError: The named context does not exist; the hint lists those that do.
        UnreachableError: There is no usable kubeconfig.
    """
    login = pod_login() if in_cluster else context_login(kubeconfig, context, interactive=interactive)
    return open_cluster(login, namespace=namespace, read_only=read_only)


def open_cluster(login: Login, *, namespace: str | None = None, read_only: bool = False) -> Cluster:
    """Get ready to talk to a cluster; nothing is sent yet.

    Args:
        login: The way in.
        namespace: By default the login's, or `default`; where that is none to keep to, the one that is.
        read_only: Refuse every write; the host's, the person's and the environment's limits hold in any case.

    Raises:
        InvalidInputError: A file with limits cannot be understood.
    """
    from k8stui.cluster.transport import Transport  # noqa: PLC0415 - aiohttp takes 0.25 s; errors above come without it

    limits = guard(read_only=read_only)
    requests = Requests(Transport(login), guard=limits, trail=trail_of(limits.audits))
    if not namespace:
        namespace = login.namespace or "default"
        namespace = namespace if limits.allows(namespace) else limits.only_namespace or namespace
    return Cluster(requests, namespace=namespace)


def context_login(kubeconfig: Path | None, context: str | None, *, interactive: bool = False) -> Login:
    """The way in that a context of the kubeconfig describes; that of the pod where there is no kubeconfig.

    Raises:
        NotFoundError: The named context does not exist; the hint lists those that do.
        UnreachableError: There is no usable kubeconfig.
    """
    found = read_kubeconfig(kubeconfig)
    if found is None:
        if context is None and os.environ.get("KUBERNETES_SERVICE_HOST"):
            return pod_login()
        raise missing_kubeconfig()
    login = access_login(found.access(context), interactive=interactive)
    # The current context of tomorrow may be another one.
    again = partial(asyncio.to_thread, context_login, kubeconfig, login.endpoint.context, interactive=interactive)
    file = str(kubeconfig.absolute()) if kubeconfig else ""
    return replace(login, endpoint=replace(login.endpoint, kubeconfig=file), again=again)


def access_login(access: Access, *, interactive: bool = False) -> Login:
    """The way in that a resolved context describes.

    Raises:
        UnreachableError: Its server, authority or proxy cannot be used.
    """
    credentials = UserCredentials(access, interactive=interactive)
    return Login(endpoint_of(access), credentials, access.namespace, user=access.user.value)


def pod_login() -> Login:
    """The way in of the pod this runs in, by its service account.

    Raises:
        UnreachableError: This runs in no pod, or in one without a service account.
    """
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    folder = Path(os.environ.get(ENV_ACCOUNT_DIR) or SERVICE_ACCOUNT)
    if not host or not (folder / "token").is_file():
        raise UnreachableError(
            "This process does not run in a pod with a service account.",
            hint="Use a kubeconfig instead, or set automountServiceAccountToken: true on the pod.",
        )
    address = f"[{host}]" if ":" in host else host
    authority, own = folder / "ca.crt", folder / "namespace"
    endpoint = Endpoint(
        server=f"https://{address}:{port}", authority=authority.read_bytes() if authority.is_file() else None
    )
    namespace = own.read_text(encoding="utf-8").strip() if own.is_file() else ""
    again = partial(asyncio.to_thread, pod_login)
    return Login(endpoint, PodCredentials(TokenFile(folder / "token")), namespace, again=again)
