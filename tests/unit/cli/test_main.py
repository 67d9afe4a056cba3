"""The console script: quick where it must be, and errors as sentences with documented exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from k8stui.model import errors
from k8stui_tui.cli.session import execute, tell
from tests.unit.cli.command import k8stui


def test_version_imports_no_library() -> None:
    code = (
        "import sys; sys.argv = ['k8stui', '--version']\n"
        "from k8stui_tui.cli.main import main; main()\n"
        "heavy = {'typer', 'pydantic', 'yaml', 'aiohttp', 'kubernetes', 'textual', 'rich'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("k8stui ")


def test_help_names_every_verb(tmp_path: Path) -> None:
    shown = k8stui("--help", HOME=str(tmp_path)).stdout
    assert all(verb in shown for verb in ("run", "runs", "logs", "pods", "schedule", "init", "demo"))


def test_without_a_kubeconfig_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    done = k8stui("runs", "list", HOME=str(tmp_path), KUBECONFIG=str(tmp_path / "none"))
    assert done.returncode == errors.UnreachableError.exit_code
    assert done.stderr.startswith("Error: No kubeconfig found")
    assert "Traceback" not in done.stderr


def test_debug_may_stand_anywhere_and_adds_the_traceback(tmp_path: Path) -> None:
    done = k8stui("runs", "list", "--debug", HOME=str(tmp_path), KUBECONFIG=str(tmp_path / "none"))
    assert "Traceback" in done.stderr
    assert done.returncode == errors.UnreachableError.exit_code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "missing.py"), "no file missing.py"),
        (("run", "p.py", "--param", "n"), "--param 'n' is not NAME=VALUE"),
        (("run", "p.py", "--param", "n=x"), "'x' is not"),
        (("run", "p.py", "--param", "m=1"), "no parameter 'm'"),
        (("run", "p.py", "--dry-run=client"), "only `server` is possible"),
        (("runs", "list", "--status", "flying"), "'flying' is no state"),
        (("logs", "--since", "soon"), "'soon' is no duration"),
        (("logs", "--step", "("), "no regular expression"),
        (("logs", "--include", "["), "'[' is no regular expression"),
        (("logs", "--since-time", "noon"), "'noon' is no RFC 3339 time"),
        (("logs", "--previous", "-f"), "leave -f out"),
        (("runs", "list", "-o", "xml"), "xml"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_input_is_told_with_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "p.py").write_text(
        "from k8stui import pipeline, step\n@step\ndef s(n: int) -> None: ...\n"
        "@pipeline\ndef p(n: int = 1) -> None:\n    s(n)\n"
    )
    done = k8stui(*arguments, cwd=tmp_path, HOME=str(tmp_path))
    assert said in done.stderr
    assert done.returncode == 2


def test_every_error_has_the_exit_code_of_its_class(capsys: pytest.CaptureFixture[str]) -> None:
    assert [tell(kind("x")) for kind in (errors.K8stuiError, errors.NotFoundError, errors.WaitTimeoutError)] == [
        1,
        4,
        3,
    ]
    assert capsys.readouterr().err.splitlines() == ["Error: x"] * 3


def test_several_wrong_fields_stand_on_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    tell(errors.InvalidInputError("a: wrong\nb: wrong\tas well", hint="Mend them.\nBoth."))
    assert capsys.readouterr().err == "Error: a: wrong\n       b: wrong as well\n  Mend them.\n  Both.\n"


def test_an_unexpected_error_is_a_sentence_too(capsys: pytest.CaptureFixture[str]) -> None:
    async def fail() -> None:
        raise ZeroDivisionError("nothing\x1b[2J")

    with pytest.raises(SystemExit) as ended:
        execute(fail())
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("Error: Unexpected ZeroDivisionError: nothing\n")


def test_ctrl_c_says_what_goes_on_and_exits_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    async def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        execute(interrupted(), interrupted="it goes on")
    assert (ended.value.code, capsys.readouterr().err) == (130, "it goes on\n")


def test_a_screen_that_is_not_there_is_refused_with_those_that_are() -> None:
    done = k8stui("--screen", "pipelines")
    assert done.returncode == 2
    assert "There is no screen 'pipelines'." in done.stderr
    assert "runs, pods" in done.stderr
    done = k8stui("--screen", "pods", "runs", "list")
    assert done.returncode == 2
    assert "--screen stands before the verb 'runs'" in done.stderr
