"""A pipeline is traced from its file and submitted once when it is called."""

from __future__ import annotations

import io
import sys
import types
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest

from k8stui import Schedule
from k8stui.authoring.load import load
from k8stui.authoring.pipelines import Pipeline
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError, RunFailedError
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import ScheduleSpec

from .conftest import Write

TRAIN = """
    from k8stui import pipeline, step

    @step
    def fit(rate: float) -> float:
        return rate

    @pipeline(name="my training", settings={"orchestrator": {"max_parallelism": 2}})
    def training(rates: list[float] = [0.1, 0.2], deep: bool = False):
        for rate in rates:
            fit(rate)
        if deep:
            fit(0.0, id="deep")
"""


def loaded(target: object) -> Pipeline:
    """The pipeline that a file of Python defines."""
    found = load(str(target))
    assert isinstance(found, Pipeline)
    return found


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[PipelineSpec]:
    """What was submitted, by a stand-in for the control room that calls every run succeeded."""
    specs: list[PipelineSpec] = []

    def run_pipeline(spec: PipelineSpec) -> Any:
        specs.append(spec)
        state = RunState(spec.parameters.get("state", "succeeded"))
        return SimpleNamespace(name=f"{spec.name}-x7k2p", namespace="team", state=state)

    def schedule_pipeline(spec: PipelineSpec, schedule: ScheduleSpec) -> str:
        assert schedule is spec.schedule
        specs.append(spec)
        return "scheduled"

    launch = types.ModuleType("k8stui.control.scripts.launch")
    launch.run_pipeline = run_pipeline  # type: ignore[attr-defined]  # a stand-in
    launch.schedule_pipeline = schedule_pipeline  # type: ignore[attr-defined]  # likewise
    monkeypatch.setitem(sys.modules, "k8stui.control.scripts.launch", launch)
    return specs


def test_the_function_is_traced_with_its_parameters(write: Write) -> None:
    spec = load(str(write("train.py", TRAIN))).trace({"rates": "[1, 2, 3]", "deep": "yes"})
    assert [s.name for s in spec.steps] == ["fit", "fit_2", "fit_3", "deep"]
    assert {s.module for s in spec.steps} == {"train"}
    assert spec.name == "my training"
    assert spec.parameters == {"rates": [1.0, 2.0, 3.0], "deep": True}
    assert spec.settings is not None
    assert spec.settings.explicit() == {"max_parallelism": 2}


def test_the_code_package_holds_the_file(write: Write) -> None:
    spec = load(str(write("train.py", TRAIN))).trace()
    assert spec.code is not None
    assert zipfile.ZipFile(io.BytesIO(spec.code.data)).namelist() == ["train.py"]


def test_container_steps_alone_need_no_code_package(write: Write) -> None:
    text = """
        from k8stui import pipeline, container_step
        hello = container_step(name="hello", image="busybox", command=["echo", "hi"])
        @pipeline
        def p():
            hello()
    """
    assert load(str(write("p.py", text))).trace().code is None


def test_a_call_submits_once_and_returns_the_run(write: Write, submitted: list[PipelineSpec]) -> None:
    run = loaded(write("train.py", TRAIN))([5.0], deep=True)
    assert run.state is RunState.SUCCEEDED
    assert [spec.parameters for spec in submitted] == [{"rates": [5.0], "deep": True}]


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_a_run_that_did_not_succeed_is_an_error(write: Write, submitted: list[PipelineSpec], state: str) -> None:
    text = """
        from k8stui import pipeline, step
        @step
        def a(): ...
        @pipeline
        def p(state: str):
            a()
    """
    with pytest.raises(RunFailedError, match=f"run p-x7k2p of pipeline 'p' {state}") as caught:
        loaded(write("p.py", text))(state)
    assert caught.value.hint == "k8stui runs show p-x7k2p -n team"
    assert len(submitted) == 1


