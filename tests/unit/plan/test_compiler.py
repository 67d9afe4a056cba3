"""From pipeline and settings to a plan: what the master will read, what is refused, and how large it may be."""

import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from k8stui.control.code.kept import code_in_store
from k8stui.control.code.kept import code_of as code_of_plan
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import HOPELESS_REASONS, Plan, Retry, Startup
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import CodePackage, PipelineSpec, StepSpec
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import RunRequest, default_image
from tests.unit.plan.samples import (
    CODE,
    REQUEST,
    compiled,
    container,
    container_step,
    pipeline,
    python_step,
    step_pod,
    variables,
)

KIB = 1024


def fail(*steps: StepSpec, **fields: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        compiled(*steps, **fields)
    return str(caught.value)


def test_steps_stand_in_topological_order_with_their_parents() -> None:
    steps = (
        python_step("c", after=("a",), inputs={"x": Input(step="b", output="output")}),
        python_step("b"),
        python_step("a"),
    )
    plan = compiled(*steps).plan
    assert [step.name for step in plan.steps] == ["b", "a", "c"]
    assert plan.steps[2].after == ("a", "b")


def test_a_step_keeps_what_its_author_said() -> None:
    values = {"n": Input(value=3)}
    (step,) = compiled(python_step("a", inputs=values, retry=Retry(2, 5.0, 2.0), env={"A": "1"})).plan.steps
    assert (step.module, step.function, step.outputs) == ("train", "a", ("output",))
    assert (step.inputs, step.retry, step.env) == (values, Retry(2, 5.0, 2.0), {"A": "1"})


def test_the_plan_survives_its_text() -> None:
    values = {"x": Input(items=(Input(value=1), Input(step="a", output="output")))}
    plan = compiled(python_step("a"), python_step("b", inputs=values), container_step("c", after=("b",))).plan
    assert Plan.from_text(plan.to_text()) == plan


def test_run_settings_reach_the_plan() -> None:
    settings = Settings(max_parallelism=7, stream_step_logs=False, backoff_limit_margin=4, pod_name_prefix="My_Team")
    plan = compiled(settings=settings).plan
    assert (plan.max_parallelism, plan.stream_step_logs) == (7, False)
    assert plan.steps[0].disruption_budget == 7
    assert plan.pod_prefix == "my-team-x7k2b"
    assert plan.run == "my-pipeline-x7k2b"


def test_what_becomes_of_late_pods_reaches_the_plan_and_a_steps_own_settings_win() -> None:
    of_run = Settings(pod_startup_timeout=60, pod_failure_max_retries=1, pod_failure_retry_delay=2, step_timeout=5)
    of_step = Settings(step_timeout=9, pod_failure_backoff=3, fail_on_container_waiting_reasons=["ErrImagePull"])
    first, second = compiled(python_step("a"), python_step("b", settings=of_step), settings=of_run).plan.steps
    assert (first.startup, first.timeout, first.hopeless) == (Startup(60, 1, 2, 1), 5, HOPELESS_REASONS)
    assert (second.startup, second.timeout, second.hopeless) == (Startup(60, 1, 2, 3), 9, ("ErrImagePull",))


def test_the_pause_between_parallel_steps_comes_from_the_registered_configuration() -> None:
    config = KubernetesOrchestratorConfig(parallel_step_startup_waiting_period=0.5)
    assert compile_run(pipeline(python_step("a")), replace(REQUEST, config=config)).plan.startup_pause == 0.5
    assert compiled().plan.startup_pause == 0


def test_the_pods_of_a_run_are_called_like_it() -> None:
    plan = compiled().plan
    assert plan.pod_prefix == plan.run == "my-pipeline-x7k2b"


def test_names_of_pods_stay_short_with_long_names_of_pipeline_and_step() -> None:
    plan = compiled(python_step("s" * 80), name="p" * 80).plan
    assert len(plan.run) <= 46
    assert len(f"{plan.pod_prefix}-{plan.steps[0].slug}-9999") <= 63


def test_waiting_and_timeout_are_for_the_submitter() -> None:
    run = compiled(settings=Settings(synchronous=False, timeout=9))
    assert (run.settings.synchronous, run.settings.timeout) == (False, 9)


def test_the_configuration_is_the_outermost_layer() -> None:
    config = KubernetesOrchestratorConfig(max_parallelism=2, timeout=5, kubernetes_namespace="other")
    spec = pipeline(python_step("a"), settings=Settings(timeout=6))
    run = compile_run(spec, replace(REQUEST, config=config))
    assert (run.plan.max_parallelism, run.settings.timeout, run.plan.namespace) == (2, 6, "ml")


def test_the_same_request_gives_the_same_objects() -> None:
    assert compiled() == compiled()


def test_two_requests_get_different_names() -> None:
    first, second = (compile_run(pipeline(python_step("a")), RunRequest(namespace="ml")) for _ in range(2))
    assert first.plan.run != second.plan.run


def test_the_default_image_is_python_of_the_authors_version() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert default_image() == f"python:{version}-slim"
    assert default_image("mirror.example/hub/") == f"mirror.example/hub/python:{version}-slim"
    run = compile_run(pipeline(python_step("a")), RunRequest(namespace="ml", registry="mirror.example"))
    assert container(step_pod(run))["image"] == f"mirror.example/python:{version}-slim"


def test_settings_without_effect_are_told_with_their_steps() -> None:
    at_step = Settings(timeout=3, prevent_orchestrator_pod_caching=True)
    run = compiled(
        python_step("a", settings=at_step),
        python_step("b", settings=at_step),
        settings=Settings(prevent_orchestrator_pod_caching=True),
    )
    run_only = "concerns the whole run and has no effect at a step: set it on the pipeline"
    assert run.warnings == (
        f"settings.timeout {run_only} (step 'a' and 1 more)",
        f"settings.prevent_orchestrator_pod_caching {run_only} (step 'a' and 1 more)",
    )


def test_an_account_at_a_step_is_sent_to_the_right_setting() -> None:
    run = compiled(python_step("a", settings=Settings(service_account_name="reader")))
    assert "step_pod_service_account_name on the step" in run.warnings[0]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"x": Input(step="zz", output="output")}, "comes after 'zz', but there is no such step"),
        ({"x": Input(step="a", output="other")}, "input 'x': step 'a' has no output 'other'"),
        ({"x": Input(items=(Input(step="a", output="other"),))}, "input 'x': step 'a' has no output 'other'"),
        ({"x": Input(value={1, 2})}, "input 'x': a value of type set cannot travel as JSON"),
    ],
)
def test_inputs_that_do_not_exist_are_refused(inputs: dict[str, Input], said: str) -> None:
    assert said in fail(python_step("a"), python_step("b", inputs=inputs))


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"K8STUI_TASK": "x"}, "'K8STUI_TASK' is not possible"),
        ({"1A": "x"}, "'1A' is not possible"),
        ({"A": 1}, "Write '1'"),
    ],
)
def test_variables_of_a_step_are_checked(env: dict[str, str], said: str) -> None:
    assert said in fail(python_step("a", env=env))


