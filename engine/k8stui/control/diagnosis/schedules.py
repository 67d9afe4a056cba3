"""Why a schedule does not fire, or its run does not start: the words of the CronJob controller, and its silence.

A controller that is at work says in an event why it does not fire, but for two things: the starting deadline (it just
looks at no earlier time) and a Job of the name that is not its own. What the clock tells is therefore weighed with what
was said. Rules: Kubernetes documentation, "CronJob"; events as those of 1.34.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from k8stui.control.diagnosis.around import Around, one_line
from k8stui.control.diagnosis.finding import Cause, Diagnosis, Level, worst_first
from k8stui.control.diagnosis.refusals import refused
from k8stui.control.diagnosis.runs import orchestrator
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.events.reading import Event
from k8stui.control.words.spans import age, minute, span
from k8stui.incluster.contract.states import RunState
from k8stui.model.cron import cron_problem, zone_problem
from k8stui.model.cron.notes import never_in_time
from k8stui.model.scheduleviews import ChangeView, ScheduleView


@dataclass(frozen=True)
class ScheduleSight:
    """A schedule and what is around it.

    Attributes:
        schedule: As it is.
        now: Seconds since the epoch.
        due: The latest time at which it should have fired and has not; None for none. Of a suspended one: that is
            made up for when it is resumed.
        events: Of its CronJob, the oldest first; None where this user may not read them.
        blocking: Those of its active runs that the controller counts.
        complete: Its template is there.
        taken: Name of a Job that is not its own and has the name that the due one would get; empty for none.
        start: Its newest run, where that has no record yet and should have; None for none.
        recorded: The newest run has a record.
    """

    schedule: ScheduleView
    now: float
    due: float | None = None
    events: tuple[Event, ...] | None = ()
    blocking: tuple[str, ...] = ()
    complete: bool = True
    taken: str = ""
    start: Sight | None = None
    recorded: bool = True

    def said(self, *reasons: str) -> Event | None:
        """The last event with one of these reasons, if it is newer than the last change and the last firing."""
        since = max([change.at or 0.0 for change in self.schedule.changes], default=0.0)
        for event in reversed(self.events or ()):
            if event.reason == "SuccessfulCreate" or (event.time or 0.0) < since:
                return None
            if event.reason in reasons:
                return event
        return None

    def tell(self, event: Event | None) -> tuple[str, ...]:
        """An event as evidence."""
        line = Around(self.now).tell(event)
        return (line,) if line else ()


def diagnose_schedule(sight: ScheduleSight) -> list[Diagnosis]:
    """Whether a schedule fires and why not, first; then what is the matter with its newest run, the worst first."""
    subject = f"schedule {sight.schedule.name}"
    found = next((said for rule in _RULES if (said := rule(sight))), None) or _on_time(sight)
    own = Diagnosis.of(subject, *found)
    others = [] if sight.complete else [Diagnosis.of(subject, "incomplete", _template(sight))]
    if sight.start is not None:
        others += orchestrator(sight.start)
    return [own, *worst_first([*others, *_last_run(sight)])]


_Said = tuple[str, Cause]


def _template(sight: ScheduleSight) -> Cause:
    name = sight.schedule.name
    return Cause(
        Level.STUCK,
        "its template is gone, or it was never completely created: no run of it can start",
        f"Create it again, and delete this one: k8stui schedule delete {name}",
    )


def _suspended(sight: ScheduleSight) -> _Said | None:
    view = sight.schedule
    if not view.suspended:
        return None
    change = next((one for one in view.changes if _suspends(one)), ChangeView())
    when = f" since {minute(change.at)}" if change.at else ""
    who = f" by {change.by}" if change.by else ""
    words = f"it does not fire until it is resumed{';' if when or who else ''}{when}{who}"
    advice = f"Resume it: k8stui schedule resume {view.name}"
    if sight.due is not None and not _too_late_for(view, sight.due, sight.now):
        advice += f". The run that was due at {minute(sight.due)} is then made up for at once"
    return "suspended", Cause(Level.STUCK, words, f"{advice}.")


def _suspends(change: ChangeView) -> bool:
    return any(one.field == "suspend" and one.new == "yes" for one in change.fields)


def _unreadable(sight: ScheduleSight) -> _Said | None:
    view = sight.schedule
    event = sight.said("UnparseableSchedule", "UnParseableCronJobSchedule")
    problem = cron_problem(view.cron)
    if not event and not problem:
        return None
    words = f"its cron expression {view.cron!r} cannot be read" + (f": {problem}" if problem else "")
    advice = f"Give it another one: k8stui schedule edit {view.name} --cron …"
    return "never", Cause(Level.STUCK, words, advice, sight.tell(event))


def _zone(sight: ScheduleSight) -> _Said | None:
    view, event = sight.schedule, sight.said("UnknownTimeZone")
    advice = (
        f"Name another one (k8stui schedule edit {view.name} --time-zone …), or give the controller's image tzdata."
    )
    if event:
        words = f"the CronJob controller does not know the time zone {view.time_zone}"
        return "never", Cause(Level.STUCK, words, advice, sight.tell(event))
    if zone_problem(view.time_zone):
        return "unknown", Cause(Level.FINE, f"the time zone {view.time_zone} is not known here, so its times are not")
    return None


def _never(sight: ScheduleSight) -> _Said | None:
    view = sight.schedule
    if view.next is not None:
        return None
    words = f"no day within five years matches {view.cron!r}"
    advice = f"Give it another expression: k8stui schedule edit {view.name} --cron …"
    if never_in_time(view.cron, view.starting_deadline):
        words = (
            f"its starting deadline of {view.starting_deadline:g} s is shorter than {view.cron!r}: Kubernetes looks "
            "back no further, and counts from there"
        )
        advice = f"Give it a longer one, or none: k8stui schedule edit {view.name} --starting-deadline none"
    return "never", Cause(Level.STUCK, words, advice, sight.tell(sight.said("InvalidSchedule")))


def _refused(sight: ScheduleSight) -> _Said | None:
    event = sight.said("FailedCreate")
    if event is None:
        return None
    cause = refused(event.message) or Cause(Level.STUCK, f"its Job could not be created: {one_line(event.message)}")
    if cause.level is Level.FAILED:
        cause = replace(cause, level=Level.STUCK)  # the controller tries again, in vain
    if "cronjob-controller" in cause.words:
        role = "system:controller:cronjob-controller"
        cause = replace(cause, advice=f"It is the controller's own right. Look at: kubectl describe clusterrole {role}")
    advice = cause.advice.replace("pod_settings", "orchestrator_pod_settings")
    return "refused", replace(cause, advice=advice).resting_on(*sight.tell(event))


def _held(sight: ScheduleSight) -> _Said | None:
    view, event = sight.schedule, sight.said("JobAlreadyActive")
    if view.concurrency != "Forbid" or not sight.blocking or not (event or sight.due):
        return None
    run = sight.blocking[0]
    waits = f"the run that was due at {minute(sight.due)}" if sight.due else "the run that is due"
    words = f"run {run} goes on and the concurrency policy is Forbid, so {waits} does not start"
    then = "It starts when that one ends."
    if view.starting_deadline is not None:
        then = f"It starts if that one ends within {span(view.starting_deadline)} after it was due."
    overlap = f"k8stui schedule edit {view.name} --concurrency Allow"
    advice = f"{then} See what keeps it: k8stui why {run}; stop it: k8stui runs stop {run}; or let both run: {overlap}"
    if view.origin != "k8stui":
        advice = f"{then} See what keeps it: kubectl logs job/{run}"
    return "held back", Cause(Level.WAITING, words, advice, sight.tell(event))


def _too_late(sight: ScheduleSight) -> _Said | None:
    view, due = sight.schedule, sight.due
    if due is None or not _too_late_for(view, due, sight.now):
        return None
    words = (
        f"the run that was due at {minute(due)} did not start within the starting deadline of "
        f"{view.starting_deadline:g} s and never will; the next one is due at {minute(view.next)}"
    )
    advice = f"Start one now: k8stui schedule trigger {view.name}; or give the next ones longer: --starting-deadline"
    return "left out", Cause(Level.FAILED, words, advice, sight.tell(sight.said("MissSchedule")))


def _too_late_for(view: ScheduleView, due: float, now: float) -> bool:
    return view.starting_deadline is not None and now > due + view.starting_deadline


def _taken(sight: ScheduleSight) -> _Said | None:
    if not sight.taken:
        return None
    words = f"the run that was due at {minute(sight.due)} would be called {sight.taken}, and another Job is"
    return "blocked", Cause(Level.STUCK, words, f"If nobody needs that one: kubectl delete job {sight.taken}")


def _overdue(sight: ScheduleSight) -> _Said | None:
    if sight.due is None:
        return None
    words = f"it was due at {minute(sight.due)} and has not fired"
    if sight.events is None:
        advice = "Ask somebody who may: kubectl describe cronjob " + sight.schedule.name
        return "overdue", Cause(Level.STUCK, f"{words}; why is in its events, which you may not read", advice)
    last = next((one for one in reversed(sight.events) if (one.time or 0) >= sight.due), None)
    if last is not None:
        return "overdue", Cause(Level.STUCK, words, "", sight.tell(last))
    advice = "Look at kube-controller-manager: kubectl get pods -n kube-system"
    words += ", and nothing was said since: the cluster's CronJob controller is not at work, or far behind"
    return "overdue", Cause(Level.STUCK, words, advice)


_RULES: tuple[Callable[[ScheduleSight], _Said | None], ...] = (
    _suspended, _unreadable, _zone, _never, _refused, _held, _too_late, _taken, _overdue,
)  # fmt: skip


def _on_time(sight: ScheduleSight) -> _Said:
    view = sight.schedule
    again = "next" if view.last else "first"
    words = f"it fires {again} at {minute(view.next)}, in {age(sight.now, view.next or sight.now)}"
    if view.active:
        words += f"; run {view.active[0]} goes on" + (f" and {len(view.active) - 1} more" if view.active[1:] else "")
    many = next((one for one in reversed(sight.events or ()) if one.reason == "TooManyMissedTimes"), None)
    if many:
        words += "; more than 100 times were missed before, of which Kubernetes made up for the last one"
    return "on time", Cause(Level.FINE, words, "", sight.tell(many))


def _last_run(sight: ScheduleSight) -> list[Diagnosis]:
    last = sight.schedule.last_run
    if last is None or not sight.recorded:
        return []
    if not last.state.ended and last.why and sight.schedule.origin == "k8stui":
        cause = Cause(Level.WAITING, last.why, f"See: k8stui why {last.run}")
        return [Diagnosis.of(f"run {last.run}", last.state.value, cause)]
    if last.state is not RunState.FAILED:
        return []
    state = "failed" if not last.finished else f"failed {age(last.finished, sight.now)} ago"
    look = f"k8stui why {last.run}" if sight.schedule.origin == "k8stui" else f"kubectl logs job/{last.run}"
    return [Diagnosis.of(f"run {last.run}", state, Cause(Level.FAILED, last.why, f"See: {look}"))]
