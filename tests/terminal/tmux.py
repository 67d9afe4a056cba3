"""A program inside tmux, in a server of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.terminal.terminal import PATIENCE

PAUSE = 0.05

NEEDS_TMUX = pytest.mark.skipif(
    not os.environ.get("K8STUI_REQUIRE_TMUX")
    and not any(os.access(f"{folder}/tmux", os.X_OK) for folder in os.get_exec_path()),
    reason="tmux is not installed",
)
"""For tests that are left out where it is missing, unless it may not be."""


class Tmux:
    """Runs a program in a window; says `left with CODE` when it has ended."""

    def __init__(self, folder: Path, command: Sequence[str], *, env: Mapping[str, str]) -> None:
        self._socket = str(folder / "tmux.sock")
        self._line = f"{shlex.join(command)}; echo left with $?; cat"
        self._env = {**env, "LC_ALL": "C.UTF-8"}

    def __enter__(self) -> Self:
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40", self._line)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server")

    def send(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Press the keys that write a text."""
        self._tmux("send-keys", "-l", text)

    def wait_for(self, *words: str) -> str:
        return self.wait_until(lambda text: all(word in text for word in words), f"{words} on screen")

    def wait_until(self, holds: Callable[[str], bool], what: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while not holds(text := self.text):
            if time.monotonic() > deadline:
                raise AssertionError(f"never: {what}. The screen:\n{text}")
            time.sleep(PAUSE)
        return text

    @property
    def text(self) -> str:
        """The screen as it is now."""
        return self._tmux("capture-pane", "-p")

    @property
    def coloured(self) -> str:
        """The screen with the codes of its colours."""
        return self._tmux("capture-pane", "-p", "-e")

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-S", self._socket, *arguments], env=self._env, capture_output=True, text=True, check=True
        ).stdout
