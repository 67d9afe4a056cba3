"""Settings with a mistake in them, chosen by a parameter, since each must be refused at submit."""

from typing import Any

from k8stui import KubernetesOrchestratorSettings, pipeline, step

SOMETIMES = {"additional_pod_spec_args": {"dns_policy": "Sometimes"}}
"""A field that exists, with a value that only the server knows to be wrong."""

MISTAKES: dict[str, dict[str, Any]] = {
    "unknown_setting": {"pod_setings": {}},
    "unknown_pod_setting": {"pod_settings": {"volumez": []}},
    "unknown_field_within": {"pod_settings": {"tolerations": [{"key": "gpu", "operater": "Exists"}]}},
    "unknown_in_additional": {"pod_settings": {"additional_pod_spec_args": {"active_deadline": 30}}},
    "only_the_server": {"pod_settings": SOMETIMES},
}


@step
def nothing() -> None: ...


@pipeline
def mistaken(mistake: str) -> None:
    nothing.with_options(settings=KubernetesOrchestratorSettings(**MISTAKES[mistake]))()


@pipeline(settings={"orchestrator": {"orchestrator_pod_settings": SOMETIMES}})
def conducted() -> None:
    nothing()
