"""One terminal for all tests of screens, whatever the one is that they run in."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

_OF_THE_MACHINE = ("NO_COLOR", "FORCE_COLOR", "K8STUI_THEME", "K8STUI_ASCII", "K8STUI_DEBUG", "COLORFGBG")


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """UTF-8, all colours, and clock times of UTC."""
    for name in _OF_THE_MACHINE:
        monkeypatch.delenv(name, raising=False)
    for name, value in (("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")):
        monkeypatch.setenv(name, value)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
