"""A watched run that ends is told of once, on whichever screen, and the terminal is asked as the config file says."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest

from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError
from k8stui.model.views import RunSummaryView
from k8stui_tui.cli.following import bell_of
from k8stui_tui.config.model import Config, Notify
from k8stui_tui.notification import end_of, notification
from k8stui_tui.watched import Watched
from tests.tui.fakes import FakeBoard
from tests.tui.harness import Shown, shown, usual_store

RUN = usual_store().fake_board.runs[0]


def changed(of: RunSummaryView, **fields: object) -> RunSummaryView:
    return of.model_copy(update=fields)


def ends(screen: Shown, state: RunState, why: str = "") -> list[str]:
    """Let the first run end; gives what the terminal was sent."""
    sent: list[str] = []
    screen.center.send = sent.append  # type: ignore[assignment, method-assign]  # no terminal
    screen.center.bell = lambda: sent.append("bell")  # type: ignore[method-assign]  # likewise
    board = screen.store.fake_board
    first, *others = board.runs
    board.give([changed(first, state=state, why=why), *others])
    screen.center._tick()
    screen.center._tick()
    return sent


async def test_an_end_is_told_once_also_on_another_screen() -> None:
    async with shown(config=Config(notify=Notify(terminal="osc777"))) as screen:
        assert RUN.state is RunState.RUNNING
        await screen.press("a")
        assert "The end of run train-churn-7f3a will be told" in screen.text
        assert "train-churn-7f3a" in screen.line_with("running ◆")
        await screen.press("z")
        assert "watched, 1 evicted" in screen.text
        await screen.press("2")
        sent = ends(screen, RunState.FAILED, "no memory")
        assert sent[0] == "bell"
        assert sent[1:] == [notification("osc777", "k8stui", "Run train-churn-7f3a has failed", os.environ)]
        await screen.settle()
        assert "Run train-churn-7f3a has failed: no memory" in screen.text
        await screen.press("1")
        assert "running ◆" not in screen.text


async def test_without_the_bell_only_the_message_comes() -> None:
    async with shown(config=Config(notify=Notify(bell=False))) as screen:
        await screen.press("a")
        assert ends(screen, RunState.SUCCEEDED) == [""]
        await screen.settle()
        assert "Run train-churn-7f3a has succeeded." in screen.text
        # News of the connection come the same way.
        screen.store.news.append("The user of context dev has changed.")
        screen.center._tick()
        await screen.settle()
        assert "The user of context dev has changed." in screen.text


async def test_what_is_not_watched_any_more_or_has_ended_is_not_told() -> None:
    async with shown() as screen:
        await screen.press("a", "a")
        assert "will not be told" in screen.text
        assert ends(screen, RunState.SUCCEEDED) == []
        await screen.press("a")
        assert "nothing to watch" in screen.text


def test_an_end_is_found_once_and_only_that_of_a_watched_run() -> None:
    watched, board = Watched(), FakeBoard([RUN, changed(RUN, run="other")])
    watched.add([RUN])
    assert watched.ended(board) == []  # type: ignore[arg-type]  # it has what is needed of a board
    done = [changed(one, state=RunState.STOPPED) for one in board.runs]
    board.give(done)
    assert watched.ended(board) == done[:1]  # type: ignore[arg-type]  # as above
    board.give(done)
    assert watched.ended(board) == []  # type: ignore[arg-type]  # as above
    assert watched.ended(None) == []


@pytest.mark.parametrize(
    ("kind", "environ", "code"),
    [
        ("osc9", {}, "\x1b]9;k8stui: Run a, b has failed\x07"),
        ("osc777", {}, "\x1b]777;notify;k8stui;Run a, b has failed\x07"),
        ("osc9", {"TMUX": "/tmp/x"}, "\x1bPtmux;\x1b\x1b]9;k8stui: Run a, b has failed\x07\x1b\\"),
        ("off", {}, ""),
    ],
)
def test_what_the_terminal_is_sent(kind: str, environ: dict[str, str], code: str) -> None:
    assert notification(kind, "k8stui", "Run a; b has failed", environ) == code


def test_what_a_run_is_called_can_do_nothing_to_the_terminal() -> None:
    code = notification("osc9", "k8stui", "a\x07\x1b]52;c;x\x07\x9c" + "b" * 500, {})
    assert code.count("\x07") == code.count("\x1b") == 1
    assert "\x9c" not in code
    assert len(code) < 230


def test_the_command_line_rings_as_the_screens_do(tmp_path: Path) -> None:
    (file := tmp_path / "config.toml").write_text('[notify]\nterminal = "osc9"\n')
    bell_of({"K8STUI_CONFIG": str(file)}, terminal := StringIO())(end_of("a", "stopped"))
    assert terminal.getvalue() == "\x07\x1b]9;k8stui: Run a was stopped\x07"
    bell_of({"K8STUI_CONFIG": str(file)}, None)("nobody is there to hear it")
    file.write_text("[notify]\nterminal = 3\n")
    with pytest.raises(InvalidInputError, match="terminal"):
        bell_of({"K8STUI_CONFIG": str(file)}, terminal)
