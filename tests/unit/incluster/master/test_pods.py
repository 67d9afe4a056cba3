"""The master's last hand on a pod: name, inputs, owner, handover, receipt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract import names
from k8stui.incluster.contract.inputs import Input, resolve
from k8stui.incluster.contract.protocol import CHUNK_CHARACTERS, KIND_CONTAINER, KIND_PYTHON, StepPlan
from k8stui.incluster.master.pods import (
    InputsTooLargeError,
    PodBuilder,
    as_text,
    escape,
    input_variable,
    read_receipt,
)
from tests.unit.incluster.samples import RUN, plan, step

Json = dict[str, Any]
WORK = {"metadata": {"name": f"run-{RUN}-work", "uid": "work-uid"}}
ADDRESS = "10.0.0.7:7077"


def build(
    one: StepPlan, *, results: Json | None = None, parents: dict[str, int] | None = None, **more: Any
) -> list[Json]:
    options = {"attempt": 1, "offer": True, **more}
    builder = PodBuilder(plan(one), WORK, ADDRESS)
    return builder.build(one, results=results or {}, parents=parents or {}, **options)


def env(pod: Json) -> Json:
    """The environment as Kubernetes would expand it, by name; references as they are."""
    variables = pod["spec"]["containers"][0]["env"]
    return {one["name"]: expanded(one["value"]) if "value" in one else one["valueFrom"] for one in variables}


def expanded(text: str) -> str:
    """What Kubernetes makes of a variable's value (third_party/forked/golang/expansion) where no name is known."""
    found, at = "", 0
    while at < len(text):
        if text[at] != "$" or at + 1 == len(text):
            found, at = found + text[at], at + 1
        elif text[at + 1] == "$":
            found, at = found + "$", at + 2
        elif text[at + 1] == "(" and ")" in text[at:]:
            at = text.index(")", at) + 1
            found += "<expanded>"
        else:
            found, at = found + text[at : at + 2], at + 2
    return found


class TestManifest:
    def test_carries_its_name_labels_and_step(self) -> None:
        pod = build(step("train_2"), attempt=3)[0]
        assert pod["metadata"]["name"] == f"{RUN}-train-2-3"
        labels = pod["metadata"]["labels"]
        assert (labels[names.LABEL_STEP], labels[names.LABEL_ATTEMPT]) == ("train-2", "3")
        assert labels[names.LABEL_RUN_ID] == RUN
        assert pod["metadata"]["annotations"][names.ANNOTATION_STEP] == "train_2"

    def test_is_controlled_by_the_work_object_without_blocking_its_deletion(self) -> None:
        owner = build(step("a"))[0]["metadata"]["ownerReferences"]
        assert owner == [
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "name": WORK["metadata"]["name"],
                "uid": "work-uid",
                "controller": True,
                "blockOwnerDeletion": False,
            }
        ]

    def test_leaves_the_plans_template_as_it_was(self) -> None:
        one = plan(step("a", env={"A": "1"}))
        before = json.dumps(one.templates)
        PodBuilder(one, WORK, ADDRESS).build(one.steps[0], 1, {}, {}, offer=True)
        assert json.dumps(one.templates) == before

    def test_adds_the_steps_own_environment(self) -> None:
        assert env(build(step("a", env={"MODE": "fast"}))[0])["MODE"] == "fast"

    @pytest.mark.parametrize("kind", [KIND_PYTHON, KIND_CONTAINER])
    def test_gives_a_step_of_any_kind_the_credentials_unless_it_has_a_variable_of_that_name(self, kind: str) -> None:
        reference = {"secretKeyRef": {"name": f"run-{RUN}-credentials", "key": "KEY"}}
        given = ({"name": "KEY", "valueFrom": reference}, {"name": "MODE", "value": "slow"})
        one = step("a", kind=kind, env={"MODE": "fast"})
        pod = PodBuilder(plan(one), WORK, ADDRESS, given).build(one, 1, {}, {}, offer=True)[0]
        assert (env(pod)["KEY"], env(pod)["MODE"]) == (reference, "fast")
        assert sum(variable["name"] == "MODE" for variable in pod["spec"]["containers"][0]["env"]) == 1


