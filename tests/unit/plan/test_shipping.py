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
    MASTER,
    MAX_CHARACTERS,
    RUNNER,
    STORING,
    master_files,
    master_text,
    packed,
    runner_files,
    runner_text,
)

FOLDER = Path(k8stui.incluster.__file__).parent

both = pytest.mark.parametrize("made", [master_text, runner_text])


def of_package(*packages: str) -> set[str]:
    """Paths of the modules of some packages, and of the one that holds these."""
    paths = [
        "__init__.py",
        *(f"{package}/{path.name}" for package in packages for path in (FOLDER / package).glob("*.py")),
    ]
    return {f"ours/k8stui_incluster/{path}" for path in paths}


def imported(path: str) -> Iterator[str]:
    """Paths of the modules of ours that a module imports, wherever it does."""
    package = Path(path).parent
    source = (FOLDER / Path(path).relative_to("ours/k8stui_incluster")).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [package, *package.parents][node.level - 1].joinpath(*(node.module or "").split("."))
            named = [base / alias.name for alias in node.names]
            whole = (FOLDER / base.relative_to("ours/k8stui_incluster")).is_dir()
            yield from [f"{one}.py" for one in (named if whole else [base])]


@both
def test_it_is_small(made: Callable[[], str]) -> None:
    assert len(made()) < MAX_CHARACTERS


def test_a_step_carries_a_fraction_of_the_program() -> None:
    assert len(runner_text()) < len(master_text()) / 2


def test_every_module_is_carried_by_who_runs_it() -> None:
    standins = {str(path.relative_to(FOLDER)) for path in (FOLDER / "standins").rglob("*.py")}
    assert set(master_files()) == of_package(*MASTER)
    assert set(runner_files()) == of_package(*RUNNER) | standins
    assert set(runner_files(storing=True)) == of_package(*RUNNER, STORING) | standins
    packages = {path.parent.relative_to(FOLDER) for path in FOLDER.rglob("*.py")} - {Path()}
    assert {str(one) for one in packages if one.parts[0] != "standins"} == {*MASTER, *RUNNER, STORING}


def test_none_imports_what_is_not_carried() -> None:
    for files in (master_files(), runner_files(storing=True)):
        ours = [path for path in files if path.startswith("ours/")]
        assert {path: missing for path in ours if (missing := set(imported(path)) - set(files))} == {}
    # Where the run has a store, which these ask before.
    alone = [path for path in runner_files() if path.startswith("ours/")]
    lacking = {Path(path).name: set(imported(path)) - set(runner_files()) for path in alone}
    assert {name: {Path(one).name for one in found} for name, found in lacking.items() if found} == {
        "step.py": {"forking.py"},
        "keeping.py": {"artifacts.py", "stores.py"},
    }


@pytest.mark.parametrize("made", [master_files, runner_files])
def test_it_is_made_anew_byte_for_byte(made: Callable[[], Mapping[str, bytes]]) -> None:
    again = dict(reversed(list(made().items())))
    assert packed(again) == packed(made())


@pytest.mark.parametrize(("text", "module"), [(master_text, "master.main"), (runner_text, "runner.telling")])
def test_its_modules_can_be_imported_where_it_was_unpacked(
    tmp_path: Path, text: Callable[[], str], module: str
) -> None:
    kind = "master" if module == "master.main" else "step"
    entry = "master.main" if kind == "master" else "runner.step"
    program = bootstrap.SOURCE.replace(
        f"from k8stui_incluster.{entry} import main", f"import k8stui_incluster.{module}"
    )
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
