"""The console script `k8stui`, and `kubectl k8stui` (`program.py`).

Imports as little as the given verb needs: `k8stui --version` imports no library at all, and a verb's own modules are
imported inside its function.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from k8stui_tui.program import ASKS, COMPLETER, as_plugin, called_as

_DEBUG = "--debug"
_STACK = "--stack"


def main() -> None:
    """Run the command line with the arguments of the process; leaves with a documented exit code (docs/cli.md)."""
    arguments = sys.argv[1:]
    if called_as() == COMPLETER:
        from k8stui_tui.cli.completing import complete

        complete(arguments)
        return
    if arguments in (["--version"], ["version"]):
        from k8stui.version import __version__

        sys.stdout.write(f"k8stui {__version__}\n")
        return
    if _DEBUG in _own(arguments):
        # Accepted anywhere: it is added to the end of a line that just failed.
        from k8stui.model.variables import DEBUG_VARIABLE

        os.environ[DEBUG_VARIABLE] = "1"
        sys.argv.remove(_DEBUG)
    _harmless_streams()
    # What is imported never becomes garbage, and looking whether it is takes a twentieth of the start: whatever goes on
    # from here (`session.execute`, `engine.loaded`) has the collector work again.
    gc.disable()
    try:
        _name_stack(_own(sys.argv[1:]))
    except Exception as error:
        from k8stui_tui.cli.session import tell

        raise SystemExit(tell(error)) from None
    _run()


def _own(words: list[str]) -> list[str]:
    """What is meant for k8stui; what follows `--` is another program's."""
    return words[: words.index("--")] if "--" in words else words


def _name_stack(words: list[str]) -> None:
    """Accepted anywhere, too, since every verb uses a stack: taken out of the line, kept for all that asks for it."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name != _STACK:
            continue
        following = words[index + 1 : index + 2]
        if not equals and following and not following[0].startswith("-"):
            value = following[0]
        if not value:
            from k8stui.model.errors import InvalidInputError

            raise InvalidInputError("--stack needs the name of a stack, or none.")
        from k8stui.model.variables import STACK_VARIABLE

        os.environ[STACK_VARIABLE] = value
        del sys.argv[1 + index : 1 + index + (1 if equals else 2)]
        return


def _harmless_streams() -> None:
    """A character the terminal's encoding lacks is shown as an escape instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _run() -> None:
    from k8stui_tui.cli.center import on_terminal, open_center, options_of

    try:
        if ASKS in os.environ:
            from k8stui_tui.cli.completing import answer_shell

            answer_shell()
        if (given := options_of(sys.argv[1:])) is not None and on_terminal():
            # What is typed most often: the screens are painted before the command line's library would be imported.
            open_center(**given)
        from k8stui_tui.cli.app import build

        build(sys.argv[1:])(prog_name=as_plugin())
    except BrokenPipeError:
        from k8stui_tui.cli.session import broken_pipe

        raise SystemExit(broken_pipe()) from None
    except Exception as error:
        from k8stui_tui.cli.session import tell

        raise SystemExit(tell(error)) from None


if __name__ == "__main__":
    main()
