"""What is said of logs that went with their pods."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace

from k8stui.control.logs.gone import ONE_BY_ONE, RECENT, gone_attempts, lost_logs, runs_to_look_at
from k8stui.control.logs.many import LogQuery
from k8stui.control.logs.outages import told
from k8stui.control.logs.stream import LogLine
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import AttemptView, RunSummaryView, RunView, StepView

NOW = 1_000.0
QUERY = LogQuery(run="r")


def attempt(number: int, step: str = "train", **fields: object) -> AttemptView:
    known = {"started": 10.0 * number, "finished": 10.0 * number + 5, "state": StepState.FAILED, **fields}
    return AttemptView.model_validate({"attempt": number, "pod": f"r-{step}-{number}", **known})


def run(*attempts: AttemptView) -> RunView:
    steps = (StepView(name="load", attempts=(attempt(1, "load"),)), StepView(name="train", attempts=attempts))
    return RunView(run="r", namespace="n", pipeline="p", state=RunState.FAILED, steps=steps)


def gone(view: RunView, query: LogQuery, there: Container[str] = ()) -> list[str]:
    return [attempt.pod for _, attempt in gone_attempts(view, query, there, now=NOW)]


def lost(view: RunView, there: Container[str] = ()) -> list[LogLine]:
    return lost_logs(view, gone_attempts(view, QUERY, there, now=NOW), "no store")


def test_only_pods_that_are_gone_and_may_have_written_something_are_told() -> None:
    view = run(attempt(1), attempt(2), attempt(3, silent=True), attempt(4, started=None), attempt(5, finished=None))
    text = "pod r-train-1 is gone, and its log with it: no store"
    assert lost(view, {"r-load-1", "r-train-2"}) == [LogLine(15.0, "r-train-1", "train", "r", text, "note")]


def test_only_what_is_looked_at_is_told() -> None:
    view = run(attempt(1), attempt(90))
    assert gone(view, replace(QUERY, step="load")) == ["r-load-1"]
    assert gone(view, replace(QUERY, pod="r-train-90")) == ["r-train-90"]
    assert gone(view, replace(QUERY, since=100)) == ["r-train-90"]
    assert gone(view, replace(QUERY, since_time="1970-01-01T00:15:00Z")) == ["r-train-90"]
    assert gone(view, replace(QUERY, steps=re.compile("^lo"))) == ["r-load-1"]
    for none in (replace(QUERY, previous=True), replace(QUERY, orchestrator=True)):
        assert gone(view, none) == []


def test_of_a_pipeline_the_newest_runs_are_looked_at_and_the_others_told() -> None:
    query = LogQuery(pipeline="p", namespace="n")

    def named(name: str, **fields: object) -> RunSummaryView:
        known = {"run": name, "namespace": "n", "pipeline": "p", "state": RunState.FAILED, "finished": 5.0, **fields}
        return RunSummaryView.model_validate(known)

    runs = [named(f"r{number}", created=float(number)) for number in range(RECENT + 2)]
    others = [named("x", pipeline="q"), named("y", namespace="m"), named("z", zenml_id="1"), named("old", finished=1.0)]
    looked_at, (line,) = runs_to_look_at([*others, *runs], query, begin=2.0)
    assert looked_at == runs[:RECENT]
    assert (line.time, line.text.partition(":")[0]) == (
        RECENT - 1,
        "of 2 earlier runs only pods that are there are shown",
    )
    assert runs_to_look_at(runs[:RECENT], query, begin=0.0) == (runs[:RECENT], [])


def test_many_are_told_in_one_line() -> None:
    view = run(*(attempt(number) for number in range(1, ONE_BY_ONE + 1)))
    (line,) = lost(view)
    assert line.text == f"{ONE_BY_ONE + 1} pods are gone, and their logs with them: no store"


def test_streams_that_broke_together_are_told_in_one_line() -> None:
    one = LogLine(7.0, "r-train-1", "train", "r", "", "note")
    assert told([(one, 2.0)]) == one._replace(text="reconnected after 2.0s: no line was lost")
    both = told([(one, 2.0), (one._replace(time=9.0, pod="other"), 3.0)])
    assert both == LogLine(9.0, "", "", "", "2 logs reconnected after 3.0s: no line was lost", "note")
