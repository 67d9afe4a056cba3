"""The settings of a run: what a user may say at registration, for a pipeline and for a step.

A layer knows only what was set in it. Layers are merged from the outermost to the innermost, and only then the defaults
are filled in (`effective`): otherwise a step that sets one field would reset all others of its pipeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from k8stui.incluster.contract.modes import CONTINUE_ON_FAILURE
from k8stui.incluster.contract.protocol import HOPELESS_REASONS, MAX_MAP_ITEMS
from k8stui.model import rules
from k8stui.model.errors import InvalidInputError
from k8stui.model.friendly import FriendlyModel
from k8stui.model.pod_settings import KubernetesPodSettings

NOT_NEGATIVE = Field(ge=0)

MOST_MAP_ITEMS = 10_000
"""What `max_map_items` can be: each item is a pod, and a line of the record."""

CONFIG_ONLY = (
    "incluster",
    "kubernetes_context",
    "kubernetes_namespace",
    "local",
    "skip_local_validations",
    "parallel_step_startup_waiting_period",
    "pass_token_as_secret",
    "pass_zenml_token_as_secret",
)
"""Fields of the registered orchestrator (`model.config`), which a run can't change."""

RUN_ONLY = frozenset(
    (
        "synchronous",
        "timeout",
        "stream_step_logs",
        "service_account_name",
        "orchestrator_pod_settings",
        "orchestrator_image",
        "pod_name_prefix",
        "max_parallelism",
        "failure_mode",
        "run_timeout",
        "successful_jobs_history_limit",
        "failed_jobs_history_limit",
        "ttl_seconds_after_finished",
        "prevent_orchestrator_pod_caching",
    )
)
"""Fields that concern the whole run, so that a step's own value can't have an effect."""


