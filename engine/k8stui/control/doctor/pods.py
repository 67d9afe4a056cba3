"""A pod as runs have them where their author says nothing: shown to the server, or run as the probe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8stui.cluster.resources import JsonObject
from k8stui.incluster import names
from k8stui.model.labels import new_suffix
from k8stui.model.pod_settings import KubernetesPodSettings
from k8stui.plan.pods import pod
from k8stui.plan.request import DEFAULT_UID


def usual_pod(
    namespace: str,
    image: str,
    command: Sequence[str],
    *,
    env: Sequence[dict[str, Any]] = (),
    spec: dict[str, Any] | None = None,
) -> JsonObject:
    """Its manifest.

    Args:
        namespace: Where.
        image: Of its container.
        command: Of its container.
        env: Variables of its container.
        spec: Further fields of its spec; without any it gets no service account's token, as steps do.
    """
    made = pod(
        where="pod_settings",
        container={"name": names.STEP_CONTAINER, "image": image, "command": list(command), "env": list(env)},
        settings=KubernetesPodSettings(),
        labels={names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_COMPONENT: "doctor"},
        uid=DEFAULT_UID,
        spec=spec or {"automountServiceAccountToken": False},
    )
    made["metadata"] |= {"name": f"k8stui-doctor-{new_suffix()}", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", **made}
