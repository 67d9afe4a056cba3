"""`k8stui schedule backfill`: makes the runs that a schedule should have made, after their plan was shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui_tui.cli.asking import Yes, agree
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import EXIT_FAILED, Context, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column
from k8stui_tui.instants import instant

if TYPE_CHECKING:
    from k8stui.control.schedules.backfillplan import BackfillPlan
    from k8stui.model.scheduleviews import BackfillView

_SHOWN = 20
"""Times that are listed before a question; the first and the last ones of more."""


def backfill(
    schedule: Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.")],
    *,
    start: Annotated[
        str, typer.Option("--from", metavar="INSTANT", help="The first moment, as `2026-11-25T14:00:00Z`.")
    ],
    end: Annotated[str, typer.Option("--to", metavar="INSTANT", help="The last moment, likewise.")],
    max_parallel: Annotated[
        int, typer.Option("--max-parallel", min=1, help="So many runs of the schedule at once, at most.")
    ] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Make the runs that a schedule should have made from one moment to another, both included.

    Shows its plan and asks. Times that have a run already, whatever became of it, are left out. Starts the oldest
    first and stays until all have ended; ctrl+c starts no further ones, and the same command goes on later. The exit
    code is 1 when a run did not end well.
    """
    first, last = instant(start, "--from"), instant(end, "--to")

    async def work() -> int:
        from k8stui.control.schedules.backfilling import backfill, failed, planned_backfill
        from k8stui.control.schedules.backfillplan import check_parallel

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            plan = await planned_backfill(cluster, schedule, first, last)
            check_parallel(plan, max_parallel)
            if dry_run or not plan.going:
                _show(plan, output)
                return 0
            _announce(plan, max_parallel)
            agree(cluster, "Start them?", count=len(plan.going), yes=yes, undone="Nothing was started")
            told = _Told(quiet=output is not Format.TABLE and output is not Format.WIDE)
            try:
                done = await backfill(cluster, plan, max_parallel=max_parallel, on_progress=told, on_wait=_waits)
            except BaseException:  # However it ends, what was started goes on, and nobody else would say so.
                told.stands(len(plan.going))
                raise
        if output.structured:
            say(structured(done, output))
        elif output is Format.NAME:
            for one in done:
                if one.goes:
                    say(one.run)
        going = [one for one in done if one.goes]
        wrong = sum(map(failed, going))
        note(f"{len(going) - wrong} of {len(going)} runs succeeded.")
        return EXIT_FAILED if wrong else 0

    execute(work())


def _waits(runs: Sequence[str]) -> None:
    """Runs of the schedule that are not of the plan go on, and the next one must wait for them."""
    note(f"Waiting for {', '.join(runs)}, which {'goes' if len(runs) == 1 else 'go'} on (k8stui why {runs[0]}).")


class _Told:
    """Says what starts and what ends, and when it is broken off what stands."""

    def __init__(self, *, quiet: bool) -> None:
        self._say = note if quiet else say
        self._running: dict[str, BackfillView] = {}
        self._ended = 0

    def __call__(self, one: BackfillView) -> None:
        """One time has moved on."""
        from k8stui.control.words.spans import minute

        if one.ended:
            self._running.pop(one.run, None)
            self._ended += 1
            why = f": {one.why}" if one.why and one.state and one.state.value != "succeeded" else ""
            self._say(f"{minute(one.time)}  {one.run}  {one.state.value if one.state else ''}{why}")
        else:
            self._running[one.run] = one
            self._say(f"{minute(one.time)}  {one.run}  started")

    def stands(self, going: int) -> None:
        """What was done by now."""
        started = self._ended + len(self._running)
        note(f"{started} of {going} runs were started, {self._ended} have ended. The same command starts the others.")
        if self._running:
            note(f"These go on: {', '.join(self._running)}")


def _show(plan: BackfillPlan, output: Format) -> None:
    if not answered(plan.times, (one.run for one in plan.going), output):
        _table(plan.times)
        for line in _summary(plan):
            note(line)


def _table(times: Sequence[BackfillView]) -> None:
    from k8stui.control.words.spans import minute

    if times:
        columns = [Column("TIME"), Column("RUN"), Column("PLAN"), Column("WHY", flexible=True)]
        rows = [[minute(one.time), one.run, "run" if one.goes else "leave out", one.why] for one in times]
        table(columns, rows)


def _summary(plan: BackfillPlan) -> list[str]:
    from k8stui.control.schedules.backfillplan import cautions

    going = len(plan.going)
    reasons = Counter(one.why for one in plan.times if not one.goes)
    lines = [f"{going} of {len(plan.times)} times {'gets' if going == 1 else 'get'} a run."]
    lines += [f"{count} left out: {why}" for why, count in reasons.most_common()]
    return lines + ([f"Note: {sentence}" for sentence in cautions(plan)] if going else [])


def _announce(plan: BackfillPlan, max_parallel: int) -> None:
    from k8stui.control.words.spans import minute

    going = plan.going
    few = going if len(going) <= _SHOWN else (*going[: _SHOWN // 2], *going[-_SHOWN // 2 :])
    for number, one in enumerate(few):
        if number == _SHOWN // 2 and len(going) > _SHOWN:
            note(f"  and {len(going) - _SHOWN} more")
        note(f"  {minute(one.time)}  {one.run}")
    for line in _summary(plan):
        note(line)
    at_once = "one after the other" if max_parallel == 1 else f"{max_parallel} at once"
    note(f"They run {at_once}, the oldest first, as long as this command stays; ctrl+c starts no further ones.")
