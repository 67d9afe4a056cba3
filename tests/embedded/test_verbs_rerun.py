"""Running again what ran before: as it was, and with other parameters, by the code that is kept with the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.authoring.load import load
from k8stui.authoring.rerunning import rerun_with
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.control.describing.reading import describe_run
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.control.submitting.rerunning import kept_run, rerun
from k8stui.control.submitting.retrying import retry_run
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError, NotFoundError
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.plan.request import default_image
from tests.embedded.runs import ended, eventually, scheduled, start, step_of

EDITED = """
from k8stui import pipeline, step

@step
def first(mode: str) -> str:
    return mode + " {}"

@step
def more(text: str) -> str:
    return text + "!"

@pipeline
def edited(mode: str = "slow", times: int = 1) -> None:
    text = first(mode)
    for _ in range(times):
        text = more(text)
"""

CONTAINERS = """
pipeline: greeting
parameters: {name: you}
steps:
  - name: greet
    image: busybox:1.36
    command: [python3, -c, "print('hello ${{ parameters.name }}')"]
"""


async def submitted(cluster: Cluster, file: Path, **options: str) -> str:
    """A run of a file, which has ended."""
    run = (await submit(cluster, load(str(file)).trace({}), SubmitOptions(**options))).run  # type: ignore[arg-type]  # fields of texts
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED
    return run


async def test_it_runs_again_as_it_was_whatever_became_of_the_file_and_the_job(
    cluster: Cluster, tmp_path: Path
) -> None:
    file = tmp_path / "flow.py"
    file.write_text(EDITED.format("as it was"))
    first = await submitted(cluster, file)
    file.unlink()
    await cluster.delete(JOBS, first)
    again = (await rerun(cluster, first)).run
    view = await ended(cluster, again)
    assert again != first
    assert (view.state, view.rerun_of, view.pipeline) == (RunState.SUCCEEDED, first, "edited")
    assert view.parameters == {"mode": "slow", "times": 1}
    assert step_of(view, "more").results == {"output": "slow as it was!"}
    assert f"{first}" in await describe_run(cluster, again)
    await delete_run(cluster, first)
    assert (await ended(cluster, (await rerun(cluster, again)).run)).state is RunState.SUCCEEDED


async def test_other_parameters_are_put_together_by_the_code_of_the_run_and_not_by_the_file(
    cluster: Cluster, tmp_path: Path
) -> None:
    file = tmp_path / "flow.py"
    file.write_text(EDITED.format("as it was"))
    first = await submitted(cluster, file, image=f"other/{default_image()}")
    file.write_text(EDITED.format("edited since"))
    again = (await rerun_with(cluster, first, {"times": "2"})).run
    view = await ended(cluster, again)
    assert (view.state, view.rerun_of, view.source.target) == (RunState.SUCCEEDED, first, "flow.py:edited")
    assert view.image == f"other/{default_image()}"
    assert view.parameters == {"mode": "slow", "times": 2}
    assert step_of(view, "more_2").results == {"output": "slow as it was!!"}
    assert await (await kept_run(cluster, again)).code() == await (await kept_run(cluster, first)).code()


async def test_parameters_are_checked_as_at_a_submit_and_nothing_is_made(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    file.write_text(EDITED.format(""))
    first = await submitted(cluster, file)
    with pytest.raises(InvalidInputError, match="parameter 'times': 'many' is not an int"):
        await rerun_with(cluster, first, {"times": "many"})
    with pytest.raises(InvalidInputError, match="has no parameter 'tmies'"):
        await rerun_with(cluster, first, {"tmies": "2"})
    assert [run.run for run in await list_runs(cluster)] == [first]


async def test_without_code_a_run_is_repeated_but_not_changed(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "greeting.yaml"
    file.write_text(CONTAINERS)
    first = await submitted(cluster, file)
    assert (await ended(cluster, (await rerun(cluster, first)).run)).state is RunState.SUCCEEDED
    with pytest.raises(InvalidInputError, match="keeps no code"):
        await rerun_with(cluster, first, {"name": "me"})


async def test_a_rerun_takes_results_from_the_cache_unless_it_is_told_not_to(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    file.write_text(EDITED.format("cached"))
    first = await submitted(cluster, file)
    cached = await ended(cluster, (await rerun(cluster, first)).run)
    assert {step.state.value for step in cached.steps} == {"cached"}
    for again in (await rerun(cluster, first, cache=False), await rerun_with(cluster, first, {}, cache=False)):
        assert {step.state.value for step in (await ended(cluster, again.run)).steps} == {"succeeded"}


async def test_a_rerun_can_be_tried_again_and_keeps_the_settings(cluster: Cluster, tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    first = await start(cluster, "failing", settings=Settings(max_parallelism=1), tally=str(tally), times=99)
    await ended(cluster, first)
    again = (await rerun(cluster, first)).run
    assert (await ended(cluster, again)).state is RunState.FAILED
    assert (await kept_run(cluster, again)).plan.max_parallelism == 1
    tally.write_text("x" * 100)
    await retry_run(cluster, again)
    view = await ended(cluster, again)
    assert (view.state, view.rerun_of, view.retries) == (RunState.SUCCEEDED, first, 1)


async def test_a_run_of_a_schedule_is_repeated_as_one_by_hand(cluster: Cluster, tmp_path: Path) -> None:
    schedule = await scheduled(cluster, "due")
    first = await trigger_schedule(cluster, schedule)
    await eventually(lambda: list_runs(cluster), until=lambda found: first in {one.run for one in found})
    told = step_of(await ended(cluster, first), "tell").results
    again = (await rerun(cluster, first)).run
    view = await ended(cluster, again)
    assert (view.state, view.schedule, view.rerun_of) == (RunState.SUCCEEDED, "", first)
    assert step_of(view, "tell").results == told, "the time that its data is of"


async def test_what_is_gone_cannot_be_repeated(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no run 'no-such-run'"):
        await rerun(cluster, "no-such-run")
    file = tmp_path / "flow.py"
    file.write_text(EDITED.format(""))
    first = await submitted(cluster, file)
    await cluster.delete(CONFIGMAPS, f"run-{first}-plan-0")
    with pytest.raises(NotFoundError, match="was started with is gone"):
        await rerun(cluster, first)
    assert (await show_run(cluster, first)).state is RunState.SUCCEEDED
