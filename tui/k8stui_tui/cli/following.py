"""A run followed on the command line: its log lines and changes as they come, then its tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from k8stui.control.logs.stream import LogLine
from k8stui.control.scripts.follow import Ended, follow_run
from k8stui.control.scripts.launch import late_note
from k8stui.control.scripts.narrate import Narrator
from k8stui_tui.cli.colours import coloured, painter
from k8stui_tui.cli.output import ascii_only, note
from k8stui_tui.notification import notification
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.model.views import RunView


@dataclass
class Shown:
    """Where a run is told, and how much of it.

    Attributes:
        stream: Standard output, or standard error when the answer is JSON.
        logs: Whether the steps' logs are part of it.
    """

    stream: TextIO
    logs: bool = True
    narrator: Narrator = field(init=False)

    def __post_init__(self) -> None:
        self.narrator = Narrator(painter(on=coloured(self.stream)), ascii_only=ascii_only())

    def write(self, *lines: str) -> None:
        """Lines, out at once."""
        self.stream.writelines(line + "\n" for line in lines)
        self.stream.flush()


def bell_of(environ: Mapping[str, str], stream: TextIO | None) -> Callable[[str], None]:
    """What rings the bell and has the terminal show a text, where the config file wants that.

    Args:
        environ: Tells where the config file is.
        stream: The terminal; None for none.

    Raises:
        InvalidInputError: The config file is wrong.
    """
    from k8stui.model.configfile import config_path
    from k8stui_tui.config.reading import read_config

    kind = read_config(config_path(environ)).notify.terminal

    def ring(text: str) -> None:
        if stream is not None:
            stream.write(f"\x07{notification(kind, 'k8stui', text, environ)}")
            stream.flush()

    return ring


def tell_wait(text: str) -> None:
    """Say what is waited for before there is anything to follow."""
    note(f"{cell(text)} Waiting for it.")


async def follow(
    cluster: Cluster,
    run: str,
    namespace: str | None,
    shown: Shown,
    *,
    own: bool = False,
    on_line: Callable[[LogLine], None] | None = None,
) -> RunView:
    """Tell a run until it has ended; gives its last view.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        shown: Where to tell it.
        own: It was submitted by us; see `follow_run`.
        on_line: Sees every log line once it was told.

    Raises:
        NotFoundError: There is no such run, or it was deleted meanwhile.
    """
    async for item in follow_run(cluster, run, namespace=namespace, logs=shown.logs, own=own, on_wait=tell_wait):
        if isinstance(item, LogLine):
            shown.write(shown.narrator.log(item))
            if on_line:
                on_line(item)
        elif isinstance(item, Ended):
            shown.write(*shown.narrator.end(item.run), *late_note(item, run))
            return item.run
        else:
            shown.write(*shown.narrator.changes(item))
    raise AssertionError("a followed run ends with Ended")
