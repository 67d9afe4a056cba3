"""YAML pipelines: the same pipelines without Python, and every mistake a sentence with its line."""

from __future__ import annotations

import io
import zipfile
from textwrap import dedent

import pytest

from k8stui.authoring.load import load
from k8stui.embedded.kubelet.command import command_line
from k8stui.incluster.contract.branching import Condition
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import Retry
from k8stui.model.errors import InvalidInputError
from k8stui.plan.compiler import compile_run
from tests.unit.plan.samples import REQUEST, container, step_pod

from .conftest import Write

FUNCTIONS = """
    from typing import Annotated

    raise RuntimeError("a YAML pipeline must not run code where it is submitted")

    def load(rows: int, day: str = "today") -> tuple[Annotated[list[int], "data"], int]: ...
    def pick(scores: list) -> None: ...
    def open(**values): ...
    async def waits(): ...
    @step(retry=3)
    def configured(): ...
"""
ETL = """
    pipeline: etl
    parameters:
      day: {type: string, default: today, choices: [today, monday], description: Which day}
      rows: 3
    settings: {orchestrator: {max_parallelism: 4}}
    steps:
      - name: report
        image: busybox:${{ parameters.rows }}
        command: [sh, -c]
        args: ["echo ${{ parameters.day }}/${{parameters.rows}}", 5]
        env: {DAY: "${{ parameters.day }}", N: 3}
        inputs: {size: "${{ steps.load.output_1 }}"}
        after: pick
      - name: load
        python: functions:load
        inputs: {rows: "${{ parameters.rows }}", day: "on ${{ parameters.day }}"}
        retry: {max_retries: 2, delay: 5}
        settings: {privileged: true}
      - name: pick
        python: functions:pick
        inputs: {scores: ["${{ steps.load.data }}", 1, "${{ parameters.rows }}"]}
"""


@pytest.fixture(autouse=True)
def functions(write: Write) -> None:
    write("functions.py", FUNCTIONS)


