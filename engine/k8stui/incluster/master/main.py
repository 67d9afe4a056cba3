"""The master: the program of a run's Job. It executes a Plan.

One thread decides, everything else tells it: the watchers, the reception, the creators. Each turn takes what has
happened, asks the pure scheduler what to do, writes the record where that must come first, and hands the creations out.
"""

import os
import queue
import signal
import time
from typing import Any, Dict, List, Optional

from ..contract.names import ANNOTATION_REQUEST, REQUEST_STOP, pod_name
from ..contract.outcome import counts
from ..contract.protocol import Plan, PlanError, StepPlan
from ..contract.record import Summary
from ..contract.states import RunState
from ..scheduling.actions import Create, Delete
from ..scheduling.scheduler import Scheduler
from ..wire.progress import Progress
from ..wire.variables import ENV_NAMESPACE
from .cachestore import CacheStore
from .creators import Created, Creators, Refused
from .credentials import remove_secrets
from .ending import LOG_PATIENCE, End, facts_of_end, finish, grace_of, remove_pods, was_deleted_with_run
from .inbox import Reported, Terminated, Told
from .kube import Kube, KubeError
from .ledger import FencedError, GoneError, Ledger
from .logs import LogCopier, say
from .pausing import is_asked, suspend
from .pods import PodBuilder
from .reception import Newest, Reception
from .setup import Surroundings, read_surroundings
from .sighting import Sightings
from .watchers import Listed, PodChanged, PodRemoved, RecordChanged, watch_pods, watch_record

Json = Dict[str, Any]

TOLD_RATE = 50
"""Progress reports a second that all steps together should send at the most."""


def main(home: str) -> int:
    """Execute the plan that the environment names.

    Args:
        home: A folder of our own; not needed by the master.

    Returns:
        The exit code: 0 when the run succeeded, 1 otherwise.
    """
    del home
    inbox: "queue.SimpleQueue[Any]" = queue.SimpleQueue()
    signal.signal(signal.SIGTERM, lambda *_: inbox.put(Terminated()))
    kube = Kube(os.environ[ENV_NAMESPACE], on_retry=lambda text: say("k8stui: " + text))
    try:
        return Master(kube, read_surroundings(kube), inbox).run()
    except FencedError:
        say("k8stui: another master has taken over this run")
        return 1
    except GoneError:
        say("k8stui: the run's record was deleted, nothing more to do")
        return 0
    except (KubeError, PlanError) as error:
        say("k8stui: cannot go on: %s" % error)
        return 1


