"""The tree of commands: of a line that begins with a verb only that verb is built."""

from __future__ import annotations

import pytest
from typer.main import get_group

from k8stui_tui.cli.app import build
from k8stui_tui.verbs import HIDDEN, VERBS


@pytest.mark.parametrize(
    ("line", "verbs", "below"),
    [
        ("", [*VERBS], []),
        ("--context x runs list", [*VERBS], []),
        ("lst runs", [*VERBS], []),
        ("logs runs", ["logs"], []),
        ("runs list -n x", ["runs"], ["list"]),
        ("schedule why x", ["schedule"], ["why"]),
        ("artifact-store list", ["artifact-store"], ["list"]),
    ],
)
def test_only_what_a_line_names_is_there(line: str, verbs: list[str], below: list[str]) -> None:
    built = get_group(build(line.split()))
    assert {*built.commands} == {*verbs}
    assert {name for name, command in built.commands.items() if command.hidden} == HIDDEN & {*verbs}
    if below:
        assert [*built.commands[verbs[0]].commands] == below  # type: ignore[attr-defined]  # a group


def test_what_a_group_lacks_is_answered_from_all_that_it_has() -> None:
    for words in ("runs", "runs lst", "runs --help", "pipeline"):
        built, (name, *_) = get_group(build(words.split())), words.split()
        assert {*built.commands[name].commands} == {*get_group(build()).commands[name].commands}  # type: ignore[attr-defined]  # a group