def test_inputs_of_a_container_step_must_not_become_the_same_variable() -> None:
    said = fail(container_step("a", inputs={"my-x": Input(value=1), "my_x": Input(value=2)}))
    assert "input 'my_x' becomes INPUT_MY_X, but so does input 'my-x'" in said
    assert "so does the variable 'INPUT_X'" in fail(
        container_step("a", inputs={"x": Input(value=1)}, env={"INPUT_X": "1"})
    )


def test_an_empty_pipeline_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="pipeline 'p' has no steps"):
        compile_run(PipelineSpec("p", ()), REQUEST)


def test_a_python_step_needs_a_code_package_and_a_container_step_does_not() -> None:
    assert "step 'a' is a Python step" in fail(python_step("a"), code=None)
    assert compiled(container_step("a"), code=None).plan.steps[0].name == "a"


def code_of(kib: int) -> CodePackage:
    """A package of this size: whatever stands before a zip belongs to it."""
    return CodePackage(CODE.data.rjust(kib * KIB, b"x"), "d", 9)


def test_code_that_does_not_fit_is_refused_and_what_fits_is_not() -> None:
    assert "the code package is 701 KiB" in fail(code=code_of(701))
    run = compiled(code=code_of(700))
    assert len(run.parts) == 2


def test_code_is_shared_by_a_map_that_is_named_or_kept_in_a_bucket_where_it_is_too_large() -> None:
    bucket = ArtifactStoreConfig(path="s3://bucket/team")
    request = replace(REQUEST, code_map="code-abc-0", artifact_store=bucket)
    run = compile_run(pipeline(python_step("a"), code=code_of(700)), request)
    assert variables(step_pod(run))["K8STUI_CODE_9"] == {"configMapKeyRef": {"name": "code-abc-0", "key": "code-9"}}
    assert (run.code["metadata"]["name"], len(run.code["data"]), run.code["immutable"]) == ("code-abc-0", 10, True)
    assert not any("code-0" in part["data"] for part in run.parts)
    run = compile_run(pipeline(python_step("a"), code=code_of(701)), request)
    told = variables(step_pod(run))
    assert (run.code, told["K8STUI_CODE_SHA256"], "K8STUI_CODE_0" in told) == ({}, "d", False)
    assert (code_of_plan(run.plan, {}), code_in_store(run.plan)) == (b"", "d")


def test_inputs_that_do_not_fit_are_refused_and_what_fits_is_not() -> None:
    large = {"x": Input(value="x" * 500 * KIB), "y": Input(value="y" * 500 * KIB)}
    assert "step 'a': its inputs are 1000 KiB, more than the 900 KiB" in fail(python_step("a", inputs=large))
    assert compiled(python_step("a", inputs={"x": large["x"]})).plan.steps[0].inputs["x"] == large["x"]


def test_code_and_inputs_that_only_do_not_fit_together_are_refused() -> None:
    code = code_of(700)
    said = fail(python_step("a", inputs={"x": Input(value="x" * 890 * KIB)}), code=code)
    assert "code package and inputs are" in said


def test_parameters_that_do_not_fit_are_refused() -> None:
    assert "the parameters are" in fail(parameters={"x": "x" * 300 * KIB})
    assert "parameter 'x': a value of type object" in fail(parameters={"x": object()})


def test_a_plan_that_does_not_fit_is_refused() -> None:
    steps = [python_step(f"s{number}", inputs={"x": Input(value="x" * 850 * KIB)}) for number in range(20)]
    assert "the compiled pipeline is" in fail(*steps)


def test_ten_thousand_steps_compile_in_seconds_and_fit_a_few_config_maps() -> None:
    steps = [
        python_step(
            f"step_{number}",
            inputs={"n": Input(value=number)}
            | ({"x": Input(step=f"step_{number // 2}", output="output")} if number else {}),
            settings=Settings(pod_settings={"labels": {"third": str(number % 3)}}) if number % 3 else None,
        )
        for number in range(10_000)
    ]
    steps[0] = python_step("step_0")
    begin = time.process_time()
    run = compiled(*steps)
    assert time.process_time() - begin < 5
    assert len(run.plan.templates) == 3
    assert len(run.parts) <= 4
    assert len({step.slug for step in run.plan.steps}) == 10_000