def said(write: Write, text: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        load(str(write("etl.yaml", text)))
    assert caught.value.exit_code == 2
    return str(caught.value)


class TestMeaning:
    def test_steps_come_in_topological_order(self, write: Write) -> None:
        spec = load(str(write("etl.yaml", ETL))).trace()
        assert [(s.name, s.after) for s in spec.steps] == [
            ("load", ()),
            ("pick", ("load",)),
            ("report", ("load", "pick")),
        ]

    def test_parameters_are_filled_in_and_keep_their_types(self, write: Write) -> None:
        spec = load(str(write("etl.yaml", ETL))).trace({"rows": "5", "day": "monday"})
        extract, pick, report = spec.steps
        assert spec.parameters == {"day": "monday", "rows": 5}
        assert extract.inputs == {"rows": Input(value=5), "day": Input(value="on monday")}
        assert pick.inputs["scores"].items == (Input(step="load", output="data"), Input(value=1), Input(value=5))
        assert (report.image, report.args) == ("busybox:5", ("echo monday/5", "5"))
        assert report.env == {"DAY": "monday", "N": "3"}
        assert report.inputs == {"size": Input(step="load", output="output_1")}

    def test_functions_retries_and_settings_reach_the_steps(self, write: Write) -> None:
        spec = load(str(write("etl.yaml", ETL))).trace()
        found = spec.steps[0]
        assert (found.module, found.function, found.outputs) == ("functions", "load", ("data", "output_1"))
        assert found.retry == Retry(max_retries=2, delay=5.0)
        assert found.settings is not None
        assert found.settings.explicit() == {"privileged": True}
        assert spec.settings is not None
        assert spec.settings.explicit() == {"max_parallelism": 4}

    def test_the_functions_file_is_packed(self, write: Write) -> None:
        code = load(str(write("etl.yaml", ETL))).trace().code
        assert code is not None
        assert zipfile.ZipFile(io.BytesIO(code.data)).namelist() == ["etl.yaml", "functions.py"]

    def test_parameters_are_checked_like_those_of_python(self, write: Write) -> None:
        found = load(str(write("etl.yaml", ETL)))
        for wrong, expected in (
            ({"rows": "many"}, "'many' is not an int"),
            ({"day": "sunday"}, "'sunday' is not a value of ['today', 'monday']"),
            ({"row": 1}, "Did you mean 'rows'?"),
        ):
            with pytest.raises(InvalidInputError) as caught:
                found.trace(wrong)
            assert expected in str(caught.value)

    def test_a_parameter_without_default_is_required(self, write: Write) -> None:
        file = write("p.yaml", "pipeline: p\nparameters: {n: {type: integer}}\nsteps: [{name: a, image: busybox}]\n")
        assert [p.required for p in load(str(file)).parameters] == [True]

    def test_names_of_outputs_can_be_given(self, write: Write) -> None:
        text = """
            pipeline: p
            steps:
              - {name: a, python: "functions:open", outputs: [x, y]}
              - {name: b, python: "functions:open", inputs: {z: "${{ steps.a.y }}"}}
        """
        assert load(str(write("p.yaml", text))).trace().steps[1].inputs["z"] == Input(step="a", output="y")


MISTAKES = {
    "not a mapping": ("- a\n", "etl.yaml:1: a pipeline file is a mapping"),
    "empty": ("", "etl.yaml:1: a pipeline file is a mapping"),
    "not yaml": ("pipeline: [\n", "etl.yaml:2: this is not valid YAML"),
    "a key twice": ("pipeline: a\npipeline: b\n", "etl.yaml:2: this is not valid YAML: the key 'pipeline' stands"),
    "no steps": ("pipeline: p\n", "field steps: it is missing"),
    "an unknown field": (
        "pipeline: p\nsteps:\n  - name: a\n    image: i\n    comand: [x]\n",
        "etl.yaml:5: step 'a', field comand: there is no such field",
    ),
    "text for a list": (
        "pipeline: p\nsteps:\n  - name: a\n    image: i\n    command: echo hi\n",
        "etl.yaml:5: step 'a', field command: input should be a valid list",
    ),
    "a step without work": ("pipeline: p\nsteps:\n  - name: a\n", "etl.yaml:3: step 'a' has neither image nor python"),
    "both kinds": (
        "pipeline: p\nsteps:\n  - name: a\n    python: functions:pick\n    command: [x]\n",
        "etl.yaml:5: step 'a' has both python and command",
    ),
    "a name twice": (
        "pipeline: p\nsteps:\n  - {name: a, image: i}\n  - {name: a, image: i}\n",
        "etl.yaml:4: a step called 'a' is there already, at etl.yaml:3",
    ),
    "an unknown parent": (
        "pipeline: p\nsteps:\n  - {name: a, image: i, after: [b]}\n",
        "etl.yaml:3: step 'a' waits for 'b', and there is no such step",
    ),
    "a cycle": (
        "pipeline: p\nsteps:\n  - {name: a, image: i, after: b}\n  - {name: b, image: i, after: a}\n",
        "steps wait for each other in a circle: ",
    ),
    "itself as parent": ("pipeline: p\nsteps:\n  - {name: a, image: i, after: a}\n", "in a circle: a -> a"),
    "an unknown parameter": (
        'pipeline: p\nsteps:\n  - name: a\n    image: i\n    args: ["${{ parameters.x }}"]\n',
        "etl.yaml:5: step 'a', field args: the pipeline has no parameter 'x'",
    ),
    "an unknown expression": (
        'pipeline: p\nsteps:\n  - name: a\n    image: i\n    args: ["${{ param.x }}"]\n',
        "${{ param.x }} is not understood; there are ${{ parameters.NAME }}",
    ),
    "an unknown output": (
        'pipeline: p\nsteps:\n  - {name: a, image: i}\n  - {name: b, image: i, inputs: {x: "${{ steps.a.rows }}"}}\n',
        "etl.yaml:4: step 'b' takes 'rows' of step 'a', which has no such output",
    ),
    "an output in a command": (
        'pipeline: p\nsteps:\n  - name: a\n    image: i\n    args:\n      - "${{ steps.b.x }}"\n',
        "field args: the output 'x' of step 'b' is not known before the step starts",
    ),
    "an output in a text": (
        'pipeline: p\nsteps:\n  - {name: a, image: i, inputs: {x: "is ${{ steps.b.x }}"}}\n',
        "stands inside a longer text",
    ),
    "no such module": (
        "pipeline: p\nsteps:\n  - name: a\n    python: nowhere:f\n",
        "etl.yaml:4: step 'a', field python: there is no module 'nowhere'",
    ),
    "no such function": (
        "pipeline: p\nsteps:\n  - name: a\n    python: functions:lod\n",
        "functions.py has no function 'lod' at its top level",
    ),
    "no reference": ("pipeline: p\nsteps:\n  - name: a\n    python: functions\n", "not of the form module:function"),
    "an async function": ("pipeline: p\nsteps: [{name: a, python: 'functions:waits'}]\n", "is async"),
    "options on a decorator": ("pipeline: p\nsteps: [{name: a, python: 'functions:configured'}]\n", "has a decorator"),
    "an unknown input": (
        "pipeline: p\nsteps:\n  - name: a\n    python: functions:load\n    inputs:\n      rows: 1\n      rate: 2\n",
        "etl.yaml:7: step 'a': functions:load has no parameter 'rate'",
    ),
    "a missing input": (
        "pipeline: p\nsteps:\n  - name: a\n    python: functions:load\n",
        "etl.yaml:3: step 'a': functions:load needs the input 'rows'",
    ),
    "a wrong default": (
        "pipeline: p\nparameters:\n  n: {type: integer, default: many}\nsteps: [{name: a, image: i}]\n",
        "etl.yaml:3: parameter 'n': 'many' is not an integer",
    ),
    "an unknown type": (
        "pipeline: p\nparameters:\n  n: {type: int}\nsteps: [{name: a, image: i}]\n",
        "etl.yaml:3: field parameters.n.type: input should be 'string'",
    ),
    "a date as default": (
        "pipeline: p\nparameters:\n  day: 2030-01-01\nsteps: [{name: a, image: i}]\n",
        "does not tell its type",
    ),
    "wrong settings": (
        "pipeline: p\nsteps:\n  - name: a\n    image: i\n    settings: {privilegd: true}\n",
        "etl.yaml:3: step 'a': settings: unknown field 'privilegd'",
    ),
    "wrong retries": (
        "pipeline: p\nsteps:\n  - name: a\n    image: i\n    retry: {times: 3}\n",
        "etl.yaml:3: step 'a': retry has no field 'times'",
    ),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_a_sentence_with_its_place(write: Write, text: str, expected: str) -> None:
    assert expected in said(write, text)


def test_the_whole_circle_is_named(write: Write) -> None:
    text = dedent("""
        pipeline: p
        steps:
          - {name: a, image: i, after: c}
          - {name: b, image: i, after: a}
          - {name: c, image: i, after: b}
          - {name: d, image: i}
    """)
    circle = said(write, text).rpartition(": ")[2]
    assert set(circle.split(" -> ")) == {"a", "b", "c"}


FORKS = """
    pipeline: forks
    parameters: {least: 0.5, kind: weekly}
    steps:
      - {name: find, python: "functions:load", inputs: {rows: 3}}
      - name: score
        python: functions:load
        map: rows
        inputs: {rows: "${{ steps.find.data }}"}
      - name: big
        image: busybox:1.36
        when: "${{ steps.find.output_1 > 0.9 }}"
      - name: small
        image: busybox:1.36
        when:
          - "${{ steps.find.output_1<=parameters.least }}"
          - "${{ steps.find.data != 'none' }}"
          - "${{steps.find.data}}"
      - name: first
        python: functions:load
        inputs: {rows: "${{ one_of(steps.score.data, steps.find.data) }}"}
      - {name: end, image: "busybox:1.36", after: ["one_of(big, small)", score]}
"""


class TestForks:
    """Lists and branches that only the run knows."""

    def test_they_mean_what_they_mean_in_python(self, write: Write) -> None:
        steps = {step.name: step for step in load(str(write("forks.yaml", FORKS))).trace({"least": 0.2}).steps}
        data, size = Input(step="find", output="data"), Input(step="find", output="output_1")
        assert (steps["score"].mapped, steps["score"].inputs) == (("rows",), {"rows": data})
        assert steps["big"].when == (Condition(size, ">", 0.9),)
        assert steps["small"].when == (Condition(size, "<=", 0.2), Condition(data, "!=", "none"), Condition(data))
        assert [steps[name].after for name in ("score", "big", "small")] == [("find",)] * 3
        assert steps["first"].inputs["rows"] == Input(one_of=(Input(step="score", output="data"), data))
        assert (steps["first"].after, steps["first"].alternatives) == (("score", "find"), (("score", "find"),))
        assert (steps["end"].after, steps["end"].alternatives) == (("score", "big", "small"), (("big", "small"),))

    @pytest.mark.parametrize(
        ("right", "wrong", "expected"),
        [
            ("map: rows", "map: row", "step 'score', field map: there is no input 'row'"),
            ("output_1 > 0.9", "output_1 > fast", "compares with fast, which is neither a number"),
            ("output_1 > 0.9", "output_1 > true", "only numbers and texts are more or less than others"),
            ("steps.find.output_1 > 0.9", "parameters.least > 0.9", "does not ask for an output of a step"),
            (
                "steps.find.output_1 > 0.9",
                "steps.find.rows > 0.9",
                "takes 'rows' of step 'find', which has no such output",
            ),
            ("<=parameters.least", "<= parameters.most", "the pipeline has no parameter 'most'"),
            ("one_of(steps.score.data, steps.find.data)", "one_of(steps.score.data)", "outputs of two steps or more"),
            ('"one_of(big, small)", score', '"one_of(big, small)", small', "waits for 'small' in any case"),
            ('"one_of(big, small)", score', '"one_of(big)", score', "one_of(big) must name two steps or more"),
            ('"one_of(big, small)", score', '"one_of(big, large)"', "waits for 'large', and there is no such step"),
            ('"${{ one_of(steps.score', '"a ${{ one_of(steps.score', "stands inside a longer text"),
        ],
    )
    def test_a_mistake_is_a_sentence_with_its_place(self, write: Write, right: str, wrong: str, expected: str) -> None:
        assert right in FORKS
        told = said(write, FORKS.replace(right, wrong))
        assert expected in told
        assert ".yaml:" in told


@pytest.mark.parametrize(
    "value",
    ["; touch pwned", "$(touch pwned)", "`touch pwned`", "a && b", "| tee pwned", "> pwned", "'", '"', "a\nb", "*",
     "--help", "${HOME}", "~", "\\"],
)  # fmt: skip
def test_a_parameter_is_one_word_of_a_command_whatever_is_in_it(write: Write, value: str) -> None:
    text = """
        pipeline: p
        parameters: {name: a}
        steps:
          - {name: c, image: busybox, command: [echo], args: ["${{ parameters.name }}", "x ${{ parameters.name }}"]}
    """
    run = compile_run(load(str(write("p.yaml", text))).trace({"name": value}), REQUEST)
    # This is what the embedded kubelet hands to execve; there is no shell in between.
    assert command_line(container(step_pod(run, "c")), {"PATH": "/bin:/usr/bin", "HOME": "/h"})[1:] == [
        value,
        f"x {value}",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pipeline: !!python/object/apply:os.system [touch pwned]", "could not determine a constructor for the tag"),
        ("a: &a {x: 1}\npipeline: !!python/name:os.system", "could not determine a constructor for the tag"),
        (
            "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]),
            "it has more than 100,000 values, by its aliases",
        ),
    ],
    ids=["call", "name", "bomb"],
)
def test_a_file_that_makes_more_than_plain_data_is_refused(write: Write, text: str, told: str) -> None:
    assert told in said(write, text)
