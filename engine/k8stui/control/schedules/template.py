"""What a schedule's runs begin with, as it is kept: plan, code and the settings that were set over the pipeline's."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import SECRETS
from k8stui.control.code.kept import code_in_store, code_of
from k8stui.control.code.store import fetch_code
from k8stui.control.runs.reading import get_maps
from k8stui.control.schedules.finding import gone
from k8stui.control.schedules.views import known_of
from k8stui.control.truth import records
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.wire.variables import ENV_CREDENTIALS, ENV_PARTS, ENV_PLAN, ENV_STORE_SECRETS
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.settings import KubernetesOrchestratorSettings
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.kept import store_of, unescaped

Json = dict[str, Any]


@dataclass(frozen=True)
class KeptTemplate:
    """The template of a schedule.

    Attributes:
        cron_job: Its CronJob.
        plan: What the masters of its runs begin with.
        own_code: The code package, a zip; empty where there is none, or it is in the artifact store.
        credentials: Those of its steps, which stay with it.
        by_secret: Whether they are in a Secret of its own; else in the environment of its masters.
    """

    cron_job: Json
    plan: Plan
    own_code: bytes
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    by_secret: bool = False

    async def code(self) -> bytes:
        """The code package, a zip, from the artifact store where it is there; empty where there is none.

        Raises:
            NotFoundError: It is gone.
            ConflictError: What is there is not what the schedule was given.
            K8stuiError: The store cannot be read from here.
        """
        if digest := code_in_store(self.plan):
            return await fetch_code(digest, self.artifact_store, self.store_secrets)
        return self.own_code

    @property
    def store_secrets(self) -> dict[str, str]:
        """Those of the artifact store."""
        known: dict[str, str] = json.loads(self.credentials.get(ENV_STORE_SECRETS) or "{}")
        return known

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
        # Earlier versions noted none.
        return ArtifactStoreConfig(**given) if given else store_of(self.plan)

    @property
    def config(self) -> KubernetesOrchestratorSettings:
        """The outermost layer of its settings: what the orchestrator was registered with when it was created."""
        given = known_of(self.cron_job).get("config") or {}
        return KubernetesOrchestratorConfig(
            **given,
            parallel_step_startup_waiting_period=self.plan.startup_pause or None,
            pass_token_as_secret=self.by_secret,
        )


async def kept_template(cluster: Cluster, cron_job: Json) -> KeptTemplate:
    """The template of a schedule.

    Raises:
        ConflictError: It has lost it.
        NotFoundError: The Secret with its credentials is gone.
        ForbiddenError: This user may not read that.
    """
    name, namespace = cron_job["metadata"]["name"], cron_job["metadata"]["namespace"]
    template = cron_job["spec"]["jobTemplate"]["spec"]
    found = await get_maps(cluster, parts_of(template), namespace=namespace)
    maps = {part["metadata"]["name"]: part for part in found}
    plan = records.read_plan([_place(where) for where in _listed(template, ENV_PLAN)], maps)
    code = code_of(plan, maps) if plan else None
    if plan is None or code is None:
        raise gone(name)
    known: dict[str, str] = {}
    for text in _values(template, ENV_CREDENTIALS):
        known |= json.loads(unescaped(text))
    by_secret = bool(plan.credentials) and not known
    if by_secret:
        secret = await cluster.get(SECRETS, names.schedule_credentials_name(name), namespace=namespace)
        known = {key: b64decode(value).decode() for key, value in (secret.get("data") or {}).items()}
    credentials = {key: known[key] for key in plan.credentials if key in known}
    return KeptTemplate(cron_job, plan, code, credentials, by_secret)


def parts_of(job_spec: Json) -> list[str]:
    """The ConfigMaps that a Job of a schedule begins with, in order.

    Args:
        job_spec: The spec of the Job, or of its template in the CronJob.
    """
    return _listed(job_spec, ENV_PARTS)


def _listed(job_spec: Json, variable: str) -> list[str]:
    return [name for text in _values(job_spec, variable) for name in text.split(",") if name]


def _values(job_spec: Json, variable: str) -> list[str]:
    containers = job_spec["template"]["spec"].get("containers") or ()
    return [one.get("value") or "" for each in containers for one in each.get("env") or () if one["name"] == variable]


def _place(where: str) -> tuple[str, str]:
    name, _, key = where.partition("/")
    return name, key
