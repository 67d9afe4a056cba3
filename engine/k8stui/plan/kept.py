"""What a compiled plan tells of the place that it was made for: its artifact store and its pull secret.

Both stand in the manifests only, as the steps' pods need them. So they are known of every run that keeps its plan,
those of schedules and of earlier versions included. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from k8stui.incluster.protocol import Plan
from k8stui.incluster.taskenv import ENV_STORE
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.storing import VOLUME, store_told


def store_of(plan: Plan) -> ArtifactStoreConfig | None:
    """The artifact store of a plan's steps, with the claim that is mounted for it; None for none."""
    for template in plan.templates:
        for variable in _variables(template):
            if variable["name"] == ENV_STORE:
                return store_told(variable["value"], _claim(template))
    return None


def pull_secret_of(plan: Plan, job_spec: Mapping[str, Any]) -> str:
    """The Secret that all pods of a run pull by; empty for none.

    Args:
        plan: Its plan.
        job_spec: The spec of its Job.
    """
    everywhere = [_pulled_by(one) for one in (*plan.templates, job_spec["template"])]
    common = [name for name in everywhere[-1] if all(name in found for found in everywhere)]
    return common[-1] if common else ""  # The stack's comes after those of the settings.


def _variables(template: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for container in template["spec"]["containers"]:
        yield from container.get("env") or ()


def _claim(template: Mapping[str, Any]) -> str:
    mounted = (one for one in template["spec"].get("volumes") or () if one["name"] == VOLUME)
    return next((str(one["persistentVolumeClaim"]["claimName"]) for one in mounted), "")


def _pulled_by(template: Mapping[str, Any]) -> list[str]:
    return [str(one.get("name") or "") for one in template["spec"].get("imagePullSecrets") or ()]