class KubernetesOrchestratorSettings(FriendlyModel):
    """Settings of a pipeline or of a step; a step's win over its pipeline's.

    Unset fields leave the outer layer's value. `None` goes back to the default. Times are in seconds.

    Raises:
        InvalidInputError: A field is unknown or wrong; the message names it and the value.
    """

    synchronous: bool | None = Field(None, description="true or false: whether the submitter waits for the end")
    timeout: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="seconds that a synchronous submitter waits; 0 means without limit"
    )
    stream_step_logs: bool | None = Field(None, description="true or false: whether the master shows the steps' logs")
    archive_logs: bool | None = Field(
        None, description="true or false: whether the artifact store keeps what steps write to their logs"
    )
    archive_logs_limit: Annotated[int, Field(gt=0)] | None = Field(
        None, description="MiB of each step's log that are kept there"
    )
    service_account_name: str | None = Field(None, description="an existing service account for the master's pod")
    step_pod_service_account_name: str | None = Field(None, description="a service account for the step pods")
    privileged: bool | None = Field(None, description="true or false: whether step containers run privileged")
    pod_settings: KubernetesPodSettings | None = Field(None, description="settings of the step pods")
    orchestrator_pod_settings: KubernetesPodSettings | None = Field(None, description="settings of the master's pod")
    orchestrator_image: str | None = Field(None, description="an image with Python 3.9 or newer for the master's pod")
    requirements_cache: str | None = Field(
        None, description="a folder of a mounted volume, where installed requirements of steps are kept for later steps"
    )
    pod_name_prefix: str | None = Field(None, description="what the names of the step pods begin with")
    pod_startup_timeout: Annotated[int, Field(gt=0)] | None = Field(
        None, description="seconds that a step pod may be pending"
    )
    pod_failure_max_retries: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="how often a step pod that failed to start is created again"
    )
    pod_failure_retry_delay: Annotated[float, NOT_NEGATIVE] | None = Field(
        None, description="seconds before a step pod that failed to start is created again"
    )
    pod_failure_backoff: Annotated[float, Field(ge=1)] | None = Field(
        None, description="factor on that delay for each further time; 1 keeps it the same"
    )
    fail_on_container_waiting_reasons: list[str] | None = Field(
        None, description="a list of reasons of a waiting container, such as InvalidImageName, that end its step"
    )
    step_timeout: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="seconds that an attempt at a step may run; 0 means without limit"
    )
    run_timeout: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="seconds from its first pod that a run may take; 0 means without limit"
    )
    failure_mode: Literal["continue_on_failure", "stop_on_failure", "fail_fast"] | None = Field(
        None, description="continue_on_failure, stop_on_failure or fail_fast: what a failed step means for the others"
    )
    backoff_limit_margin: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="how many evictions a step may meet beyond the 3 it always may"
    )
    max_parallelism: Annotated[int, Field(ge=1)] | None = Field(
        None, description="most step pods at a time; leave it out for no limit"
    )
    max_map_items: Annotated[int, Field(ge=1, le=MOST_MAP_ITEMS)] | None = Field(
        None, description=f"most items that a mapped step may come to, at most {MOST_MAP_ITEMS}"
    )
    successful_jobs_history_limit: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="how many Jobs of successful runs are kept"
    )
    failed_jobs_history_limit: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="how many Jobs of failed runs are kept"
    )
    ttl_seconds_after_finished: Annotated[int, NOT_NEGATIVE] | None = Field(
        None, description="seconds after its end at which a run's Job and pods are removed"
    )
    prevent_orchestrator_pod_caching: bool | None = Field(
        None, description="true or false: whether the master leaves the step cache alone"
    )

    called: ClassVar[str] = "settings"

    @classmethod
    def refusal(cls, where: str, name: str) -> InvalidInputError:
        """The error for a field that the class does not have."""
        if name in CONFIG_ONLY:
            return InvalidInputError(
                f"{where}: {name!r} is set when the orchestrator is registered, not per run",
                hint=f"k8stui orchestrator update NAME --{name}=…",
            )
        return super().refusal(where, name)

    @field_validator("pod_settings", "orchestrator_pod_settings", mode="before")
    @classmethod
    def _with_its_own_path(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None or isinstance(value, KubernetesPodSettings):
            return value
        return KubernetesPodSettings.model_validate(value, context={"where": info.field_name})

    @field_validator("failure_mode", mode="before")
    @classmethod
    def _in_small_letters(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("orchestrator_image")
    @classmethod
    def _image(cls, value: str | None) -> str | None:
        if value and (problem := rules.image_problem(value)):
            raise InvalidInputError(f"{cls.called}.orchestrator_image: {value!r} is not possible: {problem}")
        return value

    @field_validator("requirements_cache")
    @classmethod
    def _folder(cls, value: str | None) -> str | None:
        if value and not value.startswith("/"):
            raise InvalidInputError(
                f"{cls.called}.requirements_cache: {value!r} is not possible: it must be an absolute folder",
                hint="Mount a volume at it by pod_settings.volumes and volume_mounts.",
            )
        return value

    @field_validator("service_account_name", "step_pod_service_account_name")
    @classmethod
    def _object_name(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and (problem := rules.dns_subdomain_problem(value)):
            raise InvalidInputError(f"{cls.called}.{info.field_name}: {value!r} is not possible: {problem}")
        return value

    def explicit(self) -> dict[str, Any]:
        """The fields that were set, by name; pod settings as dictionaries of what was set in them."""
        given = {name: getattr(self, name) for name in KubernetesOrchestratorSettings.model_fields}
        return {
            name: value.explicit() if isinstance(value, KubernetesPodSettings) else value
            for name, value in given.items()
            if name in self.model_fields_set
        }

    def effective(self) -> EffectiveSettings:
        """The settings with the defaults filled in."""
        given = {name: getattr(self, name) for name in self.explicit()}
        return EffectiveSettings(**{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True, kw_only=True)
class EffectiveSettings:
    """All settings, with their defaults. Field by field those of `KubernetesOrchestratorSettings`."""

    synchronous: bool = True
    timeout: int = 0
    stream_step_logs: bool = True
    archive_logs: bool = True
    archive_logs_limit: int = 16
    service_account_name: str = ""
    step_pod_service_account_name: str = ""
    privileged: bool = False
    pod_settings: KubernetesPodSettings = field(default_factory=KubernetesPodSettings)
    orchestrator_pod_settings: KubernetesPodSettings = field(default_factory=KubernetesPodSettings)
    orchestrator_image: str = ""
    requirements_cache: str = ""
    pod_name_prefix: str = ""
    pod_startup_timeout: int = 600
    pod_failure_max_retries: int = 3
    pod_failure_retry_delay: float = 10
    pod_failure_backoff: float = 1.0
    fail_on_container_waiting_reasons: Sequence[str] = HOPELESS_REASONS
    step_timeout: int = 0
    run_timeout: int = 0
    failure_mode: str = CONTINUE_ON_FAILURE
    backoff_limit_margin: int = 0
    max_parallelism: int = 0
    max_map_items: int = MAX_MAP_ITEMS
    successful_jobs_history_limit: int | None = None
    failed_jobs_history_limit: int | None = None
    ttl_seconds_after_finished: int | None = None
    prevent_orchestrator_pod_caching: bool = False


def merge(*layers: KubernetesOrchestratorSettings | None) -> KubernetesOrchestratorSettings:
    """The layers as one, from the outermost to the innermost, whose values win.

    Dictionaries are merged key by key at every depth; lists and all other values are replaced.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        if layer is not None:
            merged = merged_tables(merged, layer.explicit())
    return KubernetesOrchestratorSettings.model_validate(merged)


def merged_tables(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """Two tables as one, key by key at every depth; the inner one's values win, lists are replaced."""
    result = dict(outer)
    for key, value in inner.items():
        known = result.get(key)
        result[key] = merged_tables(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return result
