"""`k8stui pipelines`: found without being imported, shown with their parameters, harmless whatever they hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.command import k8stui

TRAIN = '''
"""Trains."""
import enum
from k8stui import pipeline, step
print("imported")

@step
def a(): ...

@pipeline
def train(rows: int, rate: float = 0.1, day: str | None = None):
    """Trains \x1b]0;title\x07 well.

    Args:
        rows: How many.
    """
    a()
'''


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "broken.py").write_text("from k8stui import pipeline\ndef (\n")
    return tmp_path


def test_the_list_tells_targets_and_what_was_skipped(here: Path) -> None:
    done = k8stui("pipelines", "list", cwd=here)
    assert done.returncode == 0
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["PIPELINE", "TARGET", "DOC"],
        ["train", "train.py:train", "Trains", "well."],
    ]
    assert done.stderr == "skipped: broken.py:2 is not valid Python: invalid syntax\n"


def test_the_list_is_for_programs_too(here: Path) -> None:
    (found,) = json.loads(k8stui("pipelines", "list", "-o", "json", cwd=here).stdout)
    assert {**found, "doc": ""} == {
        "target": "train.py:train",
        "name": "train",
        "file": "train.py",
        "line": 11,
        "doc": "",
    }
    assert k8stui("pipelines", "list", "train.py", "-o", "name", cwd=here).stdout == "train.py:train\n"


def test_a_pipeline_is_shown_with_its_parameters(here: Path) -> None:
    done = k8stui("pipelines", "show", "train.py", cwd=here)
    assert done.stderr == "imported\n"
    lines = done.stdout.splitlines()
    assert lines[:2] == ["train  train.py", "  Trains  well."]
    assert [line.split() for line in lines[-3:]] == [
        ["rows", "int", "(required)", "How", "many."],
        ["rate", "float", "0.1"],
        ["day", "str", "|", "None", "null"],
    ]


def test_its_parameters_are_for_programs_too(here: Path) -> None:
    shown = json.loads(k8stui("pipelines", "show", "train.py:train", "-o", "json", cwd=here).stdout)
    assert shown["parameters"][:2] == [
        {"name": "rows", "type": "int", "kind": "integer", "required": True, "default": None, "choices": [],
         "description": "How many."},
        {"name": "rate", "type": "float", "kind": "number", "required": False, "default": 0.1, "choices": [],
         "description": ""},
    ]  # fmt: skip


def test_a_place_without_pipelines_says_what_one_is(tmp_path: Path) -> None:
    done = k8stui("pipelines", "list", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("No pipelines in .")
    missing = k8stui("pipelines", "list", "nowhere", cwd=tmp_path)
    assert missing.returncode == 2
    assert missing.stderr.startswith("Error: There is no file or folder nowhere")


def test_the_code_package_is_listed_as_it_would_travel(here: Path) -> None:
    (here / ".gitignore").write_text("broken.py\n")
    done = k8stui("pipelines", "package", "train.py", "--param", "rows=1", cwd=here)
    size = str(len(TRAIN.encode()))
    assert [line.split() for line in done.stdout.splitlines()] == [["FILE", "BYTES"], ["train.py", size]]
    assert "1 file, 1 KiB of code, zipped" in done.stderr
    found = json.loads(k8stui("pipelines", "package", "train.py", "--param", "rows=1", "-o", "json", cwd=here).stdout)
    assert found["files"] == [{"name": "train.py", "bytes": len(TRAIN.encode())}]
