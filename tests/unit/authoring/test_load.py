"""Loading reads what a file defines, runs nothing of it, and says in a sentence what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.authoring.load import load, load_pipelines
from k8stui.authoring.pipelines import Pipeline
from k8stui.model.errors import InvalidInputError

from .conftest import Write

ONE = """
    from k8stui import pipeline, step
    @step
    def a() -> int: return 1
    @pipeline
    def {name}():
        a()
"""
CALLED = """
    {name}()
    if __name__ == "__main__":
        raise SystemExit("this must not run")
"""


def said(target: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        load(target)
    return str(caught.value)


def test_a_call_at_the_files_end_submits_nothing(write: Write) -> None:
    found = load(str(write("mine.py", ONE.format(name="p") + CALLED.format(name="p"))))
    assert found.name == "p"


def test_one_of_several_is_chosen_by_name_or_variable(write: Write) -> None:
    text = ONE.format(name="p") + '    @pipeline(name="second one")\n    def q():\n        a()\n'
    file = write("mine.py", text)
    assert [load(f"{file}:{name}").name for name in ("p", "q", "second one")] == ["p", "second one", "second one"]


def test_several_without_a_choice_are_listed(write: Write) -> None:
    sentence = said(str(write("mine.py", ONE.format(name="p") + "    @pipeline\n    def q():\n        a()\n")))
    assert "mine.py has 2 pipelines: p, q" in sentence
    assert "mine.py:p" in sentence


def test_a_pipeline_with_other_options_is_no_second_choice(write: Write) -> None:
    text = ONE.format(name="p") + '    fast = p.with_options(settings={"max_parallelism": 9})\n'
    file = write("mine.py", text)
    assert load(str(file)).settings is None
    assert load(f"{file}:fast").settings is not None


def test_an_unknown_one_gets_the_nearest_name(write: Write) -> None:
    sentence = said(f"{write('mine.py', ONE.format(name='training'))}:trainin")
    assert "mine.py has no pipeline 'trainin'" in sentence
    assert "Did you mean 'training'?" in sentence


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("none.py", "x = 1\n", "none.py has no pipeline"),
        ("syntax.py", "x = 1\ndef (\n", "syntax.py:2: SyntaxError"),
        ("missing.py", "\nimport nothing_like_this\n", "missing.py:2: ModuleNotFoundError: No module named"),
        ("broken.py", "def f():\n    return 1 / 0\nf()\n", "broken.py:2: ZeroDivisionError: division by zero"),
        ("ends.py", "raise SystemExit('no')\n", "ends.py:1: SystemExit: no"),
        ("notes.txt", "hello\n", "notes.txt is neither a .py nor a .yaml file"),
        ("step.py", "from k8stui import step\n@step(settings=3)\ndef a(): ...\n", "step.py:2: step 'a'"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_line(write: Write, name: str, text: str, expected: str) -> None:
    assert expected in said(str(write(name, text)))


def test_a_missing_file_is_a_sentence(write: Write) -> None:
    assert said("nowhere.py:p") == "There is no file nowhere.py"
    assert write("other.py")


def test_modules_beside_the_file_are_found_and_packed(write: Write) -> None:
    write("helpers.py", "from k8stui import step\n@step\ndef h(): ...\n")
    file = write("sub.py", "from k8stui import pipeline\nfrom helpers import h\n@pipeline\ndef p():\n    h()\n")
    spec = load(str(file)).trace()
    assert spec.steps[0].module == "helpers"
    assert spec.code is not None
    assert spec.code.files == 2


def test_an_edited_file_is_read_again_with_its_modules(write: Write) -> None:
    write("knobs.py", 'NAME = "before"\n')
    text = ONE.format(name="p").replace("@pipeline", "@pipeline(name=NAME)")
    file = write("mine.py", "    from knobs import NAME\n" + text)
    assert load(str(file)).name == "before"
    write("knobs.py", 'NAME = "afterwards"\n')
    assert load(str(file)).name == "afterwards"


def test_a_file_inside_a_package_is_imported_by_its_dotted_name(write: Write) -> None:
    write("pack/__init__.py")
    write("pack/base.py", "from k8stui import step\n@step\ndef a(): ...\n")
    file = write("pack/flow.py", "from k8stui import pipeline\nfrom .base import a\n@pipeline\ndef p():\n    a()\n")
    spec = load(str(file)).trace()
    assert spec.steps[0].module == "pack.base"


def test_imported_pipelines_count_only_where_there_are_no_own_ones(write: Write) -> None:
    write("lib.py", ONE.format(name="shared"))
    assert load(str(write("alone.py", "from lib import shared\n"))).name == "shared"
    both = write("both.py", "    from lib import shared\n" + ONE.format(name="own"))
    assert load(str(both)).name == "own"


@pytest.mark.parametrize(
    ("name", "expected"), [("json.py", "module of Python itself"), ("my.flow.py", "the dot in it")]
)
def test_a_file_name_that_a_pod_could_not_import_is_told(write: Write, name: str, expected: str) -> None:
    with pytest.raises(InvalidInputError, match=expected):
        load(str(write(name, ONE.format(name="p")))).trace()


def test_all_pipelines_of_a_file_can_be_offered(write: Write) -> None:
    file = write("mine.py", ONE.format(name="p") + "    @pipeline\n    def q(n: int):\n        a()\n")
    found = load_pipelines(Path(file))
    assert list(found) == ["p", "q"]
    assert isinstance(found["q"], Pipeline)
    assert [(p.name, p.type_name, p.required) for p in found["q"].parameters] == [("n", "int", True)]


def test_requirements_and_images_of_steps_and_pipeline_are_kept(write: Write) -> None:
    text = """
        from k8stui import pipeline, step

        @step(requirements=["numpy==2"])
        def a(): ...

        @pipeline(requirements=["pandas"], image="own/image:1")
        def p():
            a()
            a.with_options(requirements=["numpy<2"])()
    """
    spec = load(str(write("flow.py", text))).trace()
    assert (spec.requirements, spec.image) == (("pandas",), "own/image:1")
    assert [step.requirements for step in spec.steps] == [("numpy==2",), ("numpy<2",)]
    with pytest.raises(InvalidInputError, match=r"flow\.py:4: step 'a': requirements: 'numpy=2' is none"):
        load(str(write("flow.py", text.replace("numpy==2", "numpy=2"))))
