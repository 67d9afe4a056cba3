"""A pod as runs have them where their author says nothing but the stack may: shown to the server, or run as probe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k8stui.cluster.resources import JsonObject
from k8stui.incluster.contract import names
from k8stui.model.labels import new_suffix
from k8stui.model.pod_settings import KubernetesPodSettings
from k8stui.plan.pods import SMALL_REQUESTS, pod
from k8stui.plan.request import DEFAULT_UID
from k8stui.stacks.active import ActiveStack


def settings_of(stack: ActiveStack | None, *, orchestrator: bool = False) -> KubernetesPodSettings:
    """What a stack says about the pods of steps, or about those of orchestrators."""
    if stack is None:
        return KubernetesPodSettings()
    config = stack.orchestrator.config
    return (config.orchestrator_pod_settings if orchestrator else config.pod_settings) or KubernetesPodSettings()


def resources_of(stack: ActiveStack | None) -> dict[str, Mapping[str, Mapping[str, str]]]:
    """Requests and limits of the pods of runs, by what one calls those pods; one entry where all have the same."""
    steps, masters = (settings_of(stack, orchestrator=one).resources or SMALL_REQUESTS for one in (False, True))
    if steps == masters:
        return {"pods of runs": steps}
    return {"pods of steps": steps, "pods of orchestrators": masters}


def usual_pod(
    namespace: str,
    image: str,
    command: Sequence[str],
    *,
    stack: ActiveStack | None = None,
    orchestrator: bool = False,
    env: Sequence[dict[str, Any]] = (),
    spec: dict[str, Any] | None = None,
) -> JsonObject:
    """Its manifest.

    Args:
        namespace: Where.
        image: Of its container.
        command: Of its container.
        stack: The one that is used; None for none.
        orchestrator: Whether it is as an orchestrator's pod, not as a step's.
        env: Variables of its container.
        spec: Further fields of its spec; without any it gets no service account's token, as steps do.

    Raises:
        InvalidInputError: The stack's settings don't fit each other.
    """
    registry = stack.container_registry if stack else None
    made = pod(
        where="orchestrator_pod_settings" if orchestrator else "pod_settings",
        container={"name": names.STEP_CONTAINER, "image": image, "command": list(command), "env": list(env)},
        settings=settings_of(stack, orchestrator=orchestrator),
        labels={names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_COMPONENT: "doctor"},
        uid=DEFAULT_UID,
        spec=spec or {"automountServiceAccountToken": False},
        privileged=bool(stack and stack.orchestrator.config.privileged and not orchestrator),
        pull_secret=registry.config.pull_secret if registry else "",
    )
    made["metadata"] |= {"name": f"k8stui-doctor-{new_suffix()}", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", **made}
