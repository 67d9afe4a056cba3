"""What a schedule's runs begin with, as it is kept: plan, code and the settings that were set over the pipeline's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.control import records
from k8stui.control.keptcode import code_of
from k8stui.control.runs import get_maps
from k8stui.control.schedules.finding import gone
from k8stui.control.schedules.views import known_of
from k8stui.incluster.jobspec import ENV_PARTS, ENV_PLAN
from k8stui.incluster.protocol import Plan
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.settings import KubernetesOrchestratorSettings
from k8stui.model.stacks import ArtifactStoreConfig

Json = dict[str, Any]


@dataclass(frozen=True)
class KeptTemplate:
    """The template of a schedule.

    Attributes:
        cron_job: Its CronJob.
        plan: What the masters of its runs begin with.
        code: The code package, a zip; empty where there is none.
    """

    cron_job: Json
    plan: Plan
    code: bytes

    @property
    def schedule(self) -> str:
        """Its name."""
        return str(self.cron_job["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Where it is."""
        return str(self.cron_job["metadata"]["namespace"])

    @property
    def image(self) -> str:
        """The default image of its runs."""
        return str(known_of(self.cron_job).get("image") or "")

    @property
    def pull_secret(self) -> str:
        """The Secret that all its pods pull by, besides those of the settings; empty for none."""
        return str(known_of(self.cron_job).get("pull_secret") or "")

    @property
    def artifact_store(self) -> ArtifactStoreConfig | None:
        """Where its runs keep large results; None for nowhere."""
        given = known_of(self.cron_job).get("artifact_store")
        return ArtifactStoreConfig(**given) if given else None

    @property
    def config(self) -> KubernetesOrchestratorSettings:
        """The outermost layer of its settings: what the orchestrator was registered with when it was created."""
        given = known_of(self.cron_job).get("config") or {}
        return KubernetesOrchestratorConfig(
            **given, parallel_step_startup_waiting_period=self.plan.startup_pause or None
        )


async def kept_template(cluster: Cluster, cron_job: Json) -> KeptTemplate:
    """The template of a schedule.

    Raises:
        ConflictError: It has lost it.
        InvalidInputError: Its steps were given credentials, which are not kept.
    """
    name, namespace = cron_job["metadata"]["name"], cron_job["metadata"]["namespace"]
    template = cron_job["spec"]["jobTemplate"]["spec"]
    found = await get_maps(cluster, parts_of(template), namespace=namespace)
    maps = {part["metadata"]["name"]: part for part in found}
    plan = records.read_plan([_place(where) for where in _listed(template, ENV_PLAN)], maps)
    code = code_of(plan, maps) if plan else None
    if plan is None or code is None:
        raise gone(name)
    if plan.credentials:
        raise InvalidInputError(
            f"The schedule {name} was given credentials ({', '.join(plan.credentials)}), and they are not kept.",
            hint="Create it again from its file: k8stui schedule create FILE",
        )
    return KeptTemplate(cron_job, plan, code)


def parts_of(job_spec: Json) -> list[str]:
    """The ConfigMaps that a Job of a schedule begins with, in order.

    Args:
        job_spec: The spec of the Job, or of its template in the CronJob.
    """
    return _listed(job_spec, ENV_PARTS)


def _listed(job_spec: Json, variable: str) -> list[str]:
    containers = job_spec["template"]["spec"].get("containers") or ()
    found = (one.get("value") or "" for each in containers for one in each.get("env") or () if one["name"] == variable)
    return [name for text in found for name in text.split(",") if name]


def _place(where: str) -> tuple[str, str]:
    name, _, key = where.partition("/")
    return name, key
