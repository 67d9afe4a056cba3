"""The Job of the master's pod: what starts the run, and starts its master again when that was lost."""

from __future__ import annotations

from typing import Any

from k8stui.incluster.bootstrap import SOURCE
from k8stui.incluster.contract import names
from k8stui.incluster.wire.variables import ENV_POD, ENV_POD_IP, ENV_POD_UID, ENV_PROGRAM
from k8stui.model.settings import EffectiveSettings
from k8stui.plan.bundle import Reference
from k8stui.plan.pods import pod

BACKOFF_LIMIT = 1000
"""How often the master may be lost. It ends the Job by itself, by a limit of 0, when the run has failed."""

TTL_SECONDS = 7 * 24 * 3600
"""Seconds after its end at which the Job and its pods go, where the settings say nothing: for what crashes leave."""

LOST_NODE_SECONDS = 30
"""Seconds after which a master on an unreachable node is started elsewhere; Kubernetes' default is 300."""

_LOST_NODE = tuple(
    {"key": f"node.kubernetes.io/{taint}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds}
    for taint, seconds in (("not-ready", LOST_NODE_SECONDS), ("unreachable", LOST_NODE_SECONDS))
)

_KEEP = {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}  # an idle-looking node is no reason to move it


def master_job(name: str, namespace: str, labels: dict[str, str], spec: dict[str, Any]) -> dict[str, Any]:
    """The manifest of a run's Job.

    Args:
        name: Its name.
        namespace: Where everything is made.
        labels: k8stui's own labels of every object of the run.
        spec: See `master_spec`.
    """
    own = {**labels, names.LABEL_COMPONENT: names.COMPONENT_ORCHESTRATOR}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": namespace, "labels": own},
        "spec": spec,
    }


def master_spec(
    *,
    values: dict[str, str],
    labels: dict[str, str],
    image: str,
    service_account: str,
    settings: EffectiveSettings,
    program: list[Reference],
    uid: int | None,
    pull_secret: str = "",
) -> dict[str, Any]:
    """The spec of a Job that runs a master.

    Args:
        values: Environment variables that tell the master what to do.
        labels: k8stui's own labels of every object of the run.
        image: Any image with Python 3.9 or newer.
        service_account: Account whose rights the master uses.
        settings: The run's settings.
        program: Where the chunks of our program are.
        uid: User and group to run as; None to leave them to the platform.
        pull_secret: A Secret to pull the image by; empty for none.

    Raises:
        InvalidInputError: Volumes and their mounts don't fit each other.
    """
    facts = {ENV_POD: "metadata.name", ENV_POD_UID: "metadata.uid", ENV_POD_IP: "status.podIP"}
    env = [
        *({"name": key, "value": value} for key, value in values.items()),
        *({"name": key, "valueFrom": {"fieldRef": {"fieldPath": path}}} for key, path in facts.items()),
        *program_variables(program),
    ]
    template = pod(
        where="orchestrator_pod_settings",
        container={
            "name": names.MASTER_CONTAINER,
            "image": image,
            "command": ["python3", "-c", SOURCE, "master"],
            "env": env,
        },
        settings=settings.orchestrator_pod_settings,
        labels={**labels, names.LABEL_COMPONENT: names.COMPONENT_ORCHESTRATOR},
        uid=uid,
        annotations=_KEEP,
        spec={"serviceAccountName": service_account},
        tolerations=_LOST_NODE,
        pull_secret=pull_secret,
    )
    ttl = settings.ttl_seconds_after_finished
    return {
        "backoffLimit": BACKOFF_LIMIT,
        "ttlSecondsAfterFinished": TTL_SECONDS if ttl is None else ttl,
        "template": template,
    }


def program_variables(chunks: list[Reference]) -> list[dict[str, Any]]:
    """The environment variables of our program, as the bootstrap joins them."""
    return [reference.as_env(f"{ENV_PROGRAM}{number}") for number, reference in enumerate(chunks)]
