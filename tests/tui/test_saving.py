"""Logs into files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.screens.saving import save_lines
from k8stui_tui.widgets.logbuffer import LogEntry
from tests.tui.harness import shown

LINES = [
    LogEntry("one \x1b[2J", "train", 1_770_000_000.5),
    LogEntry("2 lines are left out\x1b]0;x\x07\ud800", "", None, note=True),
]


async def test_lines_are_written_with_their_times_and_never_over_a_file(tmp_path: Path) -> None:
    files = [await save_lines(tmp_path, LINES, label="churn-1 train[lr=0.1]") for _ in range(2)]
    assert [file.name for file in files] == ["churn-1-train-lr-0.1.log", "churn-1-train-lr-0.1-2.log"]
    assert files[1].read_text() == "2026-02-02T02:40:00.500Z train one \nk8stui: 2 lines are left out\ufffd\n"
    with pytest.raises(InvalidInputError, match="There is a file churn-1-train-lr"):
        await save_lines(tmp_path, LINES, label="x", name=files[0].name)
    with pytest.raises(K8stuiError, match="cannot be written"):
        await save_lines(tmp_path, LINES, label="x", name="no/such/folder.log")


def test_no_name_of_a_pod_or_step_leads_out_of_the_folder_and_no_link_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)

    def saved(label: str, name: str = "") -> Path:
        return asyncio.run(save_lines(folder, LINES, label=label, name=name))

    for label in ("../../evil", "/etc/evil", "..", ".", "", "~/evil", "a\x00b", "x" * 5000, "-rf"):
        file = saved(label)
        assert file.resolve().parent == file.parent == folder.resolve(), label
        assert not file.name.startswith(("-", "."))
    (folder / "linked.log").symlink_to(tmp_path / "outside")
    assert saved("linked").name == "linked-2.log"
    with pytest.raises(InvalidInputError, match=r"There is a file linked\.log already"):
        saved("x", name="linked.log")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


async def test_ctrl_s_saves_what_is_shown_and_says_where(tmp_path: Path) -> None:
    async with shown() as screen:
        screen.center.saves = tmp_path
        await screen.press("l", "ampersand", *"epoch", "space", *"7/", "enter", "ctrl+s")
        await screen.until("3 lines saved to")
        file = tmp_path / "train-churn-7f3a.log"
        assert [row.partition("] ")[2][:10] for row in file.read_text().splitlines()] == ["epoch 7/40"] * 3
