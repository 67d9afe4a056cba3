"""The steps of a run as rows of a timeline. Pure, and cached: made anew when something moved, or by the second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from k8stui.control.timeline.making import timeline
from k8stui.control.timeline.parts import SHOWN, Phase, Timeline
from k8stui.control.timeline.parts import Row as Times
from k8stui.control.words.spans import span
from k8stui_tui.theme.glyphs import Glyphs
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.bars import BAR, bar_role
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, Shown, Shows, by_text
from k8stui_tui.widgets.table import Row

if TYPE_CHECKING:
    from k8stui.control.timeline.pulls import Pull
    from k8stui.model.views import RunView

NO_PULLS: Mapping[str, Sequence[Pull]] = {}
"""Where none are known."""


class Line(NamedTuple):
    """The times of a step, and the sign of the critical path where it is on it."""

    times: Times
    sign: str


def _step(line: Line, _now: float) -> Shown:
    times, sign = line
    return Cell(f"{sign or ' '} {times.name}", "dim" if not times.spans else "strong" if sign else ""), times.name


def _began(line: Line, _now: float) -> Shown:
    return Cell(""), line.times.spans[0].end if line.times.spans else None


def _took(line: Line, _now: float) -> Shown:
    seconds = line.times.seconds
    took = sum(seconds.get(phase, 0.0) for phase in SHOWN) if line.times.spans else None
    return Cell(span(took)), took


def _within(phase: Phase) -> Shows[Line]:
    """What a column shows of the time in a phase."""

    def shows(line: Line, _now: float) -> Shown:
        seconds = line.times.seconds.get(phase)
        return Cell("" if seconds is None else span(seconds), "dim"), seconds

    return shows


SHEET: Sheet[Line] = Sheet(
    lambda line: line.times.name,
    (Column("step", "  STEP", least=14, most=40, wants=20, flex=1), _step),
    (Column(BAR, "", least=32, flex=6), _began),
    (Column("time", "TIME", right=True, least=5, wants=6), _took),
    *(
        (Column(phase.value, phase.value.upper(), right=True, least=6, drop=9 - place), _within(phase))
        for place, phase in enumerate(SHOWN)
    ),
    (
        Column("status", "STATUS", least=9, wants=10, drop=2),
        lambda line, _: by_text(line.times.state.value, role_of(line.times.state.value)),
    ),
)

_SHORT = {Phase.HELD: "held", Phase.QUEUED: "queued", Phase.PULLING: "pull", Phase.STARTING: "start",
          Phase.RUNNING: "run"}  # fmt: skip


class Bars:
    """Makes the rows of one run after another.

    Attributes:
        made: The timeline they are of; None before the first.
        rows: One for each step.
        times: What their bars are drawn from.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        self.made: Timeline | None = None
        self.rows: list[Row] = []
        self.times: Mapping[str, Times] = {}
        self._glyphs = glyphs
        self._run: RunView | None = None
        self._pulls: Mapping[str, Sequence[Pull]] | None = None
        self._moment = 0

    def refresh(self, run: RunView, now: float, pulls: Mapping[str, Sequence[Pull]]) -> None:
        """Make them anew where they may differ.

        Args:
            run: The run.
            now: Seconds since the epoch.
            pulls: By the uid of their pod.
        """
        moment = 0 if run.state.ended else int(now)
        if run is self._run and pulls is self._pulls and moment == self._moment:
            return
        self._run, self._pulls, self._moment = run, pulls, moment
        made = self.made = timeline(run, now, pulls)
        critical, path = made.critical, self._glyphs.path
        self.times = {row.name: row for row in made.rows}
        self.rows = SHEET.rows(Line(row, path if row.name in critical else "") for row in made.rows)


def legend(glyphs: Glyphs, rank: int) -> Fact:
    """What the characters of the bars mean."""
    pieces: list[tuple[str, str]] = []
    for phase in SHOWN:
        pieces += [(getattr(glyphs, phase.value), bar_role(phase.value, None)), (f"{_SHORT[phase]} ", "dim")]
    return Fact(*pieces[0], rank, more=tuple(pieces[1:]))
