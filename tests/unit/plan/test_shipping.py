"""The in-cluster program as it travels: small, always the same, and complete."""

import ast
import io
import subprocess
import sys
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import k8stui.incluster
from k8stui.plan.shipping import (
    MAX_ZIP_BYTES,
    RUNNER,
    STEP_ONLY,
    STORING,
    master_text,
    master_zip,
    runner_text,
    runner_zip,
)

FOLDER = Path(k8stui.incluster.__file__).parent

both = pytest.mark.parametrize("made", [master_zip, runner_zip])


def names_in(data: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(data)).namelist())


def modules_imported(path: Path) -> Iterator[str]:
    """Files of our package that a module of it imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            yield from [f"{node.module}.py"] if node.module else [f"{alias.name}.py" for alias in node.names]


@both
def test_it_is_small(made: Callable[[], bytes]) -> None:
    assert len(made()) < MAX_ZIP_BYTES


def test_a_step_carries_a_fraction_of_the_program() -> None:
    assert len(runner_zip()) < len(master_zip()) / 2


def test_the_texts_are_the_zips() -> None:
    assert (b64decode(master_text()), b64decode(runner_text())) == (master_zip(), runner_zip())


def test_the_masters_holds_every_module_but_those_of_a_step_alone() -> None:
    modules = {path.name for path in FOLDER.glob("*.py")} - STEP_ONLY
    assert names_in(master_zip()) == {f"k8stui_incluster/{name}" for name in modules}
    importing = {name for name in modules if STEP_ONLY & set(modules_imported(FOLDER / name))}
    assert importing == set()
    assert "k8stui_incluster/protocol.py" in names_in(master_zip())


def test_the_runners_holds_its_modules_and_the_stand_ins() -> None:
    standins = {str(path.relative_to(FOLDER)) for path in (FOLDER / "standins").rglob("*.py")}
    assert names_in(runner_zip()) == standins | {f"k8stui_incluster/{name}" for name in RUNNER}


def test_the_runner_imports_only_modules_that_it_carries() -> None:
    missing = {name: set(modules_imported(FOLDER / name)) - RUNNER for name in RUNNER}
    assert {name for name in missing if missing[name]} == {"step.py"}
    # Where the run has a store, which it asks before.
    assert missing["step.py"] == {"artifacts.py", "forking.py", "stores.py"}
    storing = RUNNER | STORING
    assert not any(set(modules_imported(FOLDER / name)) - storing for name in storing)
    assert names_in(runner_zip(storing=True)) - names_in(runner_zip()) == {f"k8stui_incluster/{n}" for n in STORING}


@both
def test_it_is_made_anew_byte_for_byte(made: Callable[[], bytes]) -> None:
    again: bytes = made.__wrapped__()  # type: ignore[attr-defined]  # behind functools.cache
    assert again == made()
    assert again is not made()


@pytest.mark.parametrize(("made", "module"), [(master_zip, "master"), (runner_zip, "telling")])
def test_its_modules_can_be_imported_from_it(tmp_path: Path, made: Callable[[], bytes], module: str) -> None:
    path = tmp_path / "k8stui.zip"
    path.write_bytes(made())
    program = f"import sys; sys.path.insert(0, sys.argv[1]); import k8stui_incluster.{module}; print('imported')"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "imported\n"
