"""`k8stui.pyz`: one file, a Python without any package, a folder of one's own to unpack in."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.screens import left_clean
from tests.terminal.terminal import Terminal
from tools.pyz import start
from tools.pyz.__main__ import HERE, make

BARE = (sys.executable, "-I", "-S")
"""Without site-packages, and blind to variables of Python's."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made of what is installed here; nothing is fetched."""
    make(target := tmp_path_factory.mktemp("dist") / "k8stui", pythons=[HERE], level=1)
    return target


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def k8stui(file: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BARE, file, *arguments],
        env={"PATH": "/nowhere", **env},
        capture_output=True, text=True, cwd="/", timeout=200, check=False,
    )  # fmt: skip


def test_it_runs_with_nothing_installed_and_unpacks_once(file: Path, cache: Path) -> None:
    assert subprocess.run([*BARE, "-c", "import textual"], capture_output=True, check=False).returncode == 1
    env = {"HOME": "/nowhere", "XDG_CACHE_HOME": str(cache)}
    done = k8stui(file, "--version", **env)
    assert (done.returncode, done.stdout[:7], done.stderr) == (0, "k8stui ", "")
    (folder,) = cache.iterdir()
    (place,) = folder.iterdir()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, place)} == {0o700}
    done = k8stui(file, "runs", "list", "-o", "json", KUBECONFIG="/nowhere", **env)
    assert (done.returncode, done.stdout) == (6, "")
    assert "kubeconfig" in done.stderr
    (plugin := file.with_name("kubectl-k8stui")).symlink_to(file)  # as `docs/kubectl.md` has it
    assert "Usage: kubectl k8stui runs list" in k8stui(plugin, "runs", "list", "--help", **env).stdout
    assert list(folder.iterdir()) == [place]


def test_its_screens_and_its_demo_work(file: Path, cache: Path, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(cache)}
    with Terminal([*BARE, str(file), "demo"], env=env) as terminal:
        terminal.wait_for("live", "succeeded")
        terminal.send("q")
        left_clean(terminal)


def test_without_a_home_it_uses_a_folder_that_only_we_write_to(file: Path, tmp_path: Path) -> None:
    """What somebody put there is not run, whatever its name is."""
    (shared := tmp_path / "tmp").mkdir()
    shared.chmod(0o1777)
    own = shared / f"k8stui-pyz-{os.geteuid()}"
    (elsewhere := tmp_path / "elsewhere").mkdir()
    own.symlink_to(elsewhere)
    env = {"HOME": "/proc/nowhere", "TMPDIR": str(shared)}
    done = k8stui(file, "--version", **env)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{own}: it is no folder" in done.stderr
    assert "K8STUI_UNPACK" in done.stderr
    assert list(elsewhere.iterdir()) == []
    own.unlink()
    own.mkdir()
    own.chmod(0o777)
    assert "others may write there" in k8stui(file, "--version", **env).stderr
    own.rmdir()
    assert k8stui(file, "--version", **env).returncode == 0
    assert stat.S_IMODE(own.stat().st_mode) == 0o700


def test_whom_a_folder_belongs_to_and_what_is_above_it_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "above" / "folder"
    folder.mkdir(parents=True)
    assert start.distrust(str(folder)) == ""
    folder.parent.chmod(0o777)
    assert start.distrust(str(folder)) == f"everybody may write in {folder.parent}"
    folder.parent.chmod(0o1777)
    assert start.distrust(str(folder)) == ""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    if os.getuid() != 0:  # root's folders are trusted
        assert start.distrust(str(folder)) == "it belongs to somebody else"
    monkeypatch.setenv(start.VARIABLE, "own")
    assert start.candidates() == [str(Path.cwd() / "own")]


def test_another_python_is_told_which_ones_it_is_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "PYTHONS", ("3.98", "3.99"))
    with pytest.raises(SystemExit) as ended:
        start.main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "for Python 3.98, 3.99 on" in told
    assert "python3.99 " in told
