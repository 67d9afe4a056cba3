"""What is typed after `:` is found, completed, or refused with a hint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.model.errors import InvalidInputError
from k8stui_tui.actions.action import LOOK, Action
from k8stui_tui.actions.table import ACTIONS
from k8stui_tui.commandline import by_name, completions, parse

KNOWN = (
    Action("runs", (), "runs", "", "app", LOOK, names=("runs", "run", "r")),
    Action("theme", (), "theme", "", "app", LOOK, names=("theme",), argument="dark|light|ansi"),
    Action("open", (), "open", "", "app", LOOK, names=("open",), argument="NAME"),
    Action("context", (), "context", "", "app", LOOK, names=("context", "ctx"), argument="[NAME]"),
    Action("namespace", (), "namespace", "", "app", LOOK, names=("ns",), argument="NAMESPACE|all"),
    Action("quit", (), "quit", "", "app", LOOK, names=("quit", "q", "q!")),
    Action("queue", (), "queue", "", "app", LOOK, names=("queue",)),
)


@pytest.mark.parametrize(
    ("line", "action", "argument"),
    [
        ("runs", "runs", ""),
        ("r", "runs", ""),
        ("ru", "runs", ""),
        ("  quit ", "quit", ""),
        ("q", "quit", ""),
        ("q!", "quit", ""),
        ("qui", "quit", ""),
        ("ctx prod eu", "context", "prod eu"),
        ("context", "context", ""),
        ("th  light ", "theme", "light"),
        ("open x", "open", "x"),
        ("ns other", "namespace", "other"),
        ("ns all", "namespace", "all"),
    ],
)
def test_commands_are_found_by_name_alias_and_unmistakable_beginning(line: str, action: str, argument: str) -> None:
    found, given_argument = parse(line, KNOWN)
    assert (found.id, given_argument) == (action, argument)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("qu", ":qu could be :queue, :quit."),
        ("them", ":theme needs dark|light|ansi after it."),
        ("theme mauve", ":theme takes dark, light or ansi, not mauve."),
        ("open", ":open needs NAME after it."),
        ("runs now", ":runs takes nothing after it."),
        ("", "Type the name of a command."),
        ("rums", "There is no command :rums. Did you mean :runs?"),
        ("xyzzy", "There is no command :xyzzy. ? shows all commands."),
    ],
)
def test_what_is_wrong_is_refused_with_a_hint(line: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse(line, KNOWN)
    assert " ".join(filter(None, (refused.value.message, refused.value.hint))) == sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["context", "ns", "open", "queue", "quit", "runs", "theme"]),
        ("qu", ["queue", "quit"]),
        ("ct", ["ctx"]),
        ("theme ", ["theme dark", "theme light", "theme ansi"]),
        ("theme l", ["theme light"]),
        ("th l", ["th light"]),
        ("ns ", ["ns all"]),
        ("open x", []),
        ("nonsense x", []),
    ],
)
def test_what_could_be_meant_is_completed(text: str, expected: list[str]) -> None:
    assert completions(text, KNOWN) == expected


def test_the_nearest_scope_has_a_name() -> None:
    near = Action("near", (), "near", "", "log", LOOK, names=("runs",))
    assert by_name([near, *KNOWN])["runs"] is near


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_command_or_a_sentence(line: str) -> None:
    try:
        outcome = parse(line, ACTIONS)[0].help
    except InvalidInputError as refused:
        outcome = refused.message
    assert outcome.endswith(".")


@given(st.sampled_from([name for action in ACTIONS for name in action.names]), st.data())
def test_what_is_completed_can_be_parsed(name: str, data: st.DataObject) -> None:
    text = name[: data.draw(st.integers(0, len(name)))]
    for line in completions(text, ACTIONS):
        action = by_name(ACTIONS)[line]
        assert parse(f"{line} {action.argument.split('|')[0]}", ACTIONS)[0] is action