class Master:
    """One master of one run."""

    def __init__(self, kube: Kube, around: Surroundings, inbox: "queue.SimpleQueue[Any]") -> None:
        self._kube = kube
        self._around = around
        self._inbox = inbox
        self._plan: Plan = around.plan
        self._store = CacheStore(kube, self._plan)
        self._scheduler = Scheduler(self._plan, self._store.cache)
        self._by_name: Dict[str, StepPlan] = self._scheduler.shape.plans
        self._ledger = Ledger(kube, self._plan, around.record)
        self._logs = LogCopier(kube)
        self._pods = Sightings(kube, around, self._scheduler, self._logs)
        self._newest = Newest()
        self._summary = Summary()
        self._end: Optional[End] = None

    # -- the turns ---------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Execute the plan; returns the exit code."""
        epoch = self._ledger.claim()
        steps, results, self._summary = self._ledger.load()
        if self._summary.state.ended:
            say("k8stui: run %s has ended already: %s" % (self._plan.run, self._summary.state.value))
            return finish(self._kube, self._around, self._summary)
        self._store.read()
        self._scheduler.restore(steps, results)
        self._scheduler.resume(self._summary, time.time())
        self._summary.total = len(self._scheduler.shape.ordinary)
        told = "goes on" if epoch > 1 else "begins"
        say(
            "k8stui: run %s %s: %d steps, namespace %s"
            % (self._plan.run, told, self._summary.total, self._plan.namespace)
        )
        reception = Reception(
            self._around.pod_ip, self._key_of, lambda pod, report: self._inbox.put(Reported(pod, report)), self._told
        )
        self._builder = PodBuilder(self._plan, self._around.work, reception.address, self._around.credentials)
        self._creators = Creators(self._kube, self._inbox.put)
        version = self._pods.adopt(time.time()) if epoch > 1 else ""
        self._record_changed(self._ledger.annotations)
        reception.start()
        watch_pods(self._kube, self._plan.run, version, self._inbox.put)
        watch_record(self._kube, self._plan.run, self._around.record["metadata"]["resourceVersion"], self._inbox.put)
        try:
            self._turns()
        finally:
            reception.close()
        return self._finish() if self._end else self._pause()

    def _turns(self) -> None:
        while self._end is None and not self._scheduler.resting:
            now = time.time()
            actions = self._scheduler.decide(now)
            self._act(actions, now)
            self._logs.follow(now)
            self._write_when_due(now)
            if self._scheduler.over:
                self._end = End(*self._scheduler.outcome())
                return
            self._wait(now)

    def _wait(self, now: float) -> None:
        """Sleep until something happens or is due, then take in all that has happened."""
        times = [one for one in (self._scheduler.wake_at(), self._ledger.due(), self._logs.due()) if one is not None]
        timeout = max(0.0, min(times) - now) if times else None
        try:
            self._take(self._inbox.get(timeout=timeout))
            while True:
                self._take(self._inbox.get_nowait())
        except queue.Empty:
            return

    def _take(self, event: Any) -> None:
        now = time.time()
        if isinstance(event, Reported):
            self._reported(event, now)
        elif isinstance(event, Told):
            self._progressed(event.pod, now)
        elif isinstance(event, PodChanged):
            self._pods.changed(event.slug, event.facts, now)
        elif isinstance(event, Created):
            self._pods.created(event, now)
        elif isinstance(event, Refused):
            self._scheduler.refused(event.step, event.attempt, event.message, event.why, now)
        elif isinstance(event, PodRemoved):
            self._pods.removed(event.slug, event.facts, now)
        elif isinstance(event, Listed):
            self._pods.listed(event, now)
        elif isinstance(event, RecordChanged):
            self._record_changed(event.annotations)
        elif isinstance(event, Terminated):
            self._terminated()
        elif isinstance(event, Exception):
            raise event

    # -- what happened -----------------------------------------------------------------------------------------

    def _reported(self, event: Reported, now: float) -> None:
        name = self._pods.step_of(event.pod)
        if name is None:
            return
        self._pods.offers.taken(event.pod)
        number = int(event.pod.rpartition("-")[2])
        why = self._scheduler.reported(name, number, event.report, now)
        if event.report.silent:
            self._logs.silent(event.pod)
        if why:
            say("k8stui: a report of %s does not count: %s" % (event.pod, why))

    def _told(self, pod: str, said: Progress) -> float:
        """Called by the reception's threads: pass the news on; gives the pause until the next."""
        if self._newest.put(pod, said):
            self._inbox.put(Told(pod))
        return len(self._pods.offers) / TOLD_RATE

    def _progressed(self, pod: str, now: float) -> None:
        said = self._newest.take(pod)
        name = self._pods.step_of(pod)
        if name is not None:
            self._scheduler.told(name, int(pod.rpartition("-")[2]), said, now)

    def _record_changed(self, annotations: Dict[str, str]) -> None:
        if not annotations:
            remove_pods(self._kube, self._plan.run)
            remove_secrets(self._kube, self._plan)
            raise GoneError
        if annotations.get(ANNOTATION_REQUEST) == REQUEST_STOP:
            self._stop(grace_of(annotations))
        if is_asked(annotations) is not self._scheduler.paused:
            self._scheduler.paused = not self._scheduler.paused
            pausing = "a pause was asked for: nothing starts, and what runs may end"
            say("k8stui: " + (pausing if self._scheduler.paused else "the pause was called off"))

    def _stop(self, grace: Optional[int]) -> None:
        again, self._creators.grace = self._scheduler.stopping and grace != self._creators.grace, grace
        if again or not self._scheduler.stopping:
            within = "" if grace is None else ", which has %d s to end" % grace
            say("k8stui: stop was asked for%s: deleting what runs%s" % (" again" if again else "", within))
        self._scheduler.stop()
        for facts in self._pods.unended() if again else ():
            self._creators.delete(facts.name, facts.uid)

    def _terminated(self) -> None:
        say("k8stui: SIGTERM")
        self._flush(time.time())  # first of all: the Job's controller has made another master already
        living = [facts.name for facts in self._pods.unended()]
        if was_deleted_with_run(self._kube, self._around, self._pods.bursts.made_since(time.time()), living):
            say("k8stui: the run's pods are being deleted together with this one: the run is stopped")
            self._scheduler.give_up()
            remove_pods(self._kube, self._plan.run)
            self._end = End(RunState.STOPPED, "its pods were deleted")
            return
        say("k8stui: another master will go on")
        raise SystemExit(143)

    # -- what to do --------------------------------------------------------------------------------------------

    def _act(self, actions: List[Any], now: float) -> None:
        creations = [action for action in actions if isinstance(action, Create)]
        judged = any(isinstance(action, Delete) and action.judged for action in actions)
        needed, recorded = self._scheduler.shape.needs_record, self._ledger.is_recorded
        if judged:
            self._flush(now)
        elif any(needed(action.step, recorded, self._scheduler.is_cached) for action in creations):
            self._note_changes(now)
            if not self._ledger.note_ends(self._scheduler.steps, self._scheduler.results):
                self._flush(now)
        for action in actions:
            if isinstance(action, Delete):
                self._creators.delete(action.pod, action.uid)
            else:
                self._create(self._by_name[action.step], action.attempt)
        for name, sentence in self._scheduler.notes:
            say("k8stui: %s %s" % ("step " + name if name else "the run", sentence))
        self._scheduler.notes.clear()

    def _create(self, step: StepPlan, attempt: int) -> None:
        steps = self._scheduler.steps
        parents = {
            parent: steps[parent].attempts[-1].attempt if steps[parent].attempts else 0
            for parent in step.after
            if not self._ledger.is_recorded(parent)
        }
        offer = self._pods.offers.open
        end = facts_of_end(self._plan, *self._scheduler.outcome()) if step.hook else None
        pod = pod_name(self._plan.pod_prefix, step.slug, attempt)
        self._pods.made(pod, step, offer)
        build, results = self._builder.build, self._scheduler.results
        self._creators.create(
            step.name,
            attempt,
            lambda: build(step, attempt, results, parents, offer, end),
            lambda: self._scheduler.is_over(step.name, attempt),
        )

    def _key_of(self, pod: str) -> Optional[str]:
        name = self._pods.step_of(pod)
        return None if name is None else self._around.keys.get(self._by_name[name].key_slug)

    # -- the record --------------------------------------------------------------------------------------------

    def _write_when_due(self, now: float) -> None:
        self._note_changes(now)
        due = self._ledger.due()
        if due is not None and due <= now:
            self._flush(now)

    def _note_changes(self, now: float) -> None:
        self._ledger.changed(self._scheduler.touched, now)
        self._ledger.progressed(self._scheduler.progressed, now)
        self._scheduler.touched.clear()
        self._scheduler.progressed.clear()

    def _flush(self, now: float) -> None:
        self._note_changes(now)
        if self._end is None:
            going = RunState.STOPPING if self._scheduler.stopping else RunState.RUNNING
            self._summary.state = RunState.PAUSED if self._scheduler.resting else going
        else:
            self._summary.state, self._summary.why, self._summary.finished = self._end.state, self._end.why, now
        self._summary.timed_out = self._scheduler.timed_out
        self._scheduler.clock.note(self._summary, now, paused=self._summary.state is RunState.PAUSED)
        ordinary = {name: self._scheduler.steps[name] for name in self._scheduler.shape.ordinary}
        self._summary.steps, self._summary.total = counts(ordinary), len(ordinary)
        self._ledger.flush(self._scheduler.steps, self._scheduler.results, self._summary, now)

    def _pause(self) -> int:
        self._flush(time.time())
        self._logs.finish(LOG_PATIENCE)
        say("k8stui: run %s paused" % self._plan.run)
        return suspend(self._kube, self._around, self._inbox)

    def _finish(self) -> int:
        self._store.keep(self._by_name, self._scheduler.steps, self._scheduler.results, time.time())
        self._flush(time.time())
        self._pods.end_logs()
        told = " (%s)" % self._summary.why if self._summary.why else ""
        say("k8stui: run %s %s%s" % (self._plan.run, self._summary.state.value, told))
        return finish(self._kube, self._around, self._summary, self._logs)
