"""Requirements are installed by the image's pip before the author's module is imported, or it is told why not."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.unit.incluster.running import Ended, Step
from tests.unit.incluster.wheels import tinylib

USES = (
    "import subprocess\nimport tinylib\ndef step():\n"
    "    subprocess.run(['tinytool'], check=True)\n    return tinylib.VERSION"
)


def base_python() -> str:
    """The interpreter that this environment was made of, such as an image has one."""
    return str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")


@pytest.fixture
def index(tmp_path: Path) -> dict[str, str]:
    tinylib(tmp_path / "index")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "index")}


def run(
    folder: Path, index: dict[str, str], python: str = sys.executable, *, required: str = "tinylib", cache: str = ""
) -> Ended:
    env = {**index, "K8STUI_REQUIREMENTS": required} | ({"K8STUI_REQUIREMENTS_CACHE": cache} if cache else {})
    return Step(folder, USES, outputs=("version",), env=env, python=[python]).run()


@pytest.mark.parametrize("python", [sys.executable, base_python()], ids=["virtual environment", "plain"])
def test_what_is_required_is_there_for_the_step_and_its_children(
    python: str, index: dict[str, str], tmp_path: Path
) -> None:
    if subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("this interpreter has no pip")
    ended = run(tmp_path, index, python)
    assert (ended.code, ended.report["results"]) == (0, {"version": "1.0"}), ended.err
    assert "tool of 1.0" in ended.out
    assert "k8stui: installed tinylib in" in ended.err
    assert not ended.report.get("silent")


def test_a_cache_is_filled_once_and_found_by_the_next_step(index: dict[str, str], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert run(tmp_path, index, cache=str(cache)).code == 0
    (tmp_path / "index" / "tinylib-1.0-py3-none-any.whl").unlink()
    again = run(tmp_path, index, cache=str(cache))
    assert (again.code, again.report["results"]) == (0, {"version": "1.0"}), again.err
    assert f"requirements found in {cache}" in again.err
    other = run(tmp_path, index, cache=str(cache), required="tinylib>=1")
    assert other.code == 1, "other requirements must not take it for theirs"
    assert len([one for one in cache.iterdir() if one.name != "k8stui-pip"]) == 1, "no half of it may stay"


def test_a_cache_that_cannot_be_written_is_told_and_done_without(index: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run(tmp_path, index, cache=str(tmp_path / "file" / "cache"))
    assert ended.code == 0
    assert "can't be written" in ended.err


def test_what_the_image_has_needs_no_pip(tmp_path: Path) -> None:
    venv.create(tmp_path / "image", with_pip=False, symlinks=True)
    python = tmp_path / "image" / "bin" / "python"
    tinylib(tmp_path / "index")
    packages = next((tmp_path / "image" / "lib").glob("python3.*")) / "site-packages"
    zipfile.ZipFile(tmp_path / "index" / "tinylib-1.0-py3-none-any.whl").extractall(packages)
    tool = tmp_path / "image" / "bin" / "tinytool"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    path = {"PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}"}
    ended = run(tmp_path, path, str(python), required="tinylib==1.0")
    assert (ended.code, ended.err) == (0, "")
    lacking = run(tmp_path, path, str(python), required="tinylib==2.0")
    assert lacking.code == 1
    assert lacking.report["error"]["message"] == (
        "requirements (tinylib==2.0) need pip, which image python:3 does not have: set image= to one that has it, "
        "or build one that has them (k8stui image build)"
    )


def test_what_no_index_has_is_told_in_pips_own_words(index: dict[str, str], tmp_path: Path) -> None:
    ended = run(tmp_path, index, required="tinylib==9")
    assert ended.code == 1
    told = ended.report["error"]["message"]
    assert told.startswith(
        "requirements (tinylib==9) could not be installed in image python:3: Could not find a version"
    )
    assert "No matching distribution" in ended.err
