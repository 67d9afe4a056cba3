"""Security contexts: Pod Security Standard `restricted` unless the user asks for something else.

A user's own values are laid over the defaults key by key. Where one of them makes a default impossible (root with
`runAsNonRoot`, privileged with `allowPrivilegeEscalation: false`), the default gives way: the server would refuse both.
Source: the page "Pod Security Standards" of the Kubernetes documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from k8stui.plan.layers import laid_over


@dataclass(frozen=True)
class SecurityContexts:
    """The contexts of one pod and its container.

    Attributes:
        pod: The pod's securityContext.
        container: The container's securityContext.
        foreign_user: Whether the container runs as a user that the image doesn't know: it needs a home.
    """

    pod: dict[str, Any]
    container: dict[str, Any]
    foreign_user: bool


def security_contexts(
    *, pod: Mapping[str, Any], container: Mapping[str, Any], privileged: bool, uid: int | None
) -> SecurityContexts:
    """The contexts of a pod.

    Args:
        pod: What the user said about the pod.
        container: What the user said about the container.
        privileged: Whether the container shall be privileged; the user's own value in `container` wins.
        uid: User and group to run as; None to leave them to the platform.
    """
    if container.get("privileged", privileged):
        return SecurityContexts(dict(pod), laid_over({"privileged": True}, container), foreign_user=False)
    user = container.get("runAsUser", pod.get("runAsUser"))
    own_user = container.get("runAsNonRoot", pod.get("runAsNonRoot")) is False and user is None
    defaults: dict[str, Any] = {"seccompProfile": {"type": "RuntimeDefault"}}
    if not own_user and user != 0:
        defaults["runAsNonRoot"] = True
    if not own_user and uid is not None:
        defaults["fsGroup"] = uid
        defaults["fsGroupChangePolicy"] = "OnRootMismatch"
        if user is None:
            defaults["runAsUser"] = uid
            defaults["runAsGroup"] = uid
    escalation: dict[str, Any] = {"allowPrivilegeEscalation": False}
    if "SYS_ADMIN" in (container.get("capabilities") or {}).get("add", ()):
        escalation = {}  # the server refuses the capability together with allowPrivilegeEscalation: false
    return SecurityContexts(
        laid_over(defaults, pod),
        laid_over({**escalation, "capabilities": {"drop": ["ALL"]}}, container),
        foreign_user=not own_user and user != 0,
    )
