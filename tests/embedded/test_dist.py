"""Wheel and sdist: what is in them, and that the wheel works where nothing of this folder is."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from k8stui.version import __version__
from tests.environ import clean_environ
from tools.pyz.gathering import ROOT, own_files

STEM = f"k8stui-{__version__}"
BESIDE = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
KINDS = {".py", ".json", ".tcss", ".typed", ".yaml"}
"""Of files that a program has, and its examples."""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built of this folder, without a network."""
    return _built(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def python(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of an environment with the wheel, and with the packages that this one has, but for k8stui."""
    place = tmp_path_factory.mktemp("venv")
    _run(sys.executable, "-m", "venv", "--without-pip", str(place))
    interpreter = place / "bin" / "python"
    wheel = next(dist.glob("*.whl"))
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile")
    _run(sys.executable, "-m", "pip", "--python", str(interpreter), "install", *options, str(wheel))
    (site,) = place.glob("lib/python*/site-packages")
    # A path in a .pth file is only added to those that are searched: what .pth files there say, such as where k8stui is
    # that was installed in place, does not count.
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    return interpreter


def test_the_wheel_has_the_program_and_nothing_else(dist: Path) -> None:
    names = _names(next(dist.glob(f"{STEM}-py3-none-any.whl")))
    about = f"{STEM}.dist-info/"
    assert {name.removeprefix(about) for name in names if name.startswith(about)} == BESIDE
    own = {name for name in names if not name.startswith(about)}
    assert own == {place for place, _ in own_files()}
    assert {PurePosixPath(name).suffix for name in own} == KINDS
    assert own > {
        "k8stui/py.typed",
        "k8stui_tui/py.typed",
        "k8stui/model/pod_schema.json",
        "k8stui/incluster/bootstrap.py",
        "k8stui_tui/k8stui.tcss",
        "k8stui_tui/examples/etl.yaml",
    }


def test_the_sdist_has_what_makes_the_same_wheel_and_what_persons_read(dist: Path, tmp_path: Path) -> None:
    with tarfile.open(dist / f"{STEM}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / STEM
    assert {path.name for path in unpacked.iterdir()} == {
        *("engine", "tui", "examples", "docs", "screenshots"),
        *("README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "constraints.txt"),
        *("pyproject.toml", "PKG-INFO", ".gitignore"),
    }
    again = _built(unpacked, tmp_path / "again", "--target", "wheel")
    assert _names(next(again.glob("*.whl"))) == _names(next(dist.glob("*.whl")))


def test_the_wheel_tells_its_version_and_runs_its_examples(
    python: Path, embedded_kubeconfig: Path, tmp_path: Path
) -> None:
    program = str(python.with_name("k8stui"))
    assert _run(program, "--version") == f"k8stui {__version__}\n"
    package = Path(_run(str(python), "-c", "import k8stui_tui; print(k8stui_tui.__file__)").strip()).parent
    assert package.is_relative_to(python.parents[1])
    example = str(package / "examples" / "hello.py")
    assert "succeeded" in _run(program, "run", example, "--kubeconfig", str(embedded_kubeconfig), at=tmp_path)


def test_bash_completes_verbs(python: Path) -> None:
    lines = ("artifact-st", "service-connector list", "runs list --pip")
    asked = f"""
        PATH="{python.parent}:$PATH"
        source <(k8stui completion bash)
        line() {{ COMP_WORDS=(k8stui "$@"); COMP_CWORD=$#; _k8stui_completion k8stui; echo "${{COMPREPLY[@]}}"; }}
        {"; ".join(f"line {line}" for line in lines)}
    """
    assert _run("bash", "--norc", "-c", asked).splitlines() == ["artifact-store", "list list-resources", "--pipeline"]


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {*archive.namelist()}


def _built(folder: Path, target: Path, *options: str) -> Path:
    _run(sys.executable, "-m", "hatchling", "build", "--directory", str(target), *options, at=folder)
    return target


def _run(*command: str, at: Path | None = None) -> str:
    done = subprocess.run(
        command, cwd=at or "/", env=clean_environ(), capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
