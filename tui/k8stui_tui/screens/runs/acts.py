"""What can be done to runs: start, pause, retry, stop and delete them. The engine's verbs do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.control.words.spans import seconds_of
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.keys import way_to
from k8stui_tui.screens.acting import aligned
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.runs.looks import RunLooks

if TYPE_CHECKING:
    from k8stui.authoring.creating import Creating, RunForm
    from k8stui.cluster.client import Cluster
    from k8stui.control.lifecycle.pruning import PruneRule, Verdict
    from k8stui.control.submitting.creating import RunRef
    from k8stui.model.views import RunSummaryView

STOP_PATIENCE = 40.0
"""Seconds after which a stop by force is offered: a pod's grace period is 30 s where nothing else is said."""

STOP_MARGIN = 10.0
"""Seconds that a run may take to end after a grace period that a person set."""


class RunActs(RunLooks, inherit_bindings=False):
    """The actions that change something; what cannot be taken back asks first."""

    def action_shell(self, container: str = "") -> None:
        """A shell in the pod of the step."""
        if found := self._pod_of_step():
            self.open_shell(*found, container)

    def action_edit_yaml(self) -> None:
        """Edit the run's Job, or the step's pod."""
        if run := self.run:
            self.edit_object(*self._object(run), run.namespace)

    def action_forward(self, ports: str = "") -> None:
        """Reach a port of the step's pod here."""
        if found := self._pod_of_step():
            self.forward(*found, ports)

    def _pod_of_step(self) -> tuple[str, str] | None:
        """Name and namespace of the pod that is meant."""
        run = self.run
        if run and (pod := self.chosen_pod()):
            return pod, run.namespace
        if run:
            self.center.tell(f"Go to a step that has a pod ({way_to('list.select')}): this is about the pod of a step.")
        return None

    def action_create(self) -> None:
        """Start a run."""
        from k8stui.authoring.creating import Creating

        place = self.store.place
        namespace = self.run.namespace if place.everywhere and self.run else place.namespace
        self._open_form(Creating(self.cluster(), self.center.folder, namespace=namespace, stack=self.store.stack))

    def action_rerun(self) -> None:
        """Start a run like this one, after a look at its parameters."""
        if run := self.run:
            self.if_unprotected(run.namespace, lambda: self.center.act(self._rerun(run)))

    async def _rerun(self, run: RunSummaryView) -> None:
        from k8stui.authoring.creating import Creating

        creating = Creating(self.cluster(), self.center.folder, namespace=run.namespace or None, stack=self.store.stack)
        form = await creating.form_of(run)
        if form is not None:
            self._open_form(creating, form)
            return
        details = [f"No file below {creating.folder} defines it, so its parameters stay as they are."]
        question = f"Run {run.run} again with the code and parameters that it had?"

        async def again(cluster: Cluster, run: RunSummaryView) -> None:
            from k8stui.control.submitting.rerunning import rerun

            self._submitted(await rerun(cluster, run.run, namespace=run.namespace or None))

        def answered(answer: str | None) -> None:
            if answer:
                self.center.act(self.do([run], again, "runs again"))

        self.center.push_screen(ConfirmScreen(question, "run", details=details), answered)  # its place is agreed to

    def _open_form(self, creating: Creating, form: RunForm | None = None) -> None:
        from k8stui_tui.screens.create.screen import CreateScreen

        context, now = self.store.place.context, self.store.clock
        self.center.push_screen(CreateScreen.using(creating, context=context, now=now, first=form), self._submitted)

    def _submitted(self, ref: RunRef | None) -> None:
        if ref is not None:
            self.center.tell(f"Run {ref.run} was submitted.")
            for warning in ref.warnings:
                self.center.tell(warning, severity="warning")
            self.expect(ref.namespace, ref.run)

    def action_pause(self) -> None:
        """Pause runs, or let them go on where all of them are paused."""
        going = [run for run in self.targets() if not run.state.ended and run.state is not RunState.STOPPING]
        runs = [run for run in going if run.state is not RunState.PAUSED]
        if going and not runs:
            self.action_resume()
            return

        async def pause(cluster: Cluster, run: RunSummaryView) -> None:
            from k8stui.control.lifecycle.pausing import pause_run

            await pause_run(cluster, run.run, namespace=run.namespace or None, patience=None)

        self.at_once(runs, pause, "will pause: nothing starts, what runs may end", "pause")

    def action_resume(self) -> None:
        """Let runs go on."""
        runs = [run for run in self.targets() if not run.state.ended and run.state is not RunState.STOPPING]

        async def resume(cluster: Cluster, run: RunSummaryView) -> None:
            from k8stui.control.lifecycle.pausing import resume_run

            await resume_run(cluster, run.run, namespace=run.namespace or None)

        self.at_once(runs, resume, "resumed", "resume")

    def action_watch(self) -> None:
        """Be told when runs end, or not where that is so for all of them."""
        watched, targets = self.store.watched, self.targets()
        going = [run for run in targets if not run.state.ended]
        if not going:
            if targets:
                self.center.tell(self.why_not(targets, "watch"))
            return
        wanted = not all(map(watched.has, going))
        (watched.add if wanted else watched.remove)(going)
        one = len(going) == 1
        told = f"The end of {self.called(going)} will{'' if wanted else ' not'} be told"
        self.center.tell(f"{told}, whichever screen is shown then." if wanted and one else f"{told}.")
        self.draw_anew()

    def action_retry(self) -> None:
        """Try runs again from what failed."""
        targets = self.targets()
        runs = [run for run in targets if run.state in (RunState.FAILED, RunState.STOPPED)]
        if not runs:
            if targets:
                one = f"{targets[0].run} is {targets[0].state.value}"
                self.center.tell(f"{one if len(targets) == 1 else 'None of these has failed'}: nothing to try again.")
            return
        details = [f"{run.run}  {run.state.value}  {run.done} of {run.total} steps are kept" for run in runs]

        async def retry(cluster: Cluster, run: RunSummaryView) -> None:
            from k8stui.control.submitting.retrying import retry_run

            await retry_run(cluster, run.run, namespace=run.namespace or None)

        self.ask(f"Try {self.called(runs)} again from what failed?", "retry", details, runs, retry, "tried again")

    def action_stop(self, grace: str = "") -> None:
        """Stop runs; once more, by force."""
        targets, seconds = self.targets(), _seconds(grace)
        going = [run for run in targets if not run.state.ended]
        if not going:
            if targets:
                one = f"{targets[0].run} has {targets[0].state.value} already"
                self.center.tell(f"{one if len(targets) == 1 else 'All of these runs have ended'}: nothing to stop.")
            return
        if seconds is None and all(run.state is RunState.STOPPING for run in going):
            self._ask_for_force(going)
            return
        within = "their grace period" if seconds is None else f"{seconds} s"
        details = _standing(going)
        details += ["", f"Pods have {within} to end. {way_to('runs.stop')} once more ends what does not, by force."]

        async def stop(cluster: Cluster, run: RunSummaryView) -> None:
            from k8stui.control.lifecycle.ending import stop_run

            patience = STOP_PATIENCE if seconds is None else seconds + STOP_MARGIN
            where = run.namespace or None
            await stop_run(cluster, run.run, namespace=where, grace_period=seconds, patience=patience)

        self.ask(f"Stop {self.called(going)}?", "stop", details, going, stop, "stopped", late=self._ask_for_force)

    def _ask_for_force(self, runs: Sequence[RunSummaryView]) -> None:
        """Their grace period is over, or a person does not want to wait for its end."""
        question = f"{self.called(runs)} {'has' if len(runs) == 1 else 'have'} not stopped yet. End by force?"
        details = [*_standing(runs), "", "Pods are killed, and what was done last may not be recorded."]

        async def force(cluster: Cluster, run: RunSummaryView) -> None:
            from k8stui.control.lifecycle.ending import stop_run

            await stop_run(cluster, run.run, namespace=run.namespace or None, force_after=0)

        self.ask(f"{question[:1].upper()}{question[1:]}", "force", details, runs, force, "stopped by force")

    def action_delete(self) -> None:
        """Delete runs."""
        runs = self.targets()
        if not runs:
            return
        going = sum(not run.state.ended for run in runs)
        details = _standing(runs)
        if going:
            first = "It is" if len(runs) == going == 1 else f"{going} of them {'is' if going == 1 else 'are'}"
            details = [f"{first} going on and will be stopped first.", "", *details]
        question = f"Delete {self.called(runs)} with Job, pods, results and record? This cannot be undone."

        async def delete(cluster: Cluster, run: RunSummaryView) -> None:
            from k8stui.control.lifecycle.ending import delete_run

            await delete_run(cluster, run.run, namespace=run.namespace or None, stop=True)

        self.ask(question, "delete", details, runs, delete, "deleted")

    def action_prune(self, text: str = "") -> None:
        """Delete ended runs by age and number: show the plan, and ask."""
        self.center.act(self._plan_prune(_rule(text)))

    async def _plan_prune(self, rule: PruneRule) -> None:
        from k8stui.control.lifecycle.pruning import plan_prune

        cluster, place = self.cluster(), self.store.place
        where = None if place.everywhere else place.namespace
        plan = await plan_prune(cluster, rule, namespace=where, all_namespaces=place.everywhere)
        going = [verdict for verdict in plan if verdict.goes]
        stay = Counter(verdict.why for verdict in plan if not verdict.goes)
        reasons = [f"{count} stay{'s' if count == 1 else ''}: {why}" for why, count in stay.most_common()]
        if not going:
            self.center.tell("; ".join(["No run is to go", *reasons]))
            return
        rows = aligned([(one.run.run, one.run.state.value, one.why) for one in going])

        def answered(answer: str | None) -> None:
            if answer:
                self.center.act(self._prune(going))

        runs = self.called([one.run for one in going])
        question = f"Delete {runs} with Job, pods, results and record? This cannot be undone."
        places = {one.run.namespace for one in going}
        self.confirm(ConfirmScreen(question, "delete", details=[*reasons, "", *rows]), answered, len(going), places)

    async def _prune(self, plan: Sequence[Verdict]) -> None:
        from k8stui.control.lifecycle.pruning import prune

        done = await prune(self.cluster(), plan)
        errors = [(one.run.run, error) for one, error in done if error is not None]
        for run, error in errors:
            self.center.tell_error(K8stuiError(f"{run}: {error.message}", hint=error.hint))
        self.center.tell(f"{len(done) - len(errors)} of {len(done)} runs deleted.")


def _rule(text: str) -> PruneRule:
    """What is typed after `:prune`: an age, and how many of each pipeline stay."""
    from k8stui.control.lifecycle.pruning import PruneRule

    age, _, keep = text.partition(" ")
    try:
        return PruneRule(older_than=seconds_of(age), keep=int(keep) if keep else None)
    except ValueError:
        raise InvalidInputError(f":prune takes an age as 12h or 7d, and a number to keep, not {text}.") from None


def _standing(runs: Sequence[RunSummaryView]) -> list[str]:
    return aligned([(run.run, run.state.value, f"{run.done} of {run.total} steps done") for run in runs])


def _seconds(text: str) -> int | None:
    if text and not (text.isdecimal() and int(text)):
        raise InvalidInputError(f":stop takes seconds, at least 1, not {text}.")
    return int(text) if text else None
