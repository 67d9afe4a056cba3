"""The canvas: whatever frames are drawn and dropped, the terminal ends up with the last one, for few bytes."""

from __future__ import annotations

import queue
import random
from collections.abc import Sequence

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from k8stui_tui.canvas import Canvas, Codes, codes
from k8stui_tui.sparing import SparingApp

COLUMNS, ROWS = 40, 6
STYLES = [
    Style.parse(text)
    for text in ("none", "#6cb0f0", "bold #6cb0f0 on #1c232b", "on #1c232b", "red", "dim", "reverse", "underline red")
]
PIECES = ("running", "  ", "failed…", "▌ a", "0", "模型", "é", "e\u0301x", "fan-r0001-first_50-1", "5h28m")


class Told:
    """A terminal, and how much it was told."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self.screen)
        self.told = 0

    def take(self, text: str) -> None:
        self.told += len(text)
        self._stream.feed(text)

    def looks(self) -> list[list[pyte.screens.Char]]:
        """All characters; of a space only what is seen of it."""
        return [[_seen(self.screen.buffer[y][x]) for x in range(COLUMNS)] for y in range(ROWS)]


def _seen(char: pyte.screens.Char) -> pyte.screens.Char:
    plain = char.data != " " or char.reverse or char.underscore
    return char if plain else char._replace(fg="default", bold=False, italics=False)


def strip_of(chance: random.Random, width: int, pieces: Sequence[str] = PIECES) -> Strip:
    segments = [Segment(chance.choice(pieces), chance.choice(STYLES)) for _ in range(12)]
    # pyte begins a new line for a character without width behind the last column.
    return Strip([*Strip(segments).adjust_cell_length(width - 1, STYLES[3]), Segment(" ")])


def console() -> Console:
    return Console(force_terminal=True, color_system="truecolor")


def layout(strips: Sequence[Strip], y: int = 0) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in strips], Region(0, y, COLUMNS, len(strips)))


def test_the_terminal_shows_the_last_frame_whatever_came_before() -> None:
    chance, canvas, told, out = random.Random(2), Canvas(), Told(), console()
    lines = [strip_of(chance, COLUMNS) for _ in range(ROWS)]
    canvas.draw(layout(lines))
    for round_ in range(300):
        if round_ % 50 == 49:
            told.take("\x1b[2J\x1b[3;3Hsomething else wrote here")
            canvas.forget()
        for y in chance.sample(range(ROWS), 2):
            lines[y] = strip_of(chance, COLUMNS, PIECES if round_ % 3 else PIECES[:3])
            first = chance.randrange(COLUMNS)
            chops: list[dict[int, Strip | None]] = [{0: line} for line in lines]
            for span in ((y, 0, first), (y, first, COLUMNS)):
                canvas.draw(ChopsUpdate(chops, [span], [[COLUMNS]] * ROWS))
        if chance.random() < 0.5:
            continue  # The line is slow: this frame is dropped.
        told.take(canvas.changes(out))
        plain = Told()
        plain.take(layout(lines).render_segments(out).replace("\n", ""))
        assert told.screen.display == plain.screen.display
        assert told.looks() == plain.looks()
        assert canvas.changes(out) == ""


def test_a_number_that_changes_is_all_that_is_sent() -> None:
    canvas, out = Canvas(), console()
    style = Style.parse("bold #6cb0f0 on #1c232b")
    canvas.draw(layout([Strip([Segment("  Pods                12 failed ", style)])]))
    canvas.changes(out)
    canvas.draw(layout([Strip([Segment("  Pods                13 failed ", style)])]))
    assert canvas.changes(out) == "\x1b[1;24H\x1b[0;1;38;2;108;176;240;48;2;28;35;43m3\x1b[0m"


class SlowDriver:
    """A driver of a terminal that takes something only when it is told to."""

    is_headless = is_inline = False

    def __init__(self) -> None:
        self._writer_thread = self
        self._queue = queue.SimpleQueue[str]()
        self.written: list[str] = []

    def write(self, text: str) -> None:
        self._queue.put(text)

    def flush(self) -> None:
        pass

    def take(self) -> str:
        while not self._queue.empty():
            self.written.append(self._queue.get())
        return "".join(self.written)


async def test_frames_that_a_slow_line_has_no_room_for_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    async with (app := SparingApp()).run_test() as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(app.screen, "_compositor_refresh", lambda: None)  # Only the frames of this test.
            patch.setattr(app, "_driver", driver := SlowDriver())
            for number in range(100):
                app._display(app.screen, layout([Strip([Segment(f"frame {number}")])]))
            assert driver._queue.qsize() == 1
            assert "frame 0" in driver.take()
            while "99" not in driver.take():
                await pilot.pause()
            assert len(driver.written) == 2
            app._display(app.screen, layout([Strip([Segment("frame 99")])]))
            assert driver._queue.empty()
            app.app_resume_signal.publish(app)
            app._display(app.screen, layout([Strip([Segment("frame 99")])]))
            assert "frame 99" in driver.take()


def test_codes_of_styles() -> None:
    true, few = ColorSystem.TRUECOLOR, ColorSystem.STANDARD
    assert codes(None, true) == Codes()
    assert codes(Style.parse("bold underline #010203 on #040506"), true) == Codes("1;4", "38;2;1;2;3", "48;2;4;5;6")
    assert codes(Style.parse("dim bright_red on blue"), few) == Codes("2", "91", "44")
    assert codes(Style.parse("color(200) on color(20)"), true) == Codes("", "38;5;200", "48;5;20")


def test_what_would_act_on_the_terminal_is_not_sent_even_if_a_widget_let_it_through() -> None:
    canvas, hostile = Canvas(), "a\x1b]52;c;aGk=\x07b\u202e\u200bc\x9b2J\u6771\ufeff"
    canvas.draw(LayoutUpdate([[Strip([Segment(hostile)])]], Region(0, 0, COLUMNS, 1)))
    sent = canvas.changes(console())
    assert "".join(sent.split("\x1b[1;1H")) == "a]52;c;aGk=bc2J\u6771"
