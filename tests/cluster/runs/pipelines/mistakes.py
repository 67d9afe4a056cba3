"""Settings with a mistake in them, chosen by a parameter, since each must be refused at submit."""

from typing import Any

from k8stui import KubernetesOrchestratorSettings, pipeline, step

MISTAKES: dict[str, dict[str, Any]] = {
    "unknown_setting": {"pod_setings": {}},
    "unknown_pod_setting": {"pod_settings": {"volumez": []}},
    "unknown_field_within": {"pod_settings": {"tolerations": [{"key": "gpu", "operater": "Exists"}]}},
    "unknown_in_additional": {"pod_settings": {"additional_pod_spec_args": {"active_deadline": 30}}},
    "only_the_server": {"pod_settings": {"additional_pod_spec_args": {"dns_policy": "Sometimes"}}},
    "only_the_server_orchestrator": {"orchestrator_pod_settings": {"additional_pod_spec_args": {"priority": 1 << 40}}},
}


@step
def nothing() -> None: ...


@pipeline
def mistaken(mistake: str) -> None:
    nothing.with_options(settings=KubernetesOrchestratorSettings(**MISTAKES[mistake]))()
