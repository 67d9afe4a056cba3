"""The steps of a run as rows of a timeline. Pure, and cached: made anew when something moved, or by the second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from k8stui.control.spans import span
from k8stui.control.timeline.making import timeline
from k8stui.control.timeline.parts import SHOWN, Phase, Timeline
from k8stui.control.timeline.parts import Row as Times
from k8stui_tui.theme.glyphs import Glyphs
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.bars import BAR, bar_role
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import Row

if TYPE_CHECKING:
    from k8stui.control.timeline.pulls import Pull
    from k8stui.model.views import RunView

COLUMNS = (
    Column("step", "  STEP", least=14, most=40, wants=20, flex=1),
    Column(BAR, "", least=32, flex=6),
    Column("time", "TIME", right=True, least=5, wants=6),
    *(
        Column(phase.value, phase.value.upper(), right=True, least=6, drop=9 - place)
        for place, phase in enumerate(SHOWN)
    ),
    Column("status", "STATUS", least=9, wants=10, drop=2),
)

NO_PULLS: Mapping[str, Sequence[Pull]] = {}
"""Where none are known."""

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
        critical = made.critical
        self.times = {row.name: row for row in made.rows}
        self.rows = [self._row(row, critical=row.name in critical) for row in made.rows]

    def _row(self, row: Times, *, critical: bool) -> Row:
        seconds = row.seconds
        took = sum(seconds.get(phase, 0.0) for phase in SHOWN) if row.spans else None
        label = f"{self._glyphs.path if critical else ' '} {row.name}"
        idle = "dim" if not row.spans else "strong" if critical else ""
        cells = (
            Cell(label, idle),
            Cell(""),
            Cell(span(took)),
            *(Cell(span(seconds[phase]) if phase in seconds else "", "dim") for phase in SHOWN),
            Cell(row.state.value, role_of(row.state.value)),
        )
        begin = row.spans[0].end if row.spans else None
        order = (row.name, begin, took, *(seconds.get(phase) for phase in SHOWN), row.state.value)
        return Row(row.name, cells, order)


def legend(glyphs: Glyphs, rank: int) -> Fact:
    """What the characters of the bars mean."""
    pieces: list[tuple[str, str]] = []
    for phase in SHOWN:
        pieces += [(getattr(glyphs, phase.value), bar_role(phase.value, None)), (f"{_SHORT[phase]} ", "dim")]
    return Fact(*pieces[0], rank, more=tuple(pieces[1:]))
