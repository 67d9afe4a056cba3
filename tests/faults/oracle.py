"""The one oracle of this suite: what must be true of a run when it has ended, whatever happened to it.

- No finished step ran again, and no attempt ran twice.
- The status is true: it agrees with what the cluster did, and with what the steps wrote themselves.
- Nothing is left behind: no process, no Secret, no active Job; and nothing at all once the run is deleted.
- What happened is told: in the record, or in the log of a master.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from k8stui.cluster.resources import JOBS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.embedded.registry import CONFIG_MAP, JOB, POD, SECRET
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import K8stuiError
from k8stui.model.views import RunView, StepView
from tests.embedded.runs import ended, eventually, step_of
from tests.faults.place import Place

_NEVER_RAN = (StepState.SKIPPED, StepState.STOPPED)
_JOB_ENDS = {RunState.SUCCEEDED: "Complete", RunState.FAILED: "Failed", RunState.STOPPED: "Failed"}


async def judge(
    place: Place,
    run: str,
    *,
    state: RunState = RunState.SUCCEEDED,
    result: tuple[str, object] | None = None,
    attempts: Mapping[str, Sequence[str]] | None = None,
    told: Sequence[str] = (),
    against: Sequence[str] = (),
    lost: Sequence[str] = (),
    keeps: Sequence[str] = (),
) -> RunView:
    """Wait for the end of a run, check all that must hold, delete it and check that nothing is left.

    Args:
        place: Where it ran.
        run: Its name.
        state: How it must end.
        result: A step and what it must have returned.
        attempts: Of the steps that take other than one good attempt, the states of their attempts.
        told: What must be found in the record or in a master's log.
        against: Pods that may have ended otherwise than their attempts, because their results were taken before.
        lost: Steps whose pods may be gone before anything is written of them: known to have succeeded, no more.
        keeps: ConfigMaps that the test made itself.

    Returns:
        The run as it ended.
    """
    view = await ended(place.cluster, run)
    assert view.state is state, f"{view.state.value}: {view.why}"
    await _job_ends(place, run, _JOB_ENDS[state])
    _nothing_twice(place, run)
    _parents_first(place, view)
    _status_is_true(place, view, attempts or {}, against, lost)
    _times_are_possible(view, lost)
    if result is not None:
        assert step_of(view, result[0]).results == {"output": result[1]}
    said = await _said(place, view)
    for words in told:
        assert words in said, f"{words!r} is told nowhere in:\n{said}"
    await _nothing_runs_on(place, run)
    await delete_run(place.cluster, run)
    await eventually(lambda: left(place), until=lambda found: found == [f"configmaps/{name}" for name in keeps])
    return view


def _nothing_twice(place: Place, run: str) -> None:
    events = place.history.events(run)
    made = Counter(event.pod.name for event in events if event.verb == "ADDED" and event.pod.step)
    assert not [name for name, times in made.items() if times > 1], f"made twice: {made}"
    begun = Counter(line.pod for line in place.journal() if line.what == "begin")
    assert not [name for name, times in begun.items() if times > 1], f"ran twice: {begun}"
    finished: dict[str, str] = {}
    for event in events:
        if event.pod.exit_code == 0 and event.pod.step:
            finished.setdefault(event.pod.step, event.pod.name)
        elif event.verb == "ADDED" and event.pod.step in finished:
            raise AssertionError(f"{event.pod.name} was made after {finished[event.pod.step]} had succeeded")


def _parents_first(place: Place, view: RunView) -> None:
    steps = {step.name: step for step in view.steps}
    step_at = {pod.name: steps[pod.step] for pod in place.history.steps(view.run)}
    done: set[str] = set()
    for line in place.journal():
        if (step := step_at.get(line.pod)) is None:
            continue
        if line.what == "end":
            done.add(step.name)
        else:
            before = set(_before(step, view))
            assert done.issuperset(before), f"{line.pod} began before {before - done} had ended"


def _before(step: StepView, view: RunView) -> Iterator[str]:
    """The steps that ran before this one: of a mapped parent all items, and no branch that was not taken."""
    steps = {one.name: one for one in view.steps}
    for name in steps[step.item_of].after if step.item_of else step.after:
        if steps[name].mapped_over:
            yield from (one.name for one in view.steps if one.item_of == name)
        elif not steps[name].untaken:
            yield name


def _status_is_true(
    place: Place, view: RunView, attempts: Mapping[str, Sequence[str]], against: Sequence[str], lost: Sequence[str]
) -> None:
    work_done = {line.pod for line in place.journal() if line.what == "end"}
    known = {attempt.pod: attempt for step in view.steps for attempt in step.attempts}
    pods = {pod.name: pod for pod in place.history.steps(view.run) if pod.step not in lost}
    assert {name for name in known if name in pods} == set(pods)
    assert set(known) <= {pod.name for pod in place.history.steps(view.run)}
    for step in view.steps:
        found = [attempt.state.value for attempt in step.attempts]
        usual = [] if step.state in _NEVER_RAN or step.mapped_over else [step.state.value]
        assert step.state.ended
        if step.name in lost:
            assert step.state is StepState.SUCCEEDED
            continue
        assert found == list(attempts.get(step.name, usual)), f"{step.name}: {found}, {step.why}"
        if step.state is StepState.SUCCEEDED and not step.mapped_over:
            assert step.attempts[-1].pod in work_done
    for pod in pods.values():
        if pod.exit_code is not None and pod.name not in against:
            assert (known[pod.name].state is StepState.SUCCEEDED) == (pod.exit_code == 0), pod.name
    counted = Counter(step.state.value for step in view.steps)
    assert view.counts == counted, "the summary does not agree with the steps"


def _times_are_possible(view: RunView, lost: Sequence[str]) -> None:
    assert view.created is not None
    assert view.finished is not None
    assert view.started is None or view.started <= view.finished
    for attempt in (one for step in view.steps if step.name not in lost for one in step.attempts):
        assert attempt.finished is not None, f"{attempt.pod} has no end"
        assert attempt.started is None or attempt.started <= attempt.finished, f"{attempt.pod} ended before it began"


async def _job_ends(place: Place, run: str, how: str) -> None:
    async def conditions() -> set[str]:
        job = await place.cluster.get(JOBS, run)
        return {one["type"] for one in (job.get("status") or {}).get("conditions") or () if one["status"] == "True"}

    found = await eventually(conditions, until=lambda found: bool(found & {"Complete", "Failed"}))
    assert how in found, f"the Job says {found}"


async def _nothing_runs_on(place: Place, run: str) -> None:
    async def running() -> list[str]:
        pods = [pod for pod in place.history.now(run) if pod.phase not in ("Succeeded", "Failed")]
        pids = [pod for pod in place.history.now(run) if place.embedded.pod_pids(pod.namespace, pod.name)]
        secrets = place.embedded.store.all(SECRET)
        return [pod.name for pod in (*pods, *pids)] + [
            str(one["metadata"]["name"])
            for one in secrets
            if (one["metadata"].get("labels") or {}).get(names.LABEL_RUN_ID) == run
        ]

    await eventually(running, until=lambda found: not found)


async def left(place: Place) -> list[str]:
    """Whatever is there that is not the cluster's own; the index of a pipeline's results is for runs to come."""
    found = [(kind, one) for kind in (CONFIG_MAP, SECRET, JOB, POD) for one in place.embedded.store.all(kind)]
    named = [f"{kind.plural}/{one['metadata']['name']}" for kind, one in found if not _is_index(one)]
    return [name for name in named if name != "configmaps/kube-root-ca.crt"]


def _is_index(found: Mapping[str, Any]) -> bool:
    labels: Mapping[str, str] = found["metadata"].get("labels") or {}
    return labels.get(names.LABEL_COMPONENT) == names.COMPONENT_CACHE


async def _said(place: Place, view: RunView) -> str:
    parts = [view.why, *(step.why for step in view.steps)]
    parts += [f"{one.reason}: {one.message}" for step in view.steps for one in step.attempts]
    for pod in place.history.now(view.run):
        if not pod.step:
            try:
                parts += [line.decode() async for lines in place.cluster.logs(pod.name) for line in lines]
            except K8stuiError as error:  # Nobody can read a log that went with its pod.
                parts.append(str(error))
    return "\n".join(part for part in parts if part)
