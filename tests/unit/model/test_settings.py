"""Settings of runs: the seed's fields and defaults, their bounds, and what is said about them."""

from dataclasses import asdict, fields
from typing import Any

import pytest
from pydantic import ValidationError

from k8stui.incluster.contract.protocol import HOPELESS_REASONS
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.pod_settings import KubernetesPodSettings
from k8stui.model.settings import (
    CONFIG_ONLY,
    RUN_ONLY,
    EffectiveSettings,
    KubernetesOrchestratorSettings,
)


def fail(**given: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        KubernetesOrchestratorSettings(**given)
    return str(caught.value)


def test_the_defaults_are_the_seeds() -> None:
    effective = asdict(KubernetesOrchestratorSettings().effective())
    assert effective.pop("pod_settings") == KubernetesPodSettings()
    assert effective.pop("orchestrator_pod_settings") == KubernetesPodSettings()
    assert effective == {
        "synchronous": True,
        "timeout": 0,
        "stream_step_logs": True,
        "archive_logs": True,
        "archive_logs_limit": 16,
        "service_account_name": "",
        "step_pod_service_account_name": "",
        "privileged": False,
        "orchestrator_image": "",
        "requirements_cache": "",
        "pod_name_prefix": "",
        "pod_startup_timeout": 600,
        "pod_failure_max_retries": 3,
        "pod_failure_retry_delay": 10,
        "pod_failure_backoff": 1.0,
        "fail_on_container_waiting_reasons": HOPELESS_REASONS,
        "step_timeout": 0,
        "run_timeout": 0,
        "failure_mode": "continue_on_failure",
        "backoff_limit_margin": 0,
        "max_parallelism": 0,
        "max_map_items": 1000,
        "successful_jobs_history_limit": None,
        "failed_jobs_history_limit": None,
        "ttl_seconds_after_finished": None,
        "prevent_orchestrator_pod_caching": False,
    }


def test_effective_settings_have_the_same_fields() -> None:
    assert {field.name for field in fields(EffectiveSettings)} == set(KubernetesOrchestratorSettings.model_fields)


def test_the_lists_of_special_fields_name_fields_that_exist() -> None:
    assert set(KubernetesOrchestratorSettings.model_fields) >= RUN_ONLY
    names = set(KubernetesOrchestratorConfig.model_fields) - set(KubernetesOrchestratorSettings.model_fields)
    assert set(CONFIG_ONLY) == names | {"pass_zenml_token_as_secret"}


def test_only_what_was_set_is_explicit_the_defaults_value_too() -> None:
    assert KubernetesOrchestratorSettings(timeout=0).explicit() == {"timeout": 0}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", -1),
        ("pod_startup_timeout", 0),
        ("pod_failure_max_retries", -1),
        ("pod_failure_retry_delay", -0.5),
        ("pod_failure_backoff", 0.5),
        ("backoff_limit_margin", -1),
        ("max_parallelism", 0),
        ("successful_jobs_history_limit", -1),
        ("failed_jobs_history_limit", -1),
        ("ttl_seconds_after_finished", -1),
        ("timeout", "soon"),
        ("synchronous", "perhaps"),
        ("service_account_name", "My Account"),
        ("step_pod_service_account_name", "a_b"),
        ("pod_settings", 3),
    ],
)
def test_a_value_out_of_bounds_is_named_with_its_field(name: str, value: object) -> None:
    said = fail(**{name: value})
    assert name in said
    assert repr(value) in said


def test_the_fix_stands_below_the_problem() -> None:
    assert fail(max_parallelism=0).splitlines()[1].endswith("leave it out for no limit")


def test_all_problems_are_told_at_once() -> None:
    said = fail(timeout=-1, timeut=3)
    assert "settings.timeout: -1" in said
    assert "unknown field 'timeut'; did you mean 'timeout'?" in said


@pytest.mark.parametrize("name", CONFIG_ONLY)
def test_what_is_set_at_registration_is_refused_per_run(name: str) -> None:
    assert f"settings: {name!r} is set when the orchestrator is registered, not per run" in fail(**{name: "x"})


def test_errors_in_pod_settings_name_which_of_the_two() -> None:
    pod = {"tolerations": [{"kee": "x"}]}
    assert fail(orchestrator_pod_settings=pod).startswith(
        "orchestrator_pod_settings.tolerations[0]: unknown field 'kee'"
    )
    assert fail(pod_settings=pod).startswith("pod_settings.tolerations[0]: unknown field 'kee'")
    assert fail(orchestrator_pod_settings={"lables": {}}).startswith(
        "orchestrator_pod_settings: unknown field 'lables'"
    )


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        KubernetesOrchestratorSettings().timeout = 3  # type: ignore[misc]  # mypy knows it


def test_the_configuration_takes_all_settings_as_its_layer() -> None:
    config = KubernetesOrchestratorConfig(kubernetes_namespace="ml", timeout=7)
    assert config.explicit() == {"timeout": 7}


def test_the_configuration_knows_the_seeds_name_of_the_token_field() -> None:
    assert KubernetesOrchestratorConfig.model_validate({"pass_zenml_token_as_secret": True}).pass_token_as_secret
    assert KubernetesOrchestratorConfig(pass_token_as_secret=True).pass_token_as_secret


def test_the_configurations_defaults_are_the_seeds() -> None:
    config = KubernetesOrchestratorConfig()
    assert (config.incluster, config.kubernetes_namespace, config.local) == (False, "zenml", False)


def test_a_wrong_field_of_the_configuration_is_named() -> None:
    with pytest.raises(InvalidInputError, match="orchestrator: unknown field 'kubernetes_contxt'; did you mean"):
        KubernetesOrchestratorConfig.model_validate({"kubernetes_contxt": "x"})
