"""Pipelines are found by reading: no file is run, and whatever is in a folder, it is told or left out, never raised."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.authoring import discover
from k8stui.authoring.definitions import of_source
from k8stui.authoring.discover import find_pipelines
from k8stui.authoring.load import load, load_pipelines
from k8stui.authoring.pipelines import Pipeline
from k8stui.model.errors import InvalidInputError

from .conftest import Write

PIPELINE = "from k8stui import pipeline, step\n@step\ndef a(): ...\n@pipeline\ndef {name}():\n    a()\n"
YAML = "pipeline: {name}\nsteps:\n  - {{name: a, image: busybox, command: [echo]}}\n"


def targets(path: str = ".") -> list[str]:
    return [one.target for one in find_pipelines(Path(path)).pipelines]


def functions(text: str) -> list[str]:
    return [one.function for one in of_source(text.encode(), place="x.py")]


@pytest.mark.parametrize(
    "text",
    [
        "from k8stui import pipeline\n@pipeline\ndef p(): ...",
        "from k8stui import pipeline as flow\n@flow\ndef p(): ...",
        "from k8stui import *\n@pipeline\ndef p(): ...",
        "from k8stui import pipeline\n@pipeline(settings={'timeout': 3})\ndef p(): ...",
        "import k8stui\n@k8stui.pipeline\ndef p(): ...",
        "import k8stui as k\n@k.pipeline()\ndef p(): ...",
        "from k8stui.authoring.pipelines import pipeline\n@pipeline\ndef p(): ...",
        "import k8stui.authoring.pipelines\n@k8stui.authoring.pipelines.pipeline\ndef p(): ...",
        "from k8stui.authoring import pipelines\n@pipelines.pipeline\ndef p(): ...",
        "import k8stui\nflow = k8stui.pipeline\n@flow\ndef p(): ...",
        "try:\n    from k8stui import pipeline\nfinally:\n    x = 1\n@pipeline\ndef p(): ...",
        "from k8stui import pipeline\nif True:\n    @pipeline\n    def p(): ...",
    ],
)
def test_however_pipeline_is_called_in_a_file_it_is_followed(text: str) -> None:
    assert functions(text) == ["p"]


@pytest.mark.parametrize(
    "text",
    [
        "from other import pipeline\n@pipeline\ndef p(): ...",
        "import k8stui\n@k8stui.step\ndef p(): ...",
        "from k8stui import pipeline\npipeline = print\n@pipeline\ndef p(): ...",
        "from k8stui import pipeline\ndef pipeline(f): ...\n@pipeline\ndef p(): ...",
        "from k8stui import pipeline\nfrom other import pipeline\n@pipeline\ndef p(): ...",
        "from k8stui import pipeline\nclass C:\n    @pipeline\n    def p(): ...",
        "from k8stui import pipeline\ndef f():\n    @pipeline\n    def p(): ...",
        "from k8stui import pipeline\nif __name__ == '__main__':\n    @pipeline\n    def p(): ...",
        "from k8stui import pipeline\n@pipeline\ndef p(): ...\ndef p(): ...",
        "from .k8stui import pipeline\n@pipeline\ndef p(): ...",
    ],
)
def test_what_loading_would_not_find_is_not_found(text: str) -> None:
    assert functions(text) == []


def test_a_pipeline_has_its_name_its_place_and_the_first_line_of_its_doc(write: Write) -> None:
    write(
        "flows/train.py",
        '''
        """About the file."""
        from k8stui import pipeline
        @pipeline(name="train all")
        def train():
            """

            Trains.

            More.
            """
        @pipeline(name=NAME)
        def other(): ...
        ''',
    )
    first, second = find_pipelines(Path()).pipelines
    assert (first.target, first.name, first.line, first.doc) == ("flows/train.py:train", "train all", 5, "Trains.")
    assert (second.name, second.doc) == ("other", "")


def test_a_files_doc_stands_for_its_only_pipeline(write: Write) -> None:
    write("one.py", '"""About the file.\n\nMore."""\n' + PIPELINE.format(name="p"))
    assert [one.doc for one in find_pipelines(Path()).pipelines] == ["About the file."]


def test_a_yaml_pipeline_is_found_by_its_fields(write: Write) -> None:
    write("etl.yaml", "# Loads.\n# More.\n" + YAML.format(name="etl of today"))
    write("ci.yaml", "pipeline:\n  - build\n")
    write("values.yml", "replicas: 3\n")
    (found,) = find_pipelines(Path()).pipelines
    assert (found.target, found.name, found.line, found.doc) == ("etl.yaml", "etl of today", 3, "Loads.")
    assert load(found.target).name == "etl of today"


def test_every_target_found_in_the_examples_can_be_loaded() -> None:
    found = find_pipelines(Path(__file__).parents[3] / "examples").pipelines
    assert {one.name for one in found} >= {"training", "hello", "etl"}
    for one in found:
        assert load(one.target).name == one.name
        assert set(load_pipelines(one.file)) >= {one.name}


def test_nothing_is_imported_and_broken_files_are_notes(write: Write) -> None:
    write("boom.py", "raise RuntimeError('imported')\n" + PIPELINE.format(name="p"))
    write("broken.py", "x = 1\nfrom k8stui import pipeline\ndef (\n")
    write("nul.py", "from k8stui import pipeline\n\0")
    write("wrong.yaml", "pipeline: x\nsteps:\n  - {nam: a}\n")
    write("twice.yaml", "pipeline: x\nsteps: []\nsteps: []\n")
    write("zz.py", PIPELINE.format(name="last"))
    found = find_pipelines(Path())
    assert [one.target for one in found.pipelines] == ["boom.py:p", "zz.py:last"]
    assert found.notes[0] == "skipped: broken.py:3 is not valid Python: invalid syntax"
    assert "nul.py" in found.notes[1]
    assert "twice.yaml:3" in found.notes[2]
    assert "wrong.yaml:3: step 1, field nam: there is no such field" in found.notes[3]


def test_folders_without_source_of_the_authors_are_left_out(write: Write) -> None:
    for folder in (".git", ".venv", "node_modules", "__pycache__", ".hidden", "x/site-packages"):
        write(f"{folder}/p.py", PIPELINE.format(name="p"))
    write("env/pyvenv.cfg")
    write("env/p.py", PIPELINE.format(name="p"))
    write(".dot.py", PIPELINE.format(name="p"))
    write("kept/p.py", PIPELINE.format(name="p"))
    assert targets() == ["kept/p.py:p"]


def test_a_link_in_a_circle_is_not_followed(write: Write) -> None:
    file = write("a/p.py", PIPELINE.format(name="p"))
    (file.parent / "again").symlink_to(file.parent.resolve())
    assert targets() == ["a/p.py:p"]


def test_files_of_nearer_folders_come_first_and_the_search_is_bounded(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a/b/deep.py", PIPELINE.format(name="deep"))
    write("z.py", PIPELINE.format(name="near"))
    assert targets() == ["z.py:near", "a/b/deep.py:deep"]
    monkeypatch.setattr(discover, "MAX_FOLDERS", 2)
    found = find_pipelines(Path())
    assert [one.target for one in found.pipelines] == ["z.py:near"]
    assert found.notes[-1].startswith("stopped after 2 folders and 1 files below .")
    monkeypatch.setattr(discover, "MAX_DEPTH", 1)
    assert targets() == ["z.py:near"]
    monkeypatch.setattr(discover, "MAX_BYTES", 10)
    assert targets() == []


def test_one_file_can_be_asked_for(write: Write) -> None:
    file = write("a.py", PIPELINE.format(name="p"))
    write("b.py", PIPELINE.format(name="p"))
    assert targets(str(file)) == ["a.py:p"]
    with pytest.raises(InvalidInputError, match="no file or folder nowhere"):
        find_pipelines(Path("nowhere"))


def test_a_found_pipeline_has_the_source_that_its_runs_record(write: Write) -> None:
    write("pack/__init__.py")
    write("pack/flow.py", PIPELINE.format(name="p").replace("@pipeline", "@pipeline(name='other name')"))
    write("etl.yaml", YAML.format(name="etl"))
    write("sub/plain.py", PIPELINE.format(name="p"))
    found = find_pipelines(Path()).pipelines
    sources = [load(one.target).trace().source for one in found]
    assert sources == [one.source for one in found] == ["etl.yaml:etl", "pack/flow.py:p", "plain.py:p"]


NAMES = st.sampled_from(["pipeline", "k8stui", "k", "p", "q", "step"])
LINES = st.one_of(
    st.builds("from k8stui import pipeline as {}".format, NAMES),
    st.builds("import k8stui as {}".format, NAMES),
    st.builds("{} = {}".format, NAMES, NAMES),
    st.builds("{} = {}.pipeline".format, NAMES, NAMES),
    st.builds("@{}\ndef {}(): ...".format, NAMES, NAMES),
    st.builds("@{}.pipeline\ndef {}(): ...".format, NAMES, NAMES),
)


@given(st.lists(LINES, max_size=12))
def test_exactly_what_running_the_file_makes_a_pipeline_is_found(lines: list[str]) -> None:
    text = "\n".join(["import k8stui", "from k8stui import pipeline", *lines])
    names: dict[str, object] = {"__name__": __name__}
    try:
        exec(text, names)
    except (NameError, AttributeError, TypeError, InvalidInputError):
        return  # a file that does not run has nothing to compare with
    made = [name for name, one in names.items() if isinstance(one, Pipeline) and one._function.__name__ == name]
    assert sorted(functions(text)) == sorted(made)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(written: bytes) -> None:
    with suppress(InvalidInputError):
        assert isinstance(of_source(written, place="x.py"), list)