class TestTask:
    def test_names_the_function_and_its_arguments(self) -> None:
        one = step(
            "b",
            "a",
            module="train",
            function="fit",
            inputs={"n": Input(3), "x": Input(None, "a", "out")},
            outputs=("y",),
        )
        task = json.loads(env(build(one, results={"a": {"out": [1.5]}})[0])["K8STUI_TASK"])
        assert (task["module"], task["function"], task["outputs"]) == ("train", "fit", ["y"])
        assert task["inputs"] == {"n": 3, "x": [1.5]}
        assert (task["pod"], task["attempt"], task["image"]) == (f"{RUN}-b-1", 1, "python:3")

    def test_the_key_is_a_reference_and_the_address_comes_with_the_offer(self) -> None:
        offered, alone = env(build(step("a"))[0]), env(build(step("a"), offer=False)[0])
        assert offered["K8STUI_MASTER"] == ADDRESS
        assert "K8STUI_MASTER" not in alone
        assert offered["K8STUI_KEY"] == {"secretKeyRef": {"name": f"run-{RUN}-keys", "key": "a", "optional": True}}

    @given(st.text(alphabet=st.sampled_from('$()aä{}"\\'), max_size=20))
    def test_a_value_arrives_unchanged_whatever_dollars_it_holds(self, value: str) -> None:
        task = json.loads(env(build(step("a", inputs={"x": Input(value)}))[0])["K8STUI_TASK"])
        assert task["inputs"]["x"] == value

    def test_large_inputs_travel_in_a_configmap_made_before_the_pod(self) -> None:
        value = "x$(HOME)" * 40_000
        made = build(step("a", inputs={"x": Input(value)}), attempt=2)
        assert [one.get("kind") for one in made] == ["ConfigMap", None]
        inputs, variables = made[0], env(made[1])
        assert inputs["metadata"]["name"] == f"run-{RUN}-inputs-a-2"
        assert inputs["metadata"]["ownerReferences"][0]["uid"] == "work-uid"
        parts = sorted((name for name in variables if name.startswith("K8STUI_TASK_")), key=lambda name: int(name[12:]))
        texts = [inputs["data"][variables[name]["configMapKeyRef"]["key"]] for name in parts]
        assert max(map(len, texts)) <= CHUNK_CHARACTERS
        assert json.loads("".join(texts))["inputs"]["x"] == value
        assert "K8STUI_TASK" not in variables

    def test_inputs_beyond_a_configmap_are_refused_with_what_to_do(self) -> None:
        with pytest.raises(InputsTooLargeError, match=r"inputs of step a .*take fewer at a time"):
            build(step("a", inputs={"x": Input("x" * 1_000_000)}))


class TestInputs:
    def test_a_list_takes_values_and_outputs_alike(self) -> None:
        inputs = Input(items=(Input(1), Input(None, "a", "x"), Input(items=(Input(None, "b", "y"),))))
        assert resolve(inputs, {"a": {"x": 2}, "b": {"y": 3}}) == [1, 2, [3]]

    def test_a_container_step_gets_them_as_variables(self) -> None:
        one = step("c", "a", kind=KIND_CONTAINER, inputs={"rate": Input(None, "a", "x"), "name": Input("a $$ $(B)")})
        variables = env(build(one, results={"a": {"x": {"k": [1]}}})[0])
        assert variables == {"INPUT_RATE": '{"k":[1]}', "INPUT_NAME": "a $$ $(B)"}

    @pytest.mark.parametrize(("name", "variable"), [("rate", "INPUT_RATE"), ("learning-rate", "INPUT_LEARNING_RATE")])
    def test_variable_names_are_valid_in_every_shell(self, name: str, variable: str) -> None:
        assert input_variable(name) == variable

    @pytest.mark.parametrize(("value", "text"), [("a", "a"), (1, "1"), (None, "null"), ([1, "ä"], '[1,"\\u00e4"]')])
    def test_text_stays_text_and_the_rest_is_json(self, value: object, text: str) -> None:
        assert as_text(value) == text

    @given(st.text())
    def test_escaping_is_undone_by_kubernetes(self, text: str) -> None:
        assert expanded(escape(text)) == text


class TestReceipt:
    @pytest.mark.parametrize(
        "one",
        [
            step("b", "a", inputs={"x": Input(None, "a", "out")}),
            step("b", "a", inputs={"x": Input(items=(Input(None, "a", "out"), Input(1)))}),
            step("b", "a", inputs={"x": Input(None, "a", "out"), "big": Input("x" * 100_000)}),
            step("b", "a", kind=KIND_CONTAINER, inputs={"x": Input(None, "a", "out")}),
            step("b", "a"),
        ],
        ids=["an input", "a list of inputs", "large inputs", "a container step", "order alone"],
    )
    def test_tells_the_parents_attempt_and_all_its_results(self, one: StepPlan) -> None:
        results = {"a": {"out": {"k": 1}, "unused": 2}}
        pod = build(one, results=results, parents={"a": 4})[-1]
        assert read_receipt(pod) == {"a": (4, {"out": {"k": 1}, "unused": 2})}

    def test_is_not_there_for_parents_that_a_record_tells_of(self) -> None:
        pod = build(step("b", "a"))[0]
        assert names.ANNOTATION_RECEIPT not in pod["metadata"]["annotations"]
        assert read_receipt(pod) == {}
