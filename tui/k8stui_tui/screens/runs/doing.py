"""How something is done to runs: to which of them, after which question, and what is said of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from k8stui.model.errors import K8stuiError
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.runs.looks import RunLooks

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.model.views import RunSummaryView

AT_A_TIME = 8
"""Runs that are stopped or deleted at a time."""

Verb: TypeAlias = "Callable[[Cluster, RunSummaryView], Awaitable[Any]]"
Late: TypeAlias = "Callable[[Sequence[RunSummaryView]], None]"


class RunDoing(RunLooks, inherit_bindings=False):
    """What all acts have in common."""

    def at_once(self, runs: Sequence[RunSummaryView], verb: Verb, done: str, word: str) -> None:
        """Do what can be taken back, without a question."""
        if runs:
            self.center.act(self._do(runs, verb, done))
        elif targets := self.targets():
            one = f"{targets[0].run} is {targets[0].state.value}"
            self.center.tell(f"{one if len(targets) == 1 else 'All of these runs have ended'}: nothing to {word}.")

    def targets(self) -> list[RunSummaryView]:
        """The marked runs, or the one under the cursor."""
        return [run for key in self.table.targets if (run := self.find_run(key))]

    def ask(
        self,
        question: str,
        word: str,
        details: Sequence[str],
        runs: Sequence[RunSummaryView],
        verb: Verb,
        done: str,
        *,
        late: Late | None = None,
    ) -> None:
        """Ask first.

        Args:
            question: Of the dialog.
            word: What yes does.
            details: Below the question.
            runs: Which ones.
            verb: Does it to one of them.
            done: What is said of those it was done to.
            late: Told which of them did not end in time.
        """

        def answered(yes: bool | None) -> None:
            if yes:
                self.center.act(self._do(runs, verb, done, late))

        self.center.push_screen(ConfirmScreen(question, yes=word, details=details), answered)

    async def _do(self, runs: Sequence[RunSummaryView], verb: Verb, done: str, late: Late | None = None) -> None:
        cluster = self.cluster()
        gate = asyncio.Semaphore(AT_A_TIME)
        failed: list[tuple[RunSummaryView, K8stuiError]] = []
        not_yet: list[RunSummaryView] = []

        async def one(run: RunSummaryView) -> None:
            async with gate:
                try:
                    await verb(cluster, run)
                except TimeoutError:
                    not_yet.append(run)
                except K8stuiError as error:
                    failed.append((run, error))

        await asyncio.gather(*map(one, runs))
        if late is None:
            hint = "The request stands; S once more ends it by force."
            failed += [(run, K8stuiError("Its orchestrator has not obeyed yet.", hint=hint)) for run in not_yet]
        for run, error in failed:
            self.center.tell_error(K8stuiError(f"{run.run}: {error.message}", hint=error.hint))
        bad = {run.run for run, _ in failed} | {run.run for run in not_yet}
        good = [run for run in runs if run.run not in bad]
        if good:
            self.table.set_marks(())
            self.center.tell(f"{called(good)} {done}.".capitalize() if len(good) > 1 else f"{good[0].run} {done}.")
        if not_yet and late is not None:
            late(not_yet)


def called(runs: Sequence[RunSummaryView]) -> str:
    """The runs in a sentence."""
    return f"run {runs[0].run}" if len(runs) == 1 else f"{len(runs)} runs"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text as lines with columns."""
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, wide)).rstrip() for row in rows]
