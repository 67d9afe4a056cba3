"""What a compiled plan tells of the place that it was made for: its artifact store and its pull secret.

Both stand in the manifests only, as the steps' pods need them. So they are known of every run that keeps its plan,
those of schedules and of earlier versions included. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.wire.variables import ENV_ARCHIVE, ENV_STORE

if TYPE_CHECKING:
    from k8stui.model.stacks import ArtifactStoreConfig

VOLUME = "k8stui-artifacts"
"""The volume of a file:// store's claim."""


def store_of(plan: Plan) -> ArtifactStoreConfig | None:
    """The artifact store of a plan's steps, with the claim that is mounted for it; None for none."""
    found = _told_where(plan.templates, ENV_STORE)
    return _config(*found) if found else None


def archive_of(templates: Iterable[Mapping[str, Any]]) -> tuple[ArtifactStoreConfig, str] | None:
    """The store where steps with these templates archive their logs, and whose they are; None where none does."""
    found = _told_where(templates, ENV_STORE, ENV_ARCHIVE)
    return (_config(*found), str(found[0].get("owner") or "")) if found else None


def pull_secret_of(plan: Plan, job_spec: Mapping[str, Any]) -> str:
    """The Secret that all pods of a run pull by; empty for none.

    Args:
        plan: Its plan.
        job_spec: The spec of its Job.
    """
    everywhere = [_pulled_by(one) for one in (*plan.templates, job_spec["template"])]
    common = [name for name in everywhere[-1] if all(name in found for found in everywhere)]
    return common[-1] if common else ""  # The stack's comes after those of the settings.


def unescaped(text: str) -> str:
    """What a text was that `escape` made the value of an environment variable."""
    return text.replace("$$", "$")


def _told_where(
    templates: Iterable[Mapping[str, Any]], *variables: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """What the first container that has all these variables is told of the store, and the spec of its pod."""
    for template in templates:
        spec = template.get("spec") or {}
        for container in spec.get("containers") or ():
            told = {one["name"]: one.get("value") or "" for one in container.get("env") or ()}
            if all(name in told for name in variables):
                return json.loads(unescaped(told[ENV_STORE])), spec
    return None


def _config(store: Mapping[str, Any], spec: Mapping[str, Any]) -> ArtifactStoreConfig:
    # Whoever lists runs imports this module, and pays for the models of stacks only here.
    from k8stui.model.stacks import ArtifactStoreConfig  # noqa: PLC0415 - see above

    return ArtifactStoreConfig(path=store["path"], options=store.get("options") or {}, claim=_claim(spec))


def _claim(spec: Mapping[str, Any]) -> str:
    mounted = (one for one in spec.get("volumes") or () if one["name"] == VOLUME)
    return next((str(one["persistentVolumeClaim"]["claimName"]) for one in mounted), "")


def _pulled_by(template: Mapping[str, Any]) -> list[str]:
    return [str(one.get("name") or "") for one in template["spec"].get("imagePullSecrets") or ()]