@pytest.mark.parametrize(
    ("args", "kwargs", "said"),
    [
        (([1.0], True, 3), {}, "takes 2 parameters, and 3 were given"),
        (([1.0],), {"rates": [2.0]}, "got the parameter 'rates' twice"),
        (("fast",), {}, "'fast' is not a list"),
        ((), {"dep": True}, "has no parameter 'dep'"),
    ],
)
def test_wrong_arguments_are_sentences(
    write: Write, submitted: list[PipelineSpec], args: tuple[Any, ...], kwargs: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        loaded(write("train.py", TRAIN))(*args, **kwargs)
    assert said in str(caught.value)
    assert not submitted


def test_a_pipeline_without_steps_is_refused_naming_its_line(write: Write) -> None:
    file = write("p.py", "from k8stui import pipeline\n@pipeline\ndef empty(): ...\n")
    with pytest.raises(InvalidInputError, match=r"p\.py:2: pipeline 'empty' has no steps"):
        load(str(file)).trace()


def test_an_error_of_the_pipeline_function_names_its_line(write: Write) -> None:
    file = write("p.py", "from k8stui import pipeline\n@pipeline\ndef p():\n    1 / 0\n")
    with pytest.raises(InvalidInputError, match=r"p\.py:4: pipeline 'p' failed .* ZeroDivisionError: division by zero"):
        load(str(file)).trace()


SCHEDULED = """
    from k8stui import pipeline, step, Schedule
    @step
    def a(): ...
    @pipeline()
    def nightly():
        a()
    schedule = Schedule(cron_expression="5 2 * * *")
    scheduled_pipeline = nightly.with_options(schedule=schedule)
    scheduled_pipeline()
"""


def test_a_pipeline_with_a_schedule_is_scheduled_and_not_run(write: Write, submitted: list[PipelineSpec]) -> None:
    scheduled = loaded(f"{write('p.py', SCHEDULED)}:scheduled_pipeline")
    assert scheduled() == "scheduled"
    assert [spec.schedule for spec in submitted] == [ScheduleSpec(cron="5 2 * * *")]


def test_a_schedule_that_kubernetes_cannot_keep_is_refused(write: Write, submitted: list[PipelineSpec]) -> None:
    found = loaded(write("p.py", SCHEDULED))
    catching_up = found.with_options(schedule=Schedule(cron_expression="5 2 * * *", catchup=True))
    with pytest.raises(InvalidInputError, match="nothing like catchup=True"):
        catching_up()
    assert not submitted


def test_with_options_leaves_the_pipeline_as_it_was(write: Write, submitted: list[PipelineSpec]) -> None:
    loaded(write("p.py", SCHEDULED))()
    assert len(submitted) == 1


def test_a_wrong_schedule_is_refused(write: Write) -> None:
    found = loaded(write("train.py", TRAIN))
    with pytest.raises(InvalidInputError, match="is not a Schedule"):
        found.with_options(schedule="5 2 * * *")  # type: ignore[arg-type]  # refused at run time, too


def test_settings_of_with_options_are_merged_over_the_pipelines(write: Write) -> None:
    found = loaded(write("train.py", TRAIN)).with_options(settings={"synchronous": False})
    settings = found.trace().settings
    assert settings is not None
    assert settings.explicit() == {"max_parallelism": 2, "synchronous": False}


NESTED = """
    from k8stui import pipeline, step
    @step
    def a(x: int) -> int: return x
    @pipeline{options}
    def inner(x: int):
        return a(x)
    @pipeline
    def outer():
        a(inner(a(1)))
"""


def test_a_pipeline_inside_another_adds_its_steps(write: Write) -> None:
    spec = load(f"{write('p.py', NESTED.format(options=''))}:outer").trace()
    assert [(s.name, s.after) for s in spec.steps] == [("a", ()), ("a_2", ("a",)), ("a_3", ("a_2",))]


def test_settings_of_an_inner_pipeline_are_never_lost_silently(write: Write) -> None:
    file = write("p.py", NESTED.format(options="(settings={'privileged': True})"))
    with pytest.raises(InvalidInputError, match=r"p\.py:10: pipeline 'inner' is called inside another"):
        load(f"{file}:outer").trace()


def test_an_unknown_option_is_a_type_error(write: Write) -> None:
    with pytest.raises(InvalidInputError, match=r"p\.py:2: TypeError: .*'schedul'"):
        load(str(write("p.py", "from k8stui import pipeline\n@pipeline(schedul=1)\ndef p(): ...\n")))
