"""The scene of the demo: every state there is, each for a reason that the cluster itself gives."""

from __future__ import annotations

from k8stui.cluster.client import Cluster
from k8stui.control.lifecycle.ending import stop_run
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.runs.watching import wait_run
from k8stui.control.schedules.listing import list_schedules
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView
from k8stui_tui.demo.scene import populate
from tests.embedded.runs import PATIENCE, is_listed, step_of


async def test_it_has_runs_in_every_state_and_a_schedule_that_fires(
    embedded: EmbeddedCluster, cluster: Cluster
) -> None:
    await populate(embedded, cluster, pace=0.3)

    async def run_of(pipeline: str) -> RunView:
        (name, *_) = [run.run for run in await list_runs(cluster) if run.pipeline == pipeline]
        return await show_run(cluster, name)

    states = {name: (await run_of(name)).state for name in ("training", "hello", "etl", "churn", "migration", "export")}
    assert states == {
        "training": RunState.SUCCEEDED,
        "hello": RunState.SUCCEEDED,
        "etl": RunState.SUCCEEDED,
        "churn": RunState.FAILED,
        "migration": RunState.STOPPED,
        "export": RunState.PAUSED,
    }
    evicted = [attempt for step in (await run_of("training")).steps for attempt in step.attempts if attempt.reason]
    assert [(attempt.state, attempt.reason) for attempt in evicted] == [(StepState.EVICTED, "Evicted")]
    assert step_of(await run_of("churn"), "publish").state is StepState.SKIPPED
    reindex = await run_of("reindex")
    assert (reindex.state, "Unschedulable" in reindex.why) == (RunState.PENDING, True)
    queued = step_of(await run_of("finetune"), "finetune_model")
    assert (queued.state, queued.why.startswith("Unschedulable")) == (StepState.QUEUED, True)
    score = step_of(await run_of("scoring"), "score")
    assert (score.state, "models.invalid" in score.why) == (StepState.STARTING, True)
    backtest = await run_of("backtest")
    assert any(attempt.progress for step in backtest.steps for attempt in step.attempts) or backtest.state.ended
    fetch = step_of(await run_of("crawl"), "fetch")
    assert (fetch.state, fetch.attempts[0].state) == (StepState.RETRYING, StepState.FAILED)

    assert {(one.pipeline, one.suspended) for one in await list_schedules(cluster)} == {
        ("digest", False),
        ("training", False),
        ("etl", True),
    }
    (digest,) = await list_schedules(cluster, pipeline="digest")
    run = await trigger_schedule(cluster, digest.name)
    await is_listed(cluster, run)
    assert (await wait_run(cluster, run, timeout=PATIENCE)).state is RunState.SUCCEEDED
    assert (await stop_run(cluster, (await run_of("finetune")).run)).state is RunState.STOPPED
