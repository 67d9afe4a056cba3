"""Whether the parts of a stack can meet: a cluster elsewhere does not see this machine's folders and registries.

Pure but for the question whether an address is this machine's. `skip_local_validations` skips all of it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.stacks.active import ActiveStack

_LOCAL_NAMES = frozenset(
    (
        "localhost",
        "host.docker.internal",
        "kubernetes.docker.internal",
        "host.minikube.internal",
        "control-plane.minikube.internal",
    )
)

_LOCAL_CONTEXTS = re.compile(
    r"(kind|k3d)-.+|minikube|docker-desktop|docker-for-desktop|rancher-desktop|orbstack|colima(-.+)?|microk8s"
)
"""What the tools that run a cluster on a developer's machine call its context."""


def local_problems(
    stack: ActiveStack, server: str, context: str, *, is_own: Callable[[str], bool] | None = None
) -> list[InvalidInputError]:
    """What of a stack cannot work on a cluster, each with what to do about it.

    Args:
        stack: The stack.
        server: URL of the API server.
        context: Name of the kubeconfig's context; empty for none.
        is_own: Whether an address is one of this machine's.
    """
    config: KubernetesOrchestratorConfig = stack.orchestrator.config
    if config.skip_local_validations:
        return []
    here = is_local_cluster(server, context, is_own or own_address)
    problems, update = [], f"k8stui orchestrator update {stack.names.orchestrator}"
    if config.local and not here:
        called = f"the context {context}, {server}," if context else f"the cluster {server}"
        problems.append(
            InvalidInputError(
                f"orchestrator.local: true, but {called} is not on this machine.",
                hint=f"{update} --local=false, or another --kubernetes_context; --skip_local_validations skips this.",
            )
        )
    store = stack.artifact_store
    if (
        store
        and store.config.flavor == "local"
        and not store.config.claim
        and not _mounted(config, _folder(store.config.path))
    ):
        name = stack.names.artifact_store
        problems.append(
            InvalidInputError(
                f"artifact_store.path: {store.config.path} is a folder that no pod sees: nothing is mounted there.",
                hint=f"k8stui artifact-store update {name} --claim=PVC, or mount a volume there: {update} "
                "--pod_settings=@FILE; --skip_local_validations skips this.",
            )
        )
    registry = stack.container_registry
    if registry and not here and _host(f"//{registry.config.uri}") in ("localhost", "127.0.0.1", "::1"):
        problems.append(
            InvalidInputError(
                f"container_registry.uri: {registry.config.uri} is this machine, where nodes of {server} pull nothing.",
                hint=f"k8stui container-registry update {stack.names.container_registry} --uri=HOST that they reach; "
                "--skip_local_validations skips this.",
            )
        )
    return problems


def is_local_cluster(server: str, context: str, is_own: Callable[[str], bool]) -> bool:
    """Whether a cluster is on this machine, as far as its address and its context tell."""
    host = _host(server)
    return host in _LOCAL_NAMES or bool(_LOCAL_CONTEXTS.fullmatch(context)) or is_own(host)


def own_address(host: str) -> bool:
    """Whether an IP address is one of this machine's. Names are not looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address.is_loopback:
        return True
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _folder(path: str) -> str:
    return urlsplit(path).path


def _mounted(config: KubernetesOrchestratorConfig, folder: str) -> bool:
    """Whether the settings of all steps mount something at a folder, or above it."""
    mounts = (config.pod_settings.volume_mounts if config.pod_settings else None) or []
    return any(PurePosixPath(folder).is_relative_to(str(mount.get("mountPath") or "/nowhere")) for mount in mounts)
