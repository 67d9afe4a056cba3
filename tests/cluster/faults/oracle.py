"""What must be true of a run of a random graph of sums when it has ended, whatever was done to it."""

from __future__ import annotations

from collections import Counter

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.pipelines.layers import graph, sums
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import attempts, output, states


def submit_sums(space: Space, *, seed: int, size: int) -> str:
    """Submit the graph of a seed; gives the run's name."""
    return space.submit("layers.py", seed=seed, size=size)


def judge_sums(space: Space, run: str, *, seed: int, size: int) -> None:
    """Wait for the end, check that all is right and nothing was done twice, delete the run: nothing is left."""
    ended = space.watch(run)
    assert ended.code == 0, f"{ended.err}\n{space.master_log(run)}"
    assert ended.view["state"] == "succeeded"
    assert set(states(ended.view).values()) == {"succeeded"}
    assert [output(ended.view, f"add_{index}") for index in range(size)] == sums(graph(seed, size))
    made = Counter(space.journal.steps_ever())
    assert max(made.values()) == 1, f"made twice: {made}"
    assert Counter(step for step, _ in made) == attempts(ended.view), (
        "the record tells of other attempts than there were"
    )
    _no_success_is_repeated(space)
    eventually(lambda: not space.objects("secrets"), what="the keys are gone")
    eventually(lambda: _is_complete(space, run), what="the Job is complete")
    assert space.k8stui("runs", "delete", run).code == 0
    eventually(lambda: not space.remains(run), what="nothing of the run is left")


def _no_success_is_repeated(space: Space) -> None:
    succeeded: dict[str, str] = {}
    for event in space.journal.events():
        pod = event.pod
        if event.kind == "ADDED" and pod.step in succeeded:
            what = [f"{one.kind} {one.pod}" for one in space.journal.events() if one.pod.step == pod.step]
            told = "\n".join(what)
            raise AssertionError(f"{pod.name} was made after {succeeded[pod.step]} had succeeded:\n{told}")
        if pod.step and pod.state.get("terminated", {}).get("exitCode") == 0:
            succeeded[pod.step] = pod.name


def _is_complete(space: Space, run: str) -> bool:
    conditions = space.job(run).get("status", {}).get("conditions") or []
    return any(one["type"] == "Complete" and one["status"] == "True" for one in conditions)
