"""What of the author's code a step runs: which changes of it count, and which do not."""

from __future__ import annotations

import io
import zipfile
from textwrap import dedent

import pytest

from k8stui.model.pipeline import CodePackage
from k8stui.plan.reach import Reach, Reached

TRAIN = """
    '''Training.'''
    import os
    from k8stui import pipeline, step
    from helpers import scale, shift
    import plotting
    import patches  # noqa

    FACTOR = 2
    UNUSED = 3
    SETTINGS = {"labels": {}}

    def double(x):
        return x * FACTOR

    @step
    def load() -> int:
        return shift(1)

    @step(settings=SETTINGS)
    def train(x: int) -> int:
        return double(scale(x))

    @pipeline
    def learning():
        train(load())

    nightly = learning.with_options(enable_cache=False)

    if __name__ == "__main__":
        learning()
    nightly()
"""

HELPERS = """
    from deep.base import ZERO

    def scale(x):
        return x + ZERO

    def shift(x):
        return x - 1
"""

FILES = {
    "train.py": TRAIN,
    "helpers.py": HELPERS,
    "patches.py": "print('patched')",
    "plotting.py": "COLOURS = 3",
    "deep/__init__.py": "",
    "deep/base.py": "ZERO = 0\nONE = 1",
    "rates.csv": "1,2",
    "README.md": "# Training",
}


def package(files: dict[str, str]) -> CodePackage:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, dedent(text))
    return CodePackage(data=buffer.getvalue(), digest=str(hash(tuple(files.items()))), files=len(files))


def reached(function: str = "train", module: str = "train", **changed: str) -> Reached:
    """What a function runs; `changed` are files by their name with `__` in place of `/` and `_py` for `.py`."""
    names = {name.replace("/", "__").replace(".", "_"): name for name in FILES}
    return Reach(package(FILES | {names[key]: text for key, text in changed.items()})).of(module, function)


def train(old: str, new: str) -> str:
    assert old in TRAIN
    return TRAIN.replace(old, new)


@pytest.mark.parametrize(
    "changed",
    [
        {"train_py": train("x * FACTOR", "x * FACTOR + 1")},
        {"train_py": train("FACTOR = 2", "FACTOR = 2.5")},
        {"train_py": train("double(scale(x))", "double(scale(x)) + 1")},
        {"train_py": train("import os", "import os\n    os.umask(0)")},
        {"helpers_py": HELPERS.replace("x + ZERO", "x + ZERO + 1")},
        {"deep__base_py": "ZERO = 5\nONE = 1"},
        {"deep____init___py": "print('deep')"},
        {"patches_py": "print('patched otherwise')"},  # imported and not used: importing is what it is for
        {"plotting_py": "COLOURS = 4"},
        {"rates_csv": "1,3"},
    ],
    ids=lambda changed: next(iter(changed)) if isinstance(changed, dict) else "",
)
def test_what_the_step_runs_counts(changed: dict[str, str]) -> None:
    assert reached(**changed) != reached()


@pytest.mark.parametrize(
    "changed",
    [
        {"train_py": train("shift(1)", "shift(2)")},
        {"train_py": train("UNUSED = 3", "UNUSED = 4")},
        {"train_py": train('"labels": {}', '"labels": {"a": "b"}')},
        {"train_py": train("@step(settings=SETTINGS)", "@step(name='other', enable_cache=True)")},
        {"train_py": train("train(load())", "train(train(load()))")},
        {"train_py": train("    FACTOR = 2", "\n    # twice\n    FACTOR = 2")},
        {"train_py": train("'''Training.'''", "'''Training of models.'''")},
        {"helpers_py": HELPERS.replace("x - 1", "x - 2")},
        {"deep__base_py": "ZERO = 0\nONE = 2"},
        {"README_md": "# Trained"},
    ],
    ids=lambda changed: next(iter(changed)) if isinstance(changed, dict) else "",
)
def test_what_it_does_not_run_does_not_count(changed: dict[str, str]) -> None:
    assert reached(**changed) == reached()


def test_every_step_has_its_own() -> None:
    assert reached("load").digest != reached("train").digest


def test_a_module_that_is_taken_whole_counts_whole() -> None:
    text = train("from helpers import scale, shift", "import helpers").replace("scale(x)", "helpers.scale(x)")
    one = reached(train_py=text)
    assert reached(train_py=text, helpers_py=HELPERS.replace("x - 1", "x - 2")) != one
    assert reached(train_py=text, deep__base_py="ZERO = 0\nONE = 2") == one


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("flows.train", "from . import base"),
        ("flows.train", "from .base import value"),
        ("flows.train", "from flows.base import *"),
        ("flows.train", "import flows.base"),
        ("flows.sub.train", "from ..base import value"),
    ],
)
def test_imports_are_found_however_they_are_written(module: str, line: str) -> None:
    def digest(value: int) -> str:
        text = (
            f"def train():\n    {line}\n    return 1\n" if "*" not in line else f"{line}\ndef train():\n    return 1\n"
        )
        files = {f"{module.replace('.', '/')}.py": text, "flows/base.py": f"value = {value}", "flows/__init__.py": ""}
        return Reach(package(files)).of(module, "train").digest

    assert digest(1) != digest(2)


@pytest.mark.parametrize("line", ["import importlib", "exec('1')", "globals()", "__import__('x')"])
def test_code_that_looks_names_up_at_run_time_depends_on_the_whole_package(line: str) -> None:
    text = train("return double(scale(x))", f"{line}\n        return double(scale(x))")
    assert reached(train_py=text) != reached(train_py=text, deep__base_py="ZERO = 0\nONE = 2")


def test_only_a_step_that_names_the_variable_asks_for_the_time() -> None:
    text = train("x * FACTOR", "os.environ['K8STUI_SCHEDULED_TIME']")
    assert not reached().asks_time
    assert reached(train_py=text).asks_time
    assert not reached("load", train_py=text).asks_time


def test_a_function_of_an_installed_package_is_known_by_its_name() -> None:
    one = reached("fit", "sklearn.tree")
    assert one == reached("fit", "sklearn.tree", train_py="")
    assert one != reached("fit2", "sklearn.tree")


def test_a_module_that_cannot_be_read_counts_as_its_text() -> None:
    assert reached(helpers_py="def scale(") != reached(helpers_py="def  scale(")
