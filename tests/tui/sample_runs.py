"""Runs in every state, frozen at one moment."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from k8stui.control.logs.stream import LogLine
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import AttemptView, RunView, StepView

NOW = datetime(2026, 11, 25, 14, 2, 31, tzinfo=UTC).timestamp()


def pod_of(run: str, step: str, number: int = 1) -> str:
    return f"{run}-{step}-{number}".replace("[", "-").replace("]", "").replace("=", "-")


def attempt(
    step: str,
    run: str,
    state: StepState,
    *,
    number: int = 1,
    began: float = 60,
    took: float | None = None,
    node: str = "node-1",
    **more: Any,
) -> AttemptView:
    started = NOW - began
    return AttemptView.model_validate(
        {
            "attempt": number,
            "pod": pod_of(run, step, number),
            "state": state,
            "node": node,
            "created": started - 1,
            "started": started,
            "finished": None if took is None else started + took,
            **more,
        }
    )


def train(run: str = "train-churn-7f3a") -> RunView:
    """A run that goes on: a fan-out with every state of a step."""

    def done(name: str, after: tuple[str, ...], began: float, took: float, node: str) -> StepView:
        return StepView(
            name=name,
            after=after,
            state=StepState.SUCCEEDED,
            attempts=(attempt(name, run, StepState.SUCCEEDED, began=began, took=took, node=node),),
        )

    fan = [
        StepView(
            name="train[lr=0.1]",
            after=("clean",),
            state=StepState.RUNNING,
            attempts=(
                attempt(
                    "train[lr=0.1]",
                    run,
                    StepState.RUNNING,
                    began=124,
                    node="node-7",
                    progress=0.64,
                    metrics={"loss": 0.2133, "acc": 0.91},
                ),
            ),
        ),
        StepView(
            name="train[lr=0.01]",
            after=("clean",),
            state=StepState.EVICTED,
            disruptions=2,
            why="evicted: node-2 low on memory",
            attempts=(
                attempt("train[lr=0.01]", run, StepState.EVICTED, began=41, took=30, node="node-2", reason="Evicted"),
            ),
        ),
        StepView(
            name="train[lr=1]",
            after=("clean",),
            state=StepState.QUEUED,
            why="Unschedulable: 0/5 nodes are available: 5 Insufficient nvidia.com/gpu",
            attempts=(AttemptView(attempt=1, pod=f"{run}-train-lr-1-1", state=StepState.QUEUED, created=NOW - 90),),
        ),
        StepView(
            name="train[lr=10]",
            after=("clean",),
            state=StepState.RETRYING,
            failures=1,
            why="ValueError: loss is nan (train.py:41)",
            not_before=NOW + 12,
            attempts=(attempt("train[lr=10]", run, StepState.FAILED, began=50, took=20, node="node-4"),),
        ),
        *(done(f"train[seed={seed}]", ("clean",), 200 - seed, 60 + seed, f"node-{seed % 5}") for seed in range(11)),
    ]
    steps = (
        done("load_data", (), 252, 12, "node-3"),
        done("clean", ("load_data",), 239, 8, "node-1"),
        *fan,
        StepView(name="pick_best", after=tuple(step.name for step in fan)),
        StepView(name="report", after=("clean", "pick_best")),
        StepView(name="publish", after=("report",)),
    )
    counts = dict(Counter(step.state.value for step in steps))
    return RunView(
        run=run,
        namespace="ml-team",
        pipeline="train-churn",
        state=RunState.RUNNING,
        counts=counts,
        total=len(steps),
        created=NOW - 254,
        started=NOW - 252,
        submitted_by="ada",
        schedule="nightly-churn",
        steps=steps,
        job=run,
        parameters={"rates": [0.1, 0.01, 1, 10]},
        image="python:3.12-slim",
    )


def chain(
    run: str,
    state: RunState,
    *,
    pipeline: str,
    done: int,
    total: int,
    age: float,
    took: float | None = None,
    why: str = "",
    **more: Any,
) -> RunView:
    steps = []
    for place in range(total):
        name, after = f"step_{place + 1}", (f"step_{place}",) if place else ()
        if place < done:
            steps.append(
                StepView(
                    name=name,
                    after=after,
                    state=StepState.SUCCEEDED,
                    attempts=(attempt(name, run, StepState.SUCCEEDED, began=age - place, took=0.8),),
                )
            )
        elif place == done and state is RunState.FAILED:
            steps.append(
                StepView(
                    name=name,
                    after=after,
                    state=StepState.FAILED,
                    failures=1,
                    why=why,
                    attempts=(attempt(name, run, StepState.FAILED, began=age - place, took=0.8, exit_code=1),),
                )
            )
        else:
            waits = {RunState.FAILED: StepState.SKIPPED, RunState.STOPPED: StepState.STOPPED}.get(
                state, StepState.WAITING
            )
            steps.append(StepView(name=name, after=after, state=waits))
    counts = dict(Counter(step.state.value for step in steps))
    ended = state.ended
    return RunView.model_validate(
        {
            "run": run,
            "namespace": "ml-team",
            "pipeline": pipeline,
            "state": state,
            "counts": counts,
            "total": total,
            "created": NOW - age,
            "started": NOW - age + 1 if done else None,
            "finished": NOW - age + (took or 60) if ended else None,
            "why": f"step step_{done + 1} failed: {why}" if state is RunState.FAILED else why,
            "submitted_by": "ada",
            "steps": steps,
            "job": run,
            **more,
        }
    )


def forked(run: str = "score-files-2c9d", *, known: bool) -> RunView:
    """A run that goes on: a step mapped over a list, known or not yet, and a branch that was not taken."""

    def done(name: str, *after: str, **more: Any) -> StepView:
        attempts = (attempt(name, run, StepState.SUCCEEDED, began=30, took=4),)
        return StepView(name=name, after=after, state=StepState.SUCCEEDED, attempts=attempts, **more)

    items = [
        done("score[0]", "score", item_of="score", slug="score-0"),
        StepView(
            name="score[1]",
            after=("score",),
            item_of="score",
            state=StepState.RUNNING,
            attempts=(attempt("score[1]", run, StepState.RUNNING, began=12, progress=0.5),),
        ),
        StepView(name="score[2]", after=("score",), item_of="score", state=StepState.QUEUED, why="2 pods are the most"),
    ]
    unmet = "not met: check.fresh"
    steps = (
        done("check"),
        StepView(
            name="download",
            after=("check",),
            state=StepState.SKIPPED,
            untaken=True,
            why=unmet,
            conditions=("check.old",),
        ),
        StepView(
            name="unpack",
            after=("download",),
            state=StepState.SKIPPED,
            untaken=True,
            why="step download was not taken",
        ),
        done("find", "check")
        if known
        else StepView(name="find", after=("check",), state=StepState.STARTING, attempts=()),
        StepView(
            name="score",
            slug="score",
            after=("find",),
            mapped_over=("find",),
            state=StepState.RUNNING if known else StepState.WAITING,
        ),
        *(items if known else ()),
        StepView(name="pick", after=("score",)),
        StepView(name="publish", after=("pick",), conditions=("pick > 0.9",)),
        StepView(name="report", after=("unpack", "publish")),
    )
    counts = dict(Counter(step.state.value for step in steps))
    return RunView(
        run=run,
        namespace="ml-team",
        pipeline="score-files",
        state=RunState.RUNNING,
        counts=counts,
        total=len(steps),
        created=NOW - 40,
        started=NOW - 38,
        submitted_by="ada",
        steps=steps,
        job=run,
    )


def every_state() -> list[RunView]:
    """The newest first."""
    return [
        train(),
        chain(
            "etl-daily-91bc",
            RunState.FAILED,
            pipeline="etl-daily",
            done=7,
            total=9,
            age=1020,
            took=300,
            why="exit code 137, OOMKilled",
        ),
        chain(
            "score-eu-22aa",
            RunState.PENDING,
            pipeline="score-eu",
            done=0,
            total=7,
            age=15,
            why="its orchestrator's pod does not run (ErrImagePull)",
        ),
        chain(
            "score-eu-22ab",
            RunState.PAUSED,
            pipeline="score-eu",
            done=3,
            total=7,
            age=1260,
            why="no orchestrator runs until it is resumed: k8stui runs resume score-eu-22ab",
        ),
        chain(
            "train-churn-7e02",
            RunState.STOPPING,
            pipeline="train-churn",
            done=3,
            total=22,
            age=1800,
            why="a stop was asked for",
        ),
        chain("train-churn-7e01", RunState.SUCCEEDED, pipeline="train-churn", done=22, total=22, age=86400, took=740),
        chain(
            "etl-daily-90ff",
            RunState.SUCCEEDED,
            pipeline="etl-daily",
            done=9,
            total=9,
            age=90000,
            took=345,
            schedule="etl-daily-x2k1",
        ),
        chain(
            "score-eu-21c0",
            RunState.STOPPED,
            pipeline="score-eu",
            done=2,
            total=7,
            age=172800,
            why="stopped on request",
        ),
        *(
            chain(
                f"etl-daily-80{number:02x}",
                RunState.SUCCEEDED,
                pipeline="etl-daily",
                done=9,
                total=9,
                age=172800 + 86400 * number,
                took=340 + number,
            )
            for number in range(24)
        ),
    ]


def log_lines(run: str = "train-churn-7f3a") -> list[LogLine]:
    lines = []
    for epoch in range(40):
        for place, step in enumerate(("train[lr=0.1]", "train[lr=0.01]", "train[seed=3]")):
            when = NOW - 40 + epoch + place * 0.284
            text = f"epoch {epoch + 1}/40 loss={1 / (epoch + 2 + place):.4f} acc={1 - 1 / (epoch + 3):.2f}"
            lines.append(LogLine(when, f"{run}-{step}-1", step, run, text))
    return lines
