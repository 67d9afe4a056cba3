"""Advice on the screens: commands stand in it as the person would type them."""

from __future__ import annotations

import sys

import pytest

from k8stui.model.errors import K8stuiError
from k8stui_tui.program import PLUGIN
from tests.tui.fakes import FakeStore
from tests.tui.harness import LARGE, shown


@pytest.mark.parametrize(("program", "named"), [("k8stui", " k8stui"), (PLUGIN, " kubectl k8stui")])
async def test_commands_have_the_name_that_the_program_was_called_by(
    program: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [f"/opt/bin/{program}"])
    async with shown(FakeStore(), LARGE) as screen:
        assert f"so does:{named} run FILE.py" in screen.text
        screen.center.tell_error(K8stuiError("It goes on.", hint="Stop it first: k8stui runs stop train-x7k2p"))
        await screen.until(f"first:{named} runs stop train-x7k2p")
        await screen.press(*":messages", "enter")
        await screen.until("Messages, the newest first")
        assert f"Stop it first:{named} runs stop" in screen.text
    async with shown(FakeStore(error=K8stuiError("No cluster.", hint="Start one with: k8stui demo")), LARGE) as screen:
        assert f"with:{named} demo" in screen.text
