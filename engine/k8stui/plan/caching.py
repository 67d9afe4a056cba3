"""Which steps may be taken from the cache, and what, of all that is known before they run, their results depend on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from k8stui.incluster.contract.protocol import KIND_PYTHON, Plan
from k8stui.incluster.master.firing import DUE
from k8stui.incluster.scheduling.caching import digest_of
from k8stui.incluster.wire.variables import ENV_SCHEDULED_TIME
from k8stui.model.labels import plain_slug, with_digest
from k8stui.model.pipeline import PipelineSpec, StepSpec
from k8stui.model.settings import EffectiveSettings
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.reach import Reach
from k8stui.plan.request import RunRequest

MAX_NAME = 80
"""Characters of the name of an index: readable, and far below what an object may have."""

NOT_ASKED = "--no-cache was given"
PREVENTED = "prevent_orchestrator_pod_caching is set"

ALL_CACHED = (
    "its steps depend on nothing that changes from run to run, so that later runs take all results from the first: "
    "enable_cache=False or --no-cache runs them each time"
)
"""What is told of a schedule that would do its work only once."""


def index_name(pipeline: str) -> str:
    """The ConfigMap with the index of a pipeline's results."""
    return with_digest(f"cache-{plain_slug(pipeline) or 'pipeline'}", of=pipeline, limit=MAX_NAME)


def why_unused(request: RunRequest, settings: EffectiveSettings) -> str:
    """Why a run does not use earlier results; empty when it does."""
    if not request.cache:
        return NOT_ASKED
    return PREVENTED if settings.prevent_orchestrator_pod_caching else ""


def works_once(plan: Plan) -> bool:
    """Whether all later runs of a schedule would be taken from the cache."""
    ordinary = [step.cache for step in plan.steps if not step.hook]
    return not plan.no_cache and all(cache and not cache.endswith(f".{DUE}") for cache in ordinary)


@dataclass
class CacheDigests:
    """What the results of a pipeline's steps depend on.

    Attributes:
        spec: The pipeline.
        scheduled: Whether runs of it are due at a time, for which a step may ask.
        store: Where results are kept: those in one store are of no use to a run with another.
    """

    spec: PipelineSpec
    scheduled: bool
    store: ArtifactStoreConfig | None = None
    _reach: Reach | None = None
    _settings: dict[tuple[int, str], str] = field(default_factory=dict)

    def of(self, step: StepSpec, settings: EffectiveSettings) -> str:
        """What the plan says of a step: see `StepPlan.cache`."""
        if not self._is_cached(step):
            return ""
        code, asks_time = self._code(step)
        due = f".{DUE}" if asks_time and self.scheduled else ""
        return f"{code}.{self._settings_digest(step, settings)}{due}"

    def _is_cached(self, step: StepSpec) -> bool:
        if step.hook:
            return False
        if step.kind != KIND_PYTHON:  # It returns nothing: what it does besides is all it is for.
            return bool(step.enable_cache)
        return next((given for given in (step.enable_cache, self.spec.enable_cache) if given is not None), True)

    def _code(self, step: StepSpec) -> tuple[str, bool]:
        if step.kind != KIND_PYTHON:
            return digest_of([step.command, step.args]), True
        if self._reach is None and self.spec.code is not None:
            self._reach = Reach(self.spec.code)
        found = self._reach.of(step.module, step.function) if self._reach else None
        return (found.digest, found.asks_time or ENV_SCHEDULED_TIME in step.env) if found else ("", False)

    def _settings_digest(self, step: StepSpec, settings: EffectiveSettings) -> str:
        """Of what a step can notice: where it runs, how often it is tried and what it may use changes no result."""
        required = [*self.spec.requirements, *step.requirements]
        key = (id(settings), json.dumps([step.env, required], sort_keys=True))
        if key not in self._settings:
            pod = settings.pod_settings
            seen: list[Any] = [pod.env, pod.env_from, pod.volumes, pod.volume_mounts, pod.additional_pod_spec_args]
            seen += [required] if required else []
            if self.store is not None:
                seen.append([self.store.path, self.store.claim, self.store.options])
            self._settings[key] = digest_of([step.env, *seen])
        return self._settings[key]
