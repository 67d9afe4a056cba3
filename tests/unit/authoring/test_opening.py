"""Loading beside an event loop: it goes on, prints are kept, and every edit is seen."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.forms import fields_of
from k8stui.authoring.load import load
from k8stui.authoring.opening import opened
from k8stui.model.errors import InvalidInputError, K8stuiError

from .conftest import Write

PIPELINE = "from k8stui import pipeline, step\n@step\ndef a(): ...\n@pipeline\ndef p(n: int = {n}):\n    a()\n"


def default(loaded: Any) -> str:
    return fields_of(loaded.parameters)[0].default


async def test_what_a_file_prints_is_kept_and_what_it_asks_for_has_ended(write: Write) -> None:
    text = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint(sys.stdin.read() == '')\n"
    file = write("noisy.py", text + PIPELINE.format(n=1))
    before = sys.stdout, sys.stderr, sys.stdin, list(sys.path)
    found = await opened(str(file), default)
    assert (found.result, found.said) == ("1", "out\nerr\nTrue\n")
    assert (sys.stdout, sys.stderr, sys.stdin, sys.path) == before


async def test_errors_are_sentences_with_their_line_and_streams_come_back(write: Write) -> None:
    before = sys.stdout
    file = write("asks.py", "input()\n")
    with pytest.raises(InvalidInputError, match=r"asks\.py:1: EOFError"):
        await opened(str(file), default)
    file = write("ends.py", "raise KeyboardInterrupt\n")
    with pytest.raises(K8stuiError, match="ended with KeyboardInterrupt"):
        await opened(str(file), default)
    assert sys.stdout is before


async def test_the_loop_goes_on_while_a_file_takes_its_time(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(sys, "k8stui_test_gate", gate, raising=False)
    slow = write("slow.py", "import sys\nassert sys.k8stui_test_gate.wait(30)\n" + PIPELINE.format(n=1))
    other = write("other.py", PIPELINE.format(n=2))
    loading = asyncio.create_task(opened(str(slow), default))
    while not _is_loading():  # noqa: ASYNC110 - a thread has no event of this loop
        await asyncio.sleep(0)
    with pytest.raises(K8stuiError, match="still being loaded"):
        await opened(str(other), default, patience=0.0)
    gate.set()
    assert (await loading).result == "1"
    assert (await opened(str(other), default)).result == "2"


def _is_loading() -> bool:
    return "slow" in sys.modules


async def test_an_abandoned_load_disturbs_nobody(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(sys, "k8stui_test_gate", gate, raising=False)
    slow = write("slow.py", "import sys\nassert sys.k8stui_test_gate.wait(30)\n" + PIPELINE.format(n=1))
    before = sys.stdout
    loading = asyncio.create_task(opened(str(slow), default))
    while not _is_loading():  # noqa: ASYNC110 - a thread has no event of this loop
        await asyncio.sleep(0)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    gate.set()
    assert (await opened(str(write("next.py", PIPELINE.format(n=3))), default)).result == "3"
    assert sys.stdout is before


@pytest.mark.parametrize("edited", ["mine.py", "knobs.py"])
def test_an_edit_of_the_same_size_in_the_same_second_is_seen(write: Write, edited: str) -> None:
    write("knobs.py", "N = 1\n")
    file = write("mine.py", "from knobs import N\nM = 1\n" + PIPELINE.format(n="N + M"))
    for path in ("mine.py", "knobs.py"):
        os.utime(path, (1_000_000, 1_000_000))
    assert default(load(str(file))) == "2"
    changed = Path(edited).read_text().replace("= 1\n", "= 5\n")
    Path(edited).write_text(changed)
    os.utime(edited, (1_000_000, 1_000_000))
    assert default(load(str(file))) == "6"
    assert not Path("__pycache__").exists()


def test_a_file_called_like_a_library_does_not_take_its_place(write: Write) -> None:
    import yaml  # noqa: PLC0415 - the library, before the file of its name

    file = write("yaml.py", PIPELINE.format(n=4))
    assert default(load(str(file))) == "4"
    assert sys.modules["yaml"] is yaml
