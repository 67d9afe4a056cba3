"""`k8stui runs timeline`: where the time of a run went."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui_tui.cli.output import Format, answered, ascii_only, note, say, table
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column

if TYPE_CHECKING:
    from k8stui.control.timeline.parts import Timeline

_PIPED = 100
"""Columns that the table may take where there is no terminal."""

_LEAST = 20
"""Columns of the bars at least."""


def timeline(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's name.")],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Show where the time of a run went: queue, pull, start and run of each step, and the critical path.

    With `-o wide` also the seconds of each phase; `-o name` prints the steps of the critical path.
    """

    async def work() -> None:
        from k8stui.control.runs.reading import show_run
        from k8stui.control.timeline import words
        from k8stui.control.timeline.making import timeline as made_of
        from k8stui.control.timeline.pulls import read_pulls
        from k8stui.model.errors import ForbiddenError

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            view = await show_run(cluster, run)
            try:
                pulls = await read_pulls(cluster)
            except ForbiddenError as error:
                note(f"Pulls of images are not told apart: {error.message}")
                pulls = {}
        made = made_of(view, time.time(), pulls)
        if not answered(words.structured(made), (link.name for link in made.path if link.name), output):
            _table(made, wide=output is Format.WIDE)
            for sentence in filter(None, (words.path_head(made), *words.unknown(made))):
                note(sentence)

    execute(work())


def _table(made: Timeline, *, wide: bool) -> None:
    from k8stui.control.timeline.drawing import Scale
    from k8stui.control.timeline.parts import SHOWN
    from k8stui.control.words.spans import span
    from k8stui_tui.theme.glyphs import ASCII, UNICODE

    glyphs = ASCII if ascii_only() else UNICODE
    columns = [Column("STEP"), Column("STATUS"), Column("TIME", right=True)]
    columns += [Column(phase.value.upper(), right=True) for phase in SHOWN] if wide else []
    cells: list[list[str]] = []
    for row in made.rows:
        seconds = row.seconds
        took = sum(seconds.get(phase, 0.0) for phase in SHOWN)
        cells.append([row.name, row.state.value, span(took) if row.spans else ""])
        cells[-1] += [span(seconds[phase]) if phase in seconds else "" for phase in SHOWN] if wide else []
    taken = sum(
        max(len(line[place]) for line in ([one.title for one in columns], *cells)) + 2 for place in range(len(columns))
    )
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPED
    scale = Scale(made.begin, made.end, max(_LEAST, room - taken - 3))
    columns += [Column(""), Column(scale.axis(glyphs.tick))]
    for line, row in zip(cells, made.rows, strict=True):
        line += [glyphs.path if row.name in made.critical else "", _bar(row, scale, glyphs)]
    table(columns, cells)
    legend = "  ".join(f"{getattr(glyphs, phase.value)} {phase.value}" for phase in SHOWN)
    say(f"\n{legend}  {glyphs.broken} ended badly  {glyphs.path} critical path")


def _bar(row: Any, scale: Any, glyphs: Any) -> str:
    from k8stui.control.timeline.drawing import bar

    return "".join((getattr(glyphs, kind) if kind else " ") * size for kind, size, _ in bar(row, scale))
