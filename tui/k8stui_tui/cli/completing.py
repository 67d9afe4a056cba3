"""Completes the words of `kubectl k8stui …` for kubectl's own completion, which asks `kubectl_complete-k8stui`.

kubectl gives it the words, the unfinished one last, and reads one proposal a line, with what it means behind a tab, and
a last line of `:` and a number that says what the shell may do besides (`ShellCompDirective` of cobra).
"""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress

from k8stui_tui.cli.app import build
from k8stui_tui.cli.output import say

FILES, NO_FILES = ":0", ":4"
"""Whether the shell proposes files of its own: where there is nothing to propose, a word may name one."""

_NOT_THE_PLUGINS = ("--install-completion", "--show-completion")

# The protocol of typer's completion scripts, which stand in the files of shells and so stay as they are.
_ASK, _WORDS, _HOW = "_K8STUI_COMPLETE", "_TYPER_COMPLETE_ARGS", "_TYPER_COMPLETE_FISH_ACTION"


def complete(words: Sequence[str]) -> None:
    """Print what the last word could become.

    Args:
        words: Those behind `kubectl k8stui`; the last is unfinished, or empty.
    """
    found = [line for line in proposals(words) if not line.startswith(_NOT_THE_PLUGINS)]
    say("\n".join([*found, NO_FILES if found else FILES]))


def proposals(words: Sequence[str]) -> list[str]:
    """What the last word could become, each with what it means behind a tab."""
    *before, unfinished = words or ("",)
    line = shlex.join(["k8stui", *before])
    os.environ |= {
        _ASK: "complete_fish",
        _WORDS: f"{line} {shlex.quote(unfinished) if unfinished else ''}",
        _HOW: "get-args",
    }
    with redirect_stdout(io.StringIO()) as answer, suppress(SystemExit):
        build(before)(prog_name="k8stui")
    return [line for line in answer.getvalue().splitlines() if line]
