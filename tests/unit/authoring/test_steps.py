"""A step called in a pipeline is recorded, and called anywhere else it runs."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, IntEnum
from typing import Any

import pytest

from k8stui import KubernetesOrchestratorSettings, StepRetry, container_step, step
from k8stui.authoring.tracing import Trace, tracing
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import Retry
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec
from tests.unit.authoring.calls import fit, load, pick, split, takes_after, tell, traced


class Frame:
    """A type that nothing is known of."""


@step
def takes_a_frame(frame: Frame) -> None:
    """Is given whatever travels as JSON."""


@step
def wrongly_annotated(rows: int = None) -> None:  # type: ignore[assignment]  # noqa: RUF013  # as many write it
    """Says int and means more."""


def refused(function: Callable[[], Any]) -> str:
    with pytest.raises(InvalidInputError) as caught:
        traced(function)
    assert f"{__name__.rpartition('.')[2]}.py:" in str(caught.value), "the sentence must name the place"
    return str(caught.value)


class TestCalls:
    def test_outside_of_a_pipeline_the_function_runs(self) -> None:
        assert load(2) == [0, 1]
        assert load(2, after=["x"], id="y") == [0, 1]

    def test_a_call_records_module_function_and_arguments(self) -> None:
        (found,) = traced(lambda: load(5))
        assert (found.module, found.function, found.name) == ("tests.unit.authoring.calls", "load", "load")
        assert found.inputs == {"rows": Input(value=5)}
        assert found.outputs == ("output",)

    def test_defaults_are_left_to_the_function(self) -> None:
        assert traced(load)[0].inputs == {}

    def test_an_output_becomes_an_input_and_its_step_a_parent(self) -> None:
        _, found = traced(lambda: fit(load(), rate=1))
        assert found.inputs == {"data": Input(step="load", output="output"), "rate": Input(value=1)}
        assert found.after == ("load",)

    def test_several_outputs_unpack_by_name(self) -> None:
        def body() -> None:
            left, right = split(load())
            fit(right, left=left)

        found = traced(body)[-1]
        assert found.inputs["data"] == Input(step="split", output="right")
        assert found.inputs["left"] == Input(step="split", output="left")
        assert found.after == ("split",)

    def test_a_list_of_outputs_and_values_is_a_fan_in(self) -> None:
        found = traced(lambda: pick([fit(load(), 1), 0.5, fit(load(), 2)]))[-1]
        assert found.inputs["scores"].items == (
            Input(step="fit", output="output"),
            Input(value=0.5),
            Input(step="fit_2", output="output"),
        )
        assert found.after == ("fit", "fit_2")

    def test_after_takes_handles_tuples_lists_and_names(self) -> None:
        def body() -> None:
            first = tell()
            second = tell()
            parts = split(load())
            tell(after=[first, parts, "load"])
            tell(after=second)

        *_, last_but_one, last = traced(body)
        assert last_but_one.after == ("tell", "split", "load")
        assert last.after == ("tell_2",)

    def test_parameters_called_after_and_id_belong_to_the_function(self) -> None:
        found = traced(lambda: takes_after(after="x", id=3))[0]
        assert (found.inputs, found.after) == ({"after": Input(value="x"), "id": Input(value=3)}, ())

    def test_keyword_arguments_of_an_open_function_are_inputs(self) -> None:
        assert set(traced(lambda: fit(1, depth=3))[0].inputs) == {"data", "depth"}


class TestTypes:
    """Values written into a pipeline are checked against the annotations of the step."""

    @pytest.mark.parametrize(
        ("call", "said"),
        [
            (lambda: load("three"), "parameter 'rows': 'three' is not an int"),
            (lambda: load("3"), "parameter 'rows': '3' is not an int"),
            (lambda: pick([1.0, None]), "parameter 'scores': [1.0, None] is not a list[float]"),
            (lambda: fit(None, rate=[0.1]), "step 'fit', parameter 'rate': [0.1] is not a float"),
        ],
    )
    def test_a_wrong_type_is_named(self, call: Callable[[], Any], said: str) -> None:
        assert said in refused(call)

    def test_what_fits_passes_unchanged(self) -> None:
        found = traced(lambda: [pick((1, 2.5)), fit({"any": "thing"}, rate=1), tell(what=object.__name__)])
        assert [s.inputs for s in found] == [
            {"scores": Input(value=[1, 2.5])},
            {"data": Input(value={"any": "thing"}), "rate": Input(value=1)},
            {"what": Input(value="object")},
        ]

    def test_outputs_of_other_steps_are_not_checked(self) -> None:
        assert len(traced(lambda: pick([load(), 3]))) == 2

    def test_the_default_is_always_possible(self) -> None:
        assert traced(lambda: wrongly_annotated(None))[0].inputs == {"rows": Input(value=None)}

    def test_a_type_that_cannot_be_checked_takes_anything(self) -> None:
        assert traced(lambda: takes_a_frame("x"))[0].inputs == {"frame": Input(value="x")}


class TestNames:
    def test_further_calls_are_numbered(self) -> None:
        assert [s.name for s in traced(lambda: [load() for _ in range(3)])] == ["load", "load_2", "load_3"]

    def test_a_number_that_is_taken_is_passed_over(self) -> None:
        assert [s.name for s in traced(lambda: [load(id="load_2"), load(), load()])] == ["load_2", "load", "load_3"]

    def test_id_and_with_options_name_one_call(self) -> None:
        found = traced(lambda: [load(id="a"), load.with_options(name="b")()])
        assert [s.name for s in found] == ["a", "b"]

    def test_a_name_given_twice_names_both_places(self) -> None:
        said = refused(lambda: [load(id="a"), fit(1, id="a")])
        assert "'a' is there already, from" in said
        assert said.count("test_steps.py:") == 2

    def test_a_name_that_two_functions_share_is_refused(self) -> None:
        @step(name="same")
        def one() -> int:
            return 1

        @step(name="same")
        def other() -> int:
            return 2

        trace = Trace("test")
        trace.record(one._template, arguments={})
        with pytest.raises(InvalidInputError, match="another step called 'same'") as caught:
            trace.record(other._template, arguments={})
        assert str(caught.value).count("test_steps.py:") == 2

    def test_functions_of_the_same_name_in_two_modules_are_numbered(self) -> None:
        trace = Trace("test")
        for module in ("one", "other"):
            trace.record(StepSpec("load", module=module, function="load"), arguments={})
        assert [found.name for found in trace.steps] == ["load", "load_2"]

    @pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 201])
    def test_a_name_that_cannot_be_shown_is_refused(self, name: str) -> None:
        assert "cannot be a name" in refused(lambda: load(id=name))


class Colour(str, Enum):  # noqa: UP042  (the older spelling, which formats otherwise)
    RED = "red"


class Size(IntEnum):
    BIG = 3


class TestValues:
    @pytest.mark.parametrize(
        ("value", "travels"),
        [
            ((1, 2), [1, 2]),
            (Colour.RED, "red"),
            (Size.BIG, 3),
            (True, True),
            ({"a": [None, {"b": ()}]}, {"a": [None, {"b": []}]}),
        ],
    )
    def test_values_travel_as_plain_json(self, value: Any, travels: Any) -> None:
        sent = traced(lambda: fit(value))[0].inputs["data"].value
        assert sent == travels
        assert type(sent) is type(travels)

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (object(), "the value is of type object"),
            ({"a": {1, 2}}, "the value['a'] is of type set"),
            ([b"x"], "the value[0] is of type bytes"),
            (float("nan"), "number that JSON does not know"),
            ({1: 2}, "keys must be text"),
        ],
    )
    def test_what_is_not_json_is_refused_naming_step_and_parameter(self, value: Any, said: str) -> None:
        sentence = refused(lambda: fit(value))
        assert "step 'fit', parameter 'data'" in sentence
        assert said in sentence

    def test_an_output_inside_a_dict_is_refused_with_the_way_out(self) -> None:
        assert "argument of its own" in refused(lambda: fit({"a": load()}))

    def test_a_step_that_returns_nothing_cannot_be_passed_on(self) -> None:
        assert "after=tell" in refused(lambda: fit(tell()))

    def test_an_output_of_another_trace_is_refused(self) -> None:
        with tracing("earlier"):
            stray = load()
        assert "no step called before it" in refused(lambda: fit(stray))


class TestMistakes:
    @pytest.mark.parametrize(
        ("call", "said"),
        [
            (lambda: pick(after=()), "missing a required argument: 'scores'"),
            (lambda: pick([], score=1), "unexpected keyword argument 'score'"),
            (lambda: pick([], 2), "too many positional arguments"),
        ],
    )
    def test_arguments_that_do_not_fit_say_what_the_step_takes(self, call: Callable[[], Any], said: str) -> None:
        sentence = refused(call)
        assert "step 'pick'" in sentence
        assert said in sentence
        assert "pick takes scores" in sentence

    @pytest.mark.parametrize("after", [3, {"a": 1}, "loda"])
    def test_after_that_is_no_step_is_refused(self, after: Any) -> None:
        refused(lambda: [load(), tell(after=after)])

    def test_a_step_defined_inside_a_function_is_refused(self) -> None:
        @step
        def inner() -> int:
            return 1

        assert "top level" in refused(inner)

    def test_a_lambda_is_refused(self) -> None:
        assert "lambda" in refused(step(lambda: 1))

    def test_functions_that_no_pod_could_call_are_refused_at_once(self) -> None:
        async def waits() -> None: ...

        def yields() -> Any:
            yield 1

        def listed(*values: int) -> None: ...

        def positional(value: int, /) -> None: ...

        for function in (waits, yields, listed, positional):
            with pytest.raises(InvalidInputError, match=r"test_steps\.py:\d+: step"):
                step(function)

    def test_an_unknown_option_is_a_type_error(self) -> None:
        with pytest.raises(TypeError, match="retries"):
            step(retries=3)  # type: ignore[call-overload]  # refused at run time, too


class TestOptions:
    def test_options_reach_the_recorded_step(self) -> None:
        other = load.with_options(
            name="big",
            settings={"orchestrator": {"privileged": True}},
            retry=StepRetry(max_retries=2, delay=5, backoff=2),
            image="python:3.12",
            outputs=["rows"],
        )
        (found,) = traced(other)
        assert found.settings is not None
        assert found.settings.explicit() == {"privileged": True}
        assert (found.name, found.retry, found.image, found.outputs) == (
            "big",
            Retry(max_retries=2, delay=5.0, backoff=2.0),
            "python:3.12",
            ("rows",),
        )

    def test_with_options_leaves_the_step_as_it_was(self) -> None:
        load.with_options(image="other")
        assert traced(load)[0].image == ""

    def test_settings_of_with_options_are_merged_over_the_steps(self) -> None:
        base = load.with_options(settings={"pod_settings": {"labels": {"a": "1", "b": "1"}}})
        found = traced(base.with_options(settings={"pod_settings": {"labels": {"b": "2"}}, "privileged": True}))[0]
        assert found.settings is not None
        assert found.settings.explicit() == {"pod_settings": {"labels": {"a": "1", "b": "2"}}, "privileged": True}

    @pytest.mark.parametrize(
        "settings",
        [
            KubernetesOrchestratorSettings(privileged=True),
            {"privileged": True},
            {"orchestrator": {"privileged": True}},
            {"orchestrator.kubernetes": KubernetesOrchestratorSettings(privileged=True)},
        ],
    )
    def test_settings_are_taken_in_every_shape(self, settings: Any) -> None:
        found = traced(load.with_options(settings=settings))[0].settings
        assert found is not None
        assert found.explicit() == {"privileged": True}

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"privilegd": True}, "privilegd"),
            ({"orchestrator": {}, "docker": {}}, "'docker'"),
            (3, "neither"),
        ],
    )
    def test_wrong_settings_name_the_step_and_the_field(self, settings: Any, said: str) -> None:
        with pytest.raises(InvalidInputError, match=r"step 'load'") as caught:
            load.with_options(settings=settings)
        assert said in str(caught.value)

    def test_a_switch_of_the_cache_is_recorded_and_checked(self) -> None:
        with tracing("p") as trace:
            load.with_options(enable_cache=False)()
        assert trace.steps[0].enable_cache is False
        with pytest.raises(InvalidInputError, match="enable_cache='no' is neither True nor False"):
            load.with_options(enable_cache="no")  # type: ignore[arg-type]  # what the test is about


class TestContainers:
    def test_a_container_step_is_recorded_unchanged(self) -> None:
        notify = container_step(
            name="notify", image="busybox:1.36", command=["echo"], args=["hi"], env={"N": 3}, retry={"max_retries": 1}
        )
        _, found = traced(lambda: notify(after=load()))
        assert found == StepSpec(
            name="notify",
            kind="container",
            after=("load",),
            image="busybox:1.36",
            command=("echo",),
            args=("hi",),
            env={"N": "3"},
            retry=Retry(max_retries=1),
        )

    def test_inputs_come_from_definition_and_call(self) -> None:
        show = container_step(name="show", image="busybox", inputs={"a": 1, "b": 1})
        found = traced(lambda: show(b=load(), id="shown"))[-1]
        assert found.inputs == {"a": Input(value=1), "b": Input(step="load", output="output")}
        assert (found.name, found.after) == ("shown", ("load",))

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"command": "echo hi"}, "not a list of texts"),
            ({"args": [1]}, "not a list of texts"),
            ({"image": ""}, "not the name of an image"),
            ({"env": {"A B": "1"}}, "cannot be the name of a variable"),
            ({"env": {"A": True}}, "must be text"),
            ({"retry": {"max": 1}}, "retry has no field 'max'"),
        ],
    )
    def test_wrong_fields_are_named(self, wrong: dict[str, Any], said: str) -> None:
        with pytest.raises(InvalidInputError, match=r"test_steps\.py:\d+: container step 'c'") as caught:
            container_step(**{"name": "c", "image": "busybox", **wrong})
        assert said in str(caught.value)

    def test_inputs_that_would_be_one_variable_are_refused(self) -> None:
        assert "INPUT_A" in refused(lambda: container_step(name="c", image="i")(a=1, A=2))

    def test_outside_of_a_pipeline_it_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match="outside of a pipeline"):
            container_step(name="c", image="busybox")()


def test_traces_do_not_see_each_other() -> None:
    with tracing("outer") as outer:
        load()
        with tracing("inner") as inner:
            load()
        load()
    assert isinstance(outer, Trace)
    assert [s.name for s in outer.steps] == ["load", "load_2"]
    assert [s.name for s in inner.steps] == ["load"]
