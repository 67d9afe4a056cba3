"""The in-cluster program as it travels: small, always the same, and complete."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import k8stui.incluster
from k8stui.incluster import bootstrap
from k8stui.plan.shipping import (
    MAX_CHARACTERS,
    RUNNER,
    STEP_ONLY,
    STORING,
    master_files,
    master_text,
    packed,
    runner_files,
    runner_text,
)

FOLDER = Path(k8stui.incluster.__file__).parent

both = pytest.mark.parametrize("made", [master_text, runner_text])


def ours(*names: str) -> set[str]:
    return {f"ours/k8stui_incluster/{name}" for name in names}


def modules_imported(path: Path) -> Iterator[str]:
    """Files of our package that a module of it imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            yield from [f"{node.module}.py"] if node.module else [f"{alias.name}.py" for alias in node.names]


@both
def test_it_is_small(made: Callable[[], str]) -> None:
    assert len(made()) < MAX_CHARACTERS


def test_a_step_carries_a_fraction_of_the_program() -> None:
    assert len(runner_text()) < len(master_text()) / 2


def test_the_masters_holds_every_module_but_those_of_a_step_alone() -> None:
    modules = {path.name for path in FOLDER.glob("*.py")} - STEP_ONLY
    assert set(master_files()) == ours(*modules)
    importing = {name for name in modules if STEP_ONLY & set(modules_imported(FOLDER / name))}
    assert importing == set()
    assert ours("protocol.py") < set(master_files())


def test_the_runners_holds_its_modules_and_the_stand_ins() -> None:
    standins = {str(path.relative_to(FOLDER)) for path in (FOLDER / "standins").rglob("*.py")}
    assert set(runner_files()) == standins | ours(*RUNNER)


def test_the_runner_imports_only_modules_that_it_carries() -> None:
    missing = {name: set(modules_imported(FOLDER / name)) - RUNNER for name in RUNNER}
    # Where the run has a store, which they ask before.
    assert {name: found for name, found in missing.items() if found} == {
        "step.py": {"forking.py"},
        "keeping.py": {"artifacts.py", "stores.py"},
    }
    storing = RUNNER | STORING
    assert not any(set(modules_imported(FOLDER / name)) - storing for name in storing)
    assert set(runner_files(storing=True)) - set(runner_files()) == ours(*STORING)


@pytest.mark.parametrize("made", [master_files, runner_files])
def test_it_is_made_anew_byte_for_byte(made: Callable[[], Mapping[str, bytes]]) -> None:
    again = dict(reversed(list(made().items())))
    assert packed(again) == packed(made())


@pytest.mark.parametrize(("text", "module"), [(master_text, "master"), (runner_text, "telling")])
def test_its_modules_can_be_imported_where_it_was_unpacked(
    tmp_path: Path, text: Callable[[], str], module: str
) -> None:
    kind = "master" if module == "master" else "step"
    program = bootstrap.SOURCE.replace(f"from k8stui_incluster.{kind} import main", f"import k8stui_incluster.{module}")
    program = program.replace("sys.exit(main(home))", "print(sorted(os.listdir(home)))")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, kind],
        env={"K8STUI_PROGRAM_0": text(), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == ("['ours']\n" if kind == "master" else "['ours', 'standins']\n")
