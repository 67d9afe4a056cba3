"""Completes words, for shells (`k8stui completion`) and for kubectl, which asks `kubectl_complete-k8stui`.

kubectl gives it the words, the unfinished one last, and reads one proposal a line, with what it means behind a tab, and
a last line of `:` and a number that says what the shell may do besides (`ShellCompDirective` of cobra).
"""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from enum import StrEnum
from typing import Annotated

import typer

from k8stui_tui.cli.app import build
from k8stui_tui.cli.output import say
from k8stui_tui.program import ASKS

FILES, NO_FILES = ":0", ":4"
"""Whether the shell proposes files of its own: where there is nothing to propose, a word may name one."""

# The rest of the protocol that ASKS belongs to.
_WORDS, _WORDS_OF_BASH, _HOW = "_TYPER_COMPLETE_ARGS", "COMP_WORDS", "_TYPER_COMPLETE_FISH_ACTION"


class Shell(StrEnum):
    """Those that typer has a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="Yours.", show_default=False)]) -> None:
    """Print the function by which a shell completes verbs and options.

    bash: source <(k8stui completion bash), in ~/.bashrc. zsh: source <(k8stui completion zsh), in ~/.zshrc after
    compinit. fish: k8stui completion fish > ~/.config/fish/completions/k8stui.fish
    """
    os.environ[ASKS] = f"source_{shell.value}"
    _answer(())


def answer_shell() -> None:
    """Tell a shell's function what it asks for, and leave."""
    _answer(words_before(os.environ))


def words_before(environ: Mapping[str, str]) -> list[str]:
    """What stands on a shell's line between the program and the word that is being completed."""
    line = environ.get(_WORDS_OF_BASH) or environ.get(_WORDS) or ""
    words = line.split()
    return words[1:] if line[-1:].isspace() else words[1:-1]


def complete(words: Sequence[str]) -> None:
    """Print for kubectl what the last word could become.

    Args:
        words: Those behind `kubectl k8stui`; the last is unfinished, or empty.
    """
    found = proposals(words)
    say("\n".join([*found, NO_FILES if found else FILES]))


def proposals(words: Sequence[str]) -> list[str]:
    """What the last word could become, each with what it means behind a tab."""
    *before, unfinished = words or ("",)
    line = shlex.join(["k8stui", *before])
    os.environ |= {
        ASKS: "complete_fish",
        _WORDS: f"{line} {shlex.quote(unfinished) if unfinished else ''}",
        _HOW: "get-args",
    }
    with redirect_stdout(io.StringIO()) as answer, suppress(SystemExit):
        _answer(before)
    return [line for line in answer.getvalue().splitlines() if line]


def _answer(before: Sequence[str]) -> None:
    from typer.completion import get_completion_inspect_parameters

    # Only this makes typer answer in the place of click, which asks and answers otherwise; an application that has
    # typer's own options for completion calls it, too.
    get_completion_inspect_parameters()
    build(before)(prog_name="k8stui")
