"""What can be done to runs: start, pause, retry, stop and delete them. The engine's verbs do it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from k8stui.authoring.creating import Creating
from k8stui.cluster.client import Cluster
from k8stui.control.ending import delete_run, stop_run
from k8stui.control.pausing import pause_run, resume_run
from k8stui.control.retrying import retry_run
from k8stui.control.submit import RunRef
from k8stui.incluster.states import RunState
from k8stui.model.errors import K8stuiError
from k8stui.model.views import RunSummaryView
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.create.screen import CreateScreen
from k8stui_tui.screens.runs.looks import RunLooks

AT_A_TIME = 8
"""Runs that are stopped or deleted at a time."""

Verb = Callable[[Cluster, RunSummaryView], Awaitable[Any]]


class RunActs(RunLooks, inherit_bindings=False):
    """The actions that change something; what cannot be taken back asks first."""

    def action_create(self) -> None:
        """Start a run."""
        cluster, place = self.cluster(), self.store.place
        namespace = self.run.namespace if place.everywhere and self.run else place.namespace
        creating = Creating(cluster, self.center.folder, namespace=namespace)
        dialog = CreateScreen.using(creating, context=place.context, now=self.store.clock)

        def created(ref: RunRef | None) -> None:
            if ref is not None:
                self.center.tell(f"Run {ref.run} was submitted.")
                for warning in ref.warnings:
                    self.center.tell(warning, severity="warning")
                self.expect(ref.namespace, ref.run)

        self.center.push_screen(dialog, created)

    def action_pause(self) -> None:
        """Pause runs, or let them go on where all of them are paused."""
        going = [run for run in self._targets() if not run.state.ended and run.state is not RunState.STOPPING]
        runs = [run for run in going if run.state is not RunState.PAUSED]
        if going and not runs:
            self.action_resume()
            return

        async def pause(cluster: Cluster, run: RunSummaryView) -> None:
            await pause_run(cluster, run.run, namespace=run.namespace or None, patience=None)

        self._at_once(runs, pause, "will pause: nothing starts, what runs may end", "pause")

    def action_resume(self) -> None:
        """Let runs go on."""
        runs = [run for run in self._targets() if not run.state.ended and run.state is not RunState.STOPPING]

        async def resume(cluster: Cluster, run: RunSummaryView) -> None:
            await resume_run(cluster, run.run, namespace=run.namespace or None)

        self._at_once(runs, resume, "resumed", "resume")

    def action_retry(self) -> None:
        """Try runs again from what failed."""
        targets = self._targets()
        runs = [run for run in targets if run.state in (RunState.FAILED, RunState.STOPPED)]
        if not runs:
            if targets:
                one = f"{targets[0].run} is {targets[0].state.value}"
                self.center.tell(f"{one if len(targets) == 1 else 'None of these has failed'}: nothing to try again.")
            return
        details = [f"{run.run}  {run.state.value}  {run.done} of {run.total} steps are kept" for run in runs]

        async def retry(cluster: Cluster, run: RunSummaryView) -> None:
            await retry_run(cluster, run.run, namespace=run.namespace or None)

        self._ask(f"Try {_runs(runs)} again from what failed?", "retry", details, runs, retry, "tried again")

    def action_stop(self) -> None:
        """Stop runs."""
        targets = self._targets()
        going = [run for run in targets if not run.state.ended]
        if not going:
            if targets:
                one = f"{targets[0].run} has {targets[0].state.value} already"
                self.center.tell(f"{one if len(targets) == 1 else 'All of these runs have ended'}: nothing to stop.")
            return
        question = f"Stop {_runs(going)}?"
        details = _aligned([(run.run, run.state.value, f"{run.done} of {run.total} steps done") for run in going])

        async def stop(cluster: Cluster, run: RunSummaryView) -> None:
            await stop_run(cluster, run.run, namespace=run.namespace or None)

        self._ask(question, "stop", details, going, stop, "stopped")

    def action_delete(self) -> None:
        """Delete runs."""
        runs = self._targets()
        if not runs:
            return
        going = sum(not run.state.ended for run in runs)
        details = _aligned([(run.run, run.state.value, f"{run.done} of {run.total} steps done") for run in runs])
        if going:
            first = "It is" if len(runs) == going == 1 else f"{going} of them {'is' if going == 1 else 'are'}"
            details = [f"{first} going on and will be stopped first.", "", *details]
        question = f"Delete {_runs(runs)} with Job, pods, results and record? This cannot be undone."

        async def delete(cluster: Cluster, run: RunSummaryView) -> None:
            await delete_run(cluster, run.run, namespace=run.namespace or None, stop=True)

        self._ask(question, "delete", details, runs, delete, "deleted")

    def _at_once(self, runs: Sequence[RunSummaryView], verb: Verb, done: str, word: str) -> None:
        """Do what can be taken back, without a question."""
        if runs:
            self.center.act(self._do(runs, verb, done))
        elif targets := self._targets():
            one = f"{targets[0].run} is {targets[0].state.value}"
            self.center.tell(f"{one if len(targets) == 1 else 'All of these runs have ended'}: nothing to {word}.")

    def _targets(self) -> list[RunSummaryView]:
        """The marked runs, or the one under the cursor."""
        return [run for key in self.table.targets if (run := self.find_run(key))]

    def _ask(
        self,
        question: str,
        word: str,
        details: Sequence[str],
        runs: Sequence[RunSummaryView],
        verb: Verb,
        done: str,
    ) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.center.act(self._do(runs, verb, done))

        self.center.push_screen(ConfirmScreen(question, yes=word, details=details), answered)

    async def _do(self, runs: Sequence[RunSummaryView], verb: Verb, done: str) -> None:
        cluster = self.cluster()
        gate = asyncio.Semaphore(AT_A_TIME)
        failed: list[tuple[RunSummaryView, K8stuiError]] = []

        async def one(run: RunSummaryView) -> None:
            async with gate:
                try:
                    await verb(cluster, run)
                except TimeoutError:
                    late = "Its orchestrator has not obeyed yet; the request stands."
                    failed.append((run, K8stuiError(late, hint=f"By force: k8stui runs stop {run.run} --force")))
                except K8stuiError as error:
                    failed.append((run, error))

        await asyncio.gather(*map(one, runs))
        for run, error in failed:
            self.center.tell_error(K8stuiError(f"{run.run}: {error.message}", hint=error.hint))
        bad = {run.run for run, _ in failed}
        good = [run for run in runs if run.run not in bad]
        if good:
            self.table.set_marks(())
            self.center.tell(f"{_runs(good)} {done}.".capitalize() if len(good) > 1 else f"{good[0].run} {done}.")


def _runs(runs: Sequence[RunSummaryView]) -> str:
    return f"run {runs[0].run}" if len(runs) == 1 else f"{len(runs)} runs"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, wide)).rstrip() for row in rows]
