"""Every command line of k8stui in README and docs/ is one that the program takes."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from k8stui_tui.cli.app import build
from tests.docpages import PAGES, Command, calls, commands, mentions, name_of

ANYWHERE = "--stack"
"""Taken out of the line before the library of the command line reads it."""

_PLACEHOLDER = re.compile(r"[A-Z][A-Z-]+|…|\.\.\.")


@functools.cache
def program() -> Any:
    """The command line, all of it, whose verbs do nothing."""
    root = typer.main.get_command(build())
    _silence(root)
    return root


def _silence(command: Any) -> None:
    command.callback = lambda **_: None
    for below in getattr(command, "commands", {}).values():
        _silence(below)


def problem(words: tuple[str, ...]) -> str:
    """What the program says to a line before it does anything; empty where it takes it."""
    kept = list(words)
    if ANYWHERE in kept:
        at = kept.index(ANYWHERE)
        del kept[at : at + 2]
    try:
        program().main([word for word in kept if word != "--debug"], prog_name="k8stui", standalone_mode=False)
    except Exception as error:
        return str(error) or type(error).__name__
    return ""


def unknown(words: tuple[str, ...]) -> list[str]:
    """Verbs and options of a mention that are not there; what stands for something else is let pass."""
    command, found, before = program(), [], list(words)
    while before and hasattr(command, "commands"):
        word = before.pop(0)
        if word.startswith("-"):
            known = _option(command, word)
            if known is None:
                found.append(word)
            elif not known.is_flag and "=" not in word:
                before = before[1:]
        elif word in command.commands:
            command = command.commands[word]
        elif _PLACEHOLDER.match(word):
            return found
        else:
            return [*found, word]
    if command.context_settings.get("ignore_unknown_options"):
        return found
    rest = [word.strip("[]…") for word in before[: before.index("[--") if "[--" in before else None]]
    options = [word for word in rest if word.startswith("-") and word not in {ANYWHERE, "--help", "-h", "--"}]
    return [*found, *(word for word in options if _option(command, word) is None)]


def _option(command: Any, word: str) -> Any:
    name = word.partition("=")[0]
    return next((option for option in command.params if name in (*option.opts, *option.secondary_opts)), None)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_command_is_taken_as_it_stands(page: Path) -> None:
    wrong = [(one.place, " ".join(one.words), said) for one in commands(page) if (said := problem(one.words))]
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_verbs_and_options_that_are_mentioned_are_there(page: Path) -> None:
    wrong = [(one.place, " ".join(one.words), said) for one in mentions(page) if (said := unknown(one.words))]
    assert not wrong


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("k8stui runs list -o name | head -1", [["runs", "list", "-o", "name"]]),
        ("R=$(k8stui run 'a b.py') && k8stui runs watch $R", [["run", "a b.py"], ["runs", "watch", "$R"]]),
        ("K8STUI_CONFIG=/dev/null k8stui", [[]]),
        ("k8stui init --dry-run | kubectl apply -f -", [["init", "--dry-run"]]),
        ("kubectl k8stui runs list", [["runs", "list"]]),
        ("kubectl get pods -l app=k8stui", []),
    ],
)  # fmt: skip
def test_calls_are_found_among_other_words_of_a_shell(line: str, found: list[list[str]]) -> None:
    assert calls(line) == found


@pytest.mark.parametrize(
    "line", ["runs lsit", "runs show", "runs list --statsu failed", "schedule create x.py --every"]
)
def test_what_the_program_does_not_take_is_noticed(line: str) -> None:
    assert problem(tuple(line.split()))


@pytest.mark.parametrize("line", ["runs lsit RUN", "runs show RUN --wdie"])
def test_what_is_mentioned_and_not_there_is_noticed(line: str) -> None:
    assert unknown(tuple(line.split()))


def test_there_is_something_to_look_at() -> None:
    found: list[Command] = [one for page in PAGES for one in (*commands(page), *mentions(page))]
    assert len(found) > 100
