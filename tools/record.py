"""Records the real program on a terminal as an asciinema cast: `make recording` writes dist/k8stui.cast.

A story says what to wait for and which keys to press then, so a recording is made anew whenever the program changes.
The file is version 2 of the format: https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import argparse
import codecs
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from k8stui_tui.config.memory import Memory
from k8stui_tui.hints import HINTS
from tests.terminal.terminal import KEYS, Terminal

ROOT = Path(__file__).resolve().parents[1]

PATIENCE = 120.0
"""Seconds to wait for something that should appear."""

KEYSTROKE = 0.12
"""Seconds between two keys: as quick as a person types."""


@dataclass(frozen=True)
class Beat:
    """One thing that happens in a story.

    Attributes:
        until: Words that the screen must have before anything else.
        look: Seconds that a viewer gets to read it.
        keys: Keys to press then: names that `Terminal.send` knows, or texts that are typed.
        chapter: What a player shows at this place; empty for none.
        speed: How many times faster than it was the waiting is shown.
    """

    until: tuple[str, ...]
    look: float = 1.5
    keys: tuple[str, ...] = ()
    chapter: str = ""
    speed: float = 1.0


STORY = (
    Beat(("live", "running", "failed", "stopped", "paused", "pending"), 2.5, ("/", "pipeline:churn", "enter"), speed=8),
    Beat(("1 of",), 1.5, ("!",), chapter="a run that failed"),
    Beat(("is below the 0.60",), 2, ("w",), chapter="why"),
    Beat(("What to do",), 5, ("q", "l"), chapter="its log"),
    Beat(("accuracy 0.48",), 3, ("2",), chapter="cleaning up"),
    Beat(("PODS", "failed"), 1.5, ("/", "status:failed run:churn*", "enter", "A")),
    Beat(("marked",), 2, ("D",)),
    Beat(("Plan: delete", "y or n"), 4, ("y",)),
    Beat(("deleted.",), 3, ("enter",)),
    Beat(("enter open",), 1.5, ("q",)),
)
"""`k8stui demo`: what is there, why a run failed, its log, and its failed pods are cleaned up."""


class Recorder(Terminal):
    """A terminal that remembers when it was sent what.

    Attributes:
        speed: How many times faster than it is time is recorded.
    """

    def __init__(
        self, command: Sequence[str], *, columns: int = 120, rows: int = 40, env: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(command, columns=columns, rows=rows, env=env)
        self.speed = 1.0
        self._told: list[tuple[float, str, bytes]] = []
        self._at, self._since = 0.0, time.monotonic()

    def mark(self, chapter: str) -> None:
        """Begin a chapter."""
        with self._lock:
            self._note("m", chapter.encode())

    def events(self) -> Iterator[tuple[float, str, str]]:
        """What happened, as a cast has it: seconds, `o` for output or `m` for a marker, the text."""
        with self._lock:
            told = list(self._told)
        return decoded(told)

    def _take(self, data: bytes) -> None:
        with self._lock:
            if data:
                self._note("o", data)
        super()._take(data)

    def _note(self, code: str, data: bytes) -> None:
        now = time.monotonic()
        self._at += (now - self._since) / self.speed
        self._since = now
        self._told.append((self._at, code, data))


def decoded(told: Iterable[tuple[float, str, bytes]]) -> Iterator[tuple[float, str, str]]:
    """Events as text; a character that came in two parts is in the event of its last one."""
    decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
    for at, code, data in told:
        if text := decode(data) if code == "o" else data.decode():
            yield round(at, 3), code, text


def record(
    command: Sequence[str],
    story: Iterable[Beat],
    target: Path,
    *,
    title: str,
    size: tuple[int, int] = (120, 40),
    env: Mapping[str, str] | None = None,
    pace: float = 1.0,
) -> None:
    """Play a story and write the cast.

    Args:
        command: The program. It must have ended when the story has.
        story: What to wait for, and which keys to press.
        target: The file.
        title: What a player shows.
        size: Columns and rows.
        env: What the program's environment has besides this one's.
        pace: Factor on the seconds that viewers get; 0 waits for the program only.

    Raises:
        AssertionError: Something never appeared; the message has the screen.
        subprocess.TimeoutExpired: The program did not end.
    """
    with Recorder(command, columns=size[0], rows=size[1], env=env) as terminal:
        for beat in story:
            terminal.speed = beat.speed
            terminal.wait_for(*beat.until, seconds=PATIENCE)
            terminal.speed = 1.0
            if beat.chapter:
                terminal.mark(beat.chapter)
            time.sleep(beat.look * pace)
            for key in beat.keys:
                _press(terminal, key, pace)
        terminal.exit_code(PATIENCE)
    known = {"TERM": "xterm-256color", "SHELL": "/bin/sh"}
    header = {"version": 2, "width": size[0], "height": size[1], "title": title, "env": known}
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(one, ensure_ascii=False) for one in (header, *terminal.events())]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _press(terminal: Recorder, key: str, pace: float) -> None:
    for one in (key,) if key in KEYS else key:
        terminal.send(one)
        time.sleep(KEYSTROKE * pace)


def main() -> None:
    """Record the demo."""
    parser = argparse.ArgumentParser(prog="make recording ARGS=…", description="Record `k8stui demo` as a cast.")
    parser.add_argument("--target", type=Path, default=ROOT / "dist" / "k8stui.cast", help="the file")
    target = parser.parse_args().target
    with tempfile.TemporaryDirectory() as home:
        Memory(Path(home, "k8stui", "state.json")).learn(HINTS)  # who shows something has read the hints
        nobodys = {"XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "LOGNAME": "ada", "TZ": "UTC"}
        command = [sys.executable, "-m", "k8stui_tui.cli.main", "demo"]
        record(command, STORY, target, title="k8stui demo", env=nobodys)
    sys.stdout.write(f"{target}: play it with `asciinema play {target}`\n")


if __name__ == "__main__":
    main()
