"""What k8stui did in a cluster, as commands of kubectl that would do the same: to learn from, and to look up later."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from k8stui.model.errors import InvalidInputError
from k8stui.model.variables import LOG_COMMANDS_VARIABLE

_MOST = 5_000


@dataclass(frozen=True)
class Command:
    """One write, or one command run in a container.

    Attributes:
        time: When its answer came, in seconds since the epoch.
        line: The command of kubectl; may have several lines.
        error: Why it was not done, or may not have been; empty when it was.
    """

    time: float
    line: str
    error: str = ""

    def text(self) -> str:
        """As lines of a shell script: one that was refused is a comment."""
        when = datetime.fromtimestamp(self.time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        if not self.error:
            return f"# {when} done\n{self.line}\n"
        said = " ".join(self.error.split())
        return f"# {when} not done: {said}\n" + "".join(f"# {line}\n" for line in self.line.splitlines())


class CommandLog:
    """The newest commands of this process."""

    def __init__(self, heard: Callable[[Command], None] | None = None) -> None:
        """Make an empty one.

        Args:
            heard: Told each command.
        """
        self._commands: deque[Command] = deque(maxlen=_MOST)
        self._heard = heard

    @property
    def commands(self) -> Sequence[Command]:
        """The oldest first."""
        return tuple(self._commands)

    def add(self, line: str, error: str = "") -> None:
        """Something was done, or refused."""
        command = Command(time.time(), line, error)
        self._commands.append(command)
        if self._heard:
            self._heard(command)

    def text(self) -> str:
        """The newest first."""
        return "\n".join(command.text() for command in reversed(self._commands))


def command_log() -> CommandLog:
    """A log that also writes to the file that `K8STUI_LOG_COMMANDS` names.

    Raises:
        InvalidInputError: That file cannot be written.
    """
    name = os.environ.get(LOG_COMMANDS_VARIABLE)
    if not name:
        return CommandLog()
    path = Path(name)

    def write(text: str) -> None:
        with open(path, "a", encoding="utf-8", opener=_for_the_owner) as file:
            file.write(text)

    try:
        write("")
    except OSError as error:
        raise InvalidInputError(f"--log-commands {name!r} cannot be written: {error.strerror}.") from None
    return CommandLog(lambda command: write(command.text()))


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
