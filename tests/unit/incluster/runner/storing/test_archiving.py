"""The supervisor of a step: what the step writes comes out as before, and is archived."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from k8stui.incluster.runner.storing import archiving
from k8stui.incluster.runner.storing.archiving import ENDING, LARGEST, part_name
from tests.unit.incluster.running import Ended, Step, other_pythons

UID = "0b6f0a0e-0000-4000-8000-000000000001"
OWNER = "o0123456789ab-01234567"


def step(folder: Path, source: str, *, limit: int = 1 << 20, path: str = "", **more: Any) -> Step:
    (folder / "store").mkdir(exist_ok=True)
    told = {"K8STUI_STORE": json.dumps({"path": path or f"file://{folder}/store", "owner": OWNER})}
    told |= {"K8STUI_ARCHIVE": str(limit), "K8STUI_POD_UID": UID}
    return Step(folder, source, env=told, storing=True, **more)


def archive(folder: Path) -> dict[str, str]:
    """The parts that are kept, without the times of their lines."""
    found = sorted((folder / "store" / "logs" / "r" / OWNER / "r-train-1").glob("*"))
    time = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ", re.MULTILINE)
    return {path.name: time.sub("", path.read_text()) for path in found}


def whole(text: str) -> dict[str, str]:
    return {part_name(UID, 1, last=True): text}


def test_what_it_writes_comes_out_and_is_kept_and_its_report_and_code_are_as_before(tmp_path: Path) -> None:
    source = """
        import os, subprocess, sys
        def step():
            print("one")
            print("two", file=sys.stderr)
            os.write(1, b"native\\n")
            subprocess.run(["/bin/echo", "of a child"])
            print("without an end", end="")
            return sorted(k for k in os.environ if k.startswith("K8STUI_"))
    """
    ended = step(tmp_path, source, outputs=("x",)).run()
    assert (ended.code, ended.err) == (0, "two\n")
    assert ended.out == "one\nnative\nof a child\nwithout an end"
    assert ended.report["results"] == {"x": ["K8STUI_IN_STEP", "K8STUI_TERMINATION_LOG"]}
    [(name, text)] = archive(tmp_path).items()
    assert name == part_name(UID, 1, last=True)
    assert sorted(text.splitlines()) == sorted(["one", "two", "native", "of a child", "without an end"])


@pytest.mark.parametrize(
    ("body", "code", "last"),
    [
        ("import os; os._exit(7)", 7, "before"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137, "before"),
        ("import ctypes; ctypes.string_at(0)", 139, "line 4 in step"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero"),
        ("import subprocess; subprocess.Popen(['sleep', '300'])", 0, "before"),
    ],
)
def test_a_step_that_ends_in_whatever_way_ends_so_and_its_last_words_are_kept(
    tmp_path: Path, body: str, code: int, last: str
) -> None:
    ended = step(tmp_path, f"import sys\ndef step():\n    print('before')\n    {body}\n").run()
    assert ended.code == code
    [(name, text)] = archive(tmp_path).items()
    assert name == part_name(UID, 1, last=True)
    assert "before\n" in text
    assert last in text


def test_a_child_that_writes_on_when_its_step_has_ended_is_no_reason_to_go_on(tmp_path: Path) -> None:
    ended = step(tmp_path, "import subprocess\ndef step():\n    print('a')\n    subprocess.Popen(['yes'])\n").run()
    assert (ended.code, ended.out[:2]) == (0, "a\n")
    assert ".end" in max(archive(tmp_path))


def test_sigterm_reaches_the_step_which_may_still_say_something(tmp_path: Path) -> None:
    body = "import time\ndef step():\n    print('here')\n    try: time.sleep(30)\n    finally: print('cleaned up')\n"
    begun = step(tmp_path, body)
    process = begun.start()
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGTERM)
    ended = begun.wait(process)
    assert (ended.code, ended.message, ended.out) == (143, "", "cleaned up\n")
    assert "".join(archive(tmp_path).values()) == "here\ncleaned up\n"


def test_no_part_is_larger_than_any_may_be(tmp_path: Path) -> None:
    source = "import os\ndef step():\n    for _ in range(3): os.write(1, b'\\n' * 65536)\n"
    assert step(tmp_path, source, limit=1 << 24).run().code == 0
    parts = sorted((tmp_path / "store" / "logs" / "r" / OWNER / "r-train-1").glob("*"))
    assert len(parts) > 3
    assert max(path.stat().st_size for path in parts) <= LARGEST
    assert sum(path.read_bytes().count(b"\n") for path in parts) == 3 * 65536


def test_of_a_log_that_is_too_long_beginning_and_end_are_kept_and_the_gap_is_counted(tmp_path: Path) -> None:
    lines = [f"{number:07}" for number in range(60_000)]
    source = "def step():\n    for n in range(60000): print('%07d' % n)\n"
    ended = step(tmp_path, source, limit=ENDING * 2).run()
    assert ended.out.splitlines() == lines
    *_, name = parts = archive(tmp_path)
    kept = "".join(parts.values()).splitlines()
    gap = next(place for place, line in enumerate(kept) if line != lines[place])
    assert kept == lines[:gap] + lines[gap - len(kept) :]
    width = len("2026-11-30T04:00:00.000000000Z 0000000\n")
    assert name == part_name(UID, len(parts), last=True, left_out=(len(lines) - len(kept)) * width)
    assert parts[name].splitlines() == kept[gap:]
    assert len(kept) * width <= ENDING * 2


def test_large_output_goes_to_several_parts_and_long_lines_are_broken(tmp_path: Path) -> None:
    ended = step(tmp_path, "def step(): print('x' * 3_000_000)", limit=16 << 20).run()
    assert len(ended.out) == 3_000_001
    parts = archive(tmp_path)
    assert list(parts) == sorted(parts)
    assert "".join(parts.values()).replace("\n", "") == "x" * 3_000_000
    assert len(parts) > 2
    assert [name for name in parts if ".end" in name] == [max(parts)]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("file://{folder}/none", "the artifact store file://{folder}/none is not there"),
        ("s3://bucket", "s3fs, which is not in image python:3 (and nothing is installed for a log alone)"),
    ],
)
def test_what_cannot_be_kept_is_said_and_is_no_failure(tmp_path: Path, path: str, why: str) -> None:
    source = "def step():\n    print('a')\n    return 1\n"
    ended = step(tmp_path, source, path=path.format(folder=tmp_path), outputs=("x",)).run()
    assert (ended.code, ended.out, ended.report["results"]) == (0, "a\n", {"x": 1})
    assert "k8stui: the log is not archived" in ended.err
    assert why.format(folder=tmp_path) in ended.err
    assert len(ended.err.splitlines()) == 1


def hanging(folder: Path) -> Path:
    """A store that hangs as soon as the end of a short log is put there, until somebody reads this."""
    pipe = folder / "store" / "logs" / "r" / OWNER / "r-train-1" / f"{part_name(UID, 1, last=True)}.part"
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    return pipe


def test_a_step_has_told_its_end_when_its_log_is_kept(tmp_path: Path) -> None:
    pipe = hanging(tmp_path)
    begun = step(tmp_path, "import sys\ndef step():\n    print('a')\n    raise ValueError('no')\n")
    process = begun.start()
    with pipe.open(), pipe.open("r+b", buffering=0) as file:  # waits until it is written to
        assert begun.message.exists()
        assert process.poll() is None
        assert file.read(1 << 16).endswith(b"ValueError: no\n")
        ended = begun.wait(process)
    assert (ended.code, ended.report["error"]["message"], ended.out) == (1, "no", "a\n")


def test_a_store_that_hangs_is_not_waited_for_forever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pipe = hanging(tmp_path)
    monkeypatch.setattr(archiving, "PATIENCE", 0.01)
    monkeypatch.setenv("K8STUI_STORE", json.dumps({"path": f"file://{tmp_path}/store", "owner": OWNER}))
    task = {"run": "r", "pod": "r-train-1", "image": "python:3"}
    kept = archiving.Archive(1 << 20, UID, task, str(tmp_path))
    kept.take(1, b"a\n", 0.0)
    kept.finish()
    assert "not archived, or not to its end: the store has not taken it within" in capfd.readouterr().err
    assert pipe.read_text().endswith(" a\n")  # and its thread goes on


def test_where_nobody_is_known_to_own_it_a_log_is_nobodys(tmp_path: Path) -> None:
    alone = step(tmp_path, "def step(): print('a')")
    alone.env["K8STUI_STORE"] = json.dumps({"path": f"file://{tmp_path}/store"})
    assert alone.run().code == 0
    assert [path.parent.name for path in (tmp_path / "store" / "logs" / "r" / "-").glob("*/*")] == ["r-train-1"]


def test_a_step_that_writes_nothing_leaves_nothing(tmp_path: Path) -> None:
    ended: Ended = step(tmp_path, "def step(): pass").run()
    assert (ended.code, ended.report["silent"], archive(tmp_path)) == (0, True, {})


@pytest.mark.parametrize("python", other_pythons(), ids=str)
def test_other_pythons(tmp_path: Path, python: Path) -> None:
    ended = step(tmp_path, "def step(): print('a')", python=[str(python), "-I", "-S"]).run()
    assert (ended.code, ended.out, archive(tmp_path)) == (0, "a\n", whole("a\n"))
