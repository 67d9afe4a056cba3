"""Other code, parameters, settings and images of schedules: for the firings to come, never for those that run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.authoring.rescheduling import completed
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, PODS
from k8stui.control.runs.watching import wait_run
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.template import kept_template
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.schedules.views import known_of
from k8stui.control.submitting.creating import SubmitOptions
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import ConflictError, ForbiddenError, InvalidInputError, RejectedError
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.scheduleviews import ScheduleView
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.views import RunView
from k8stui.plan.request import default_image
from tests.embedded.readers import person_of
from tests.embedded.runs import PATIENCE, ended, eventually, masters, step_is, step_of

FLOW = """
import time
from pathlib import Path
from k8stui import pipeline, step

@step(enable_cache=False)
def first(mode: str, flag: str) -> str:
    while flag and not Path(flag).exists():
        time.sleep(0.05)
    return mode + " {version}"

@pipeline
def flow(mode: str = "slow", flag: str = "", times: int = 1{more}) -> None:
    for _ in range(times):
        first(mode, flag)
"""

CONTAINERS = """
pipeline: greeting
parameters: {name: you}
steps:
  - name: greet
    image: busybox:1.36
    command: [python3, -c, "print('hello ${{ parameters.name }}')"]
"""

NEVER = ScheduleSpec(cron="0 0 29 2 *", suspend=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The pipeline's file, in its first version."""
    return written(tmp_path / "flow.py", "one")


def written(path: Path, version: str, more: str = "") -> Path:
    path.write_text(FLOW.format(version=version, more=more))
    return path


def renamed(path: Path) -> None:
    """A version in which a parameter has another name."""
    text = FLOW.replace('mode: str = "slow"', 'way: str = "new"').replace("first(mode, flag)", "first(way, flag)")
    path.write_text(text.format(version="two", more=""))


async def scheduled(cluster: Cluster, file: Path, **parameters: Any) -> str:
    return (await create_schedule(cluster, load(str(file)).trace(parameters), NEVER)).name


async def edited(
    cluster: Cluster, name: str, target: str = "", /, *, set_: Settings | None = None, **parameters: Any
) -> ScheduleView:
    """Edit a schedule as the command line does."""
    seen = await show_schedule(cluster, name)
    edit = ScheduleEdit(settings=set_)
    whole = await completed(cluster, name, edit, parameters=parameters, target=target)
    return await edit_schedule(cluster, name, whole, seen=seen)


async def ran(cluster: Cluster, name: str) -> RunView:
    """A run of the schedule, which has ended well."""
    run = await trigger_schedule(cluster, name)
    view = await ended(cluster, await opened(cluster, run))
    assert view.state is RunState.SUCCEEDED, view
    return view


async def opened(cluster: Cluster, run: str) -> str:
    """The run, once its master has made its record."""
    record = f"{names.LABEL_RUN_ID}={run},{names.LABEL_COMPONENT}={names.COMPONENT_RECORD}"
    await eventually(lambda: cluster.list(CONFIGMAPS, labels=record), until=bool)
    return run


async def parts(cluster: Cluster) -> set[str]:
    """Names of all parts of templates, and of the code that they share."""
    of = f"{names.LABEL_COMPONENT} in ({names.COMPONENT_TEMPLATE},{names.COMPONENT_CODE})"
    return {part["metadata"]["name"] for part in await cluster.list(CONFIGMAPS, labels=of)}


async def known(cluster: Cluster, name: str) -> dict[str, Any]:
    return known_of(await cluster.get(CRONJOBS, name))


def told(view: ScheduleView) -> list[tuple[str, str, str]]:
    """The newest change."""
    return [(one.field, one.old, one.new) for one in view.changes[0].fields]


async def test_other_parameters_are_put_together_by_the_code_that_is_kept(cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file, mode="quick")
    before = await cluster.get(CRONJOBS, name)
    written(file, "edited since")
    view = await edited(cluster, name, times="2")
    assert told(view) == [("param.times", "1", "2")]
    assert view.parameters == {"mode": "quick", "flag": "", "times": 2}
    after = await cluster.get(CRONJOBS, name)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert {**after["spec"], "jobTemplate": ""} == {**before["spec"], "jobTemplate": ""}
    run = await ran(cluster, name)
    assert (run.parameters, run.schedule) == (view.parameters, name)
    assert step_of(run, "first_2").results == {"output": "quick one"}
    assert (await edited(cluster, name, times=None)).parameters["times"] == 1


async def test_a_run_keeps_the_code_that_it_began_with_even_when_its_master_is_lost(
    cluster: Cluster, file: Path, tmp_path: Path
) -> None:
    name = await scheduled(cluster, file, flag=str(tmp_path / "flag"))
    run = await opened(cluster, await trigger_schedule(cluster, name))
    await step_is(cluster, run, "first", "running")
    first = (await known(cluster, name))["template"]
    for version in ("two", "three", "four"):
        view = await edited(cluster, name, str(written(file, version)))
        assert [field for field, _, _ in told(view)] == ["code"]
    assert set(first) < await parts(cluster)  # A restarted master would begin with them again.
    (master,) = await masters(cluster, run)
    await cluster.delete(PODS, master, grace_seconds=0)
    (tmp_path / "flag").touch()
    assert step_of(await wait_run(cluster, run, timeout=PATIENCE), "first").results == {"output": "slow one"}
    assert step_of(await ran(cluster, name), "first").results == {"output": "slow four"}


async def test_only_this_version_and_the_one_before_stay_where_nothing_runs(cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file)
    versions = [(await known(cluster, name))["template"]]
    for version in ("two", "three", "four"):
        await edited(cluster, name, str(written(file, version)))
        versions.append((await known(cluster, name))["template"])
        assert await parts(cluster) == {*versions[-1], *versions[-2]}
    assert {(part["metadata"]["ownerReferences"][0]["name"]) for part in await cluster.list(
        CONFIGMAPS, labels=f"{names.LABEL_COMPONENT}={names.COMPONENT_TEMPLATE}"
    )} == {name}  # fmt: skip
    await cluster.delete(CRONJOBS, name)
    await eventually(lambda: parts(cluster), until=lambda found: not found)


async def test_of_two_new_versions_at_once_one_is_swapped_in_and_the_other_leaves_nothing(
    cluster: Cluster, file: Path
) -> None:
    name = await scheduled(cluster, file)
    seen, there = await show_schedule(cluster, name), await parts(cluster)
    edits = [await completed(cluster, name, ScheduleEdit(), parameters={"times": times}) for times in ("2", "3")]
    tries = (edit_schedule(cluster, name, edit, seen=seen) for edit in edits)
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["ConflictError", "ScheduleView"]
    assert await parts(cluster) == {*there, *(await known(cluster, name))["template"]}
    (won,) = (end for end in ends if isinstance(end, ScheduleView))
    assert (await ran(cluster, name)).parameters == won.parameters


async def test_another_pipeline_takes_over_the_schedule_with_its_label(cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file)
    file.write_text(file.read_text().replace("def flow", "def other_flow"))  # noqa: ASYNC240 - a small file
    view = await edited(cluster, name, f"{file}:other_flow")
    assert [field for field, _, _ in told(view)] == ["pipeline", "source", "code"]
    assert (view.pipeline, view.source.target) == ("other_flow", "flow.py:other_flow")
    assert (await cluster.get(CRONJOBS, name))["metadata"]["labels"][names.LABEL_PIPELINE] == "other_flow"
    assert (await ran(cluster, name)).pipeline == "other_flow"


async def test_settings_and_image_are_kept_for_later_edits_and_can_be_unset(cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file)
    view = await edited(cluster, name, set_=Settings(step_timeout=77, pod_settings={"labels": {"team": "a"}}))
    assert told(view) == [("set.pod_settings", "", '{"labels":{"team":"a"}}'), ("set.step_timeout", "", "77")]
    seen = await show_schedule(cluster, name)
    image = f"other/{default_image()}"
    both = await completed(
        cluster, name, ScheduleEdit(image=image, settings=Settings(pod_settings={"labels": {"b": "c"}}))
    )
    view = await edit_schedule(cluster, name, both, seen=seen)
    view = await edited(cluster, name, str(written(file, "two")), mode="quick")
    assert view.settings == {"step_timeout": 77, "pod_settings": {"labels": {"team": "a", "b": "c"}}}
    kept = await kept_template(cluster, await cluster.get(CRONJOBS, name))
    assert ({step.timeout for step in kept.plan.steps}, kept.image, view.image) == ({77}, image, image)
    labels = kept.plan.templates[0]["metadata"]["labels"]
    assert (labels["team"], labels["b"]) == ("a", "c")
    back = await completed(cluster, name, ScheduleEdit(unset=("step_timeout", "pod_settings")))
    assert (await edit_schedule(cluster, name, back)).settings == {}
    kept = await kept_template(cluster, await cluster.get(CRONJOBS, name))
    assert {step.timeout for step in kept.plan.steps} == {0}
    assert (await ran(cluster, name)).image == image


async def test_what_the_schedule_was_created_with_stays(cluster: Cluster, file: Path) -> None:
    config = KubernetesOrchestratorConfig(step_timeout=55, parallel_step_startup_waiting_period=0.5)
    spec = load(str(file)).trace({})
    name = (await create_schedule(cluster, spec, NEVER, SubmitOptions(config=config, cache=False, handover=False))).name
    before = await kept_template(cluster, await cluster.get(CRONJOBS, name))
    view = await edited(cluster, name, times="2")
    after = await kept_template(cluster, await cluster.get(CRONJOBS, name))
    for plan in (before.plan, after.plan):
        assert (plan.handover, plan.startup_pause, plan.steps[0].timeout) == (False, 0.5, 55)
        assert plan.no_cache == before.plan.no_cache != ""
    assert view.submitted_by == (await known(cluster, name))["submitted_by"] != ""
    assert not view.cache
    cached = await completed(cluster, name, ScheduleEdit(cache=True))
    assert told(await edit_schedule(cluster, name, cached)) == [("cache", "no", "yes")]
    assert (await kept_template(cluster, await cluster.get(CRONJOBS, name))).plan.no_cache == ""
    assert (await edited(cluster, name, times="3")).cache


async def test_an_edit_to_the_same_pipeline_makes_nothing(cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file)
    before, there = await cluster.get(CRONJOBS, name), await parts(cluster)
    await edited(cluster, name, str(file), mode="slow")
    assert (await cluster.get(CRONJOBS, name), await parts(cluster)) == (before, there)


async def test_a_rehearsed_edit_is_checked_by_the_server_and_leaves_nothing(cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file)
    before, there = await cluster.get(CRONJOBS, name), await parts(cluster)
    edit = await completed(cluster, name, ScheduleEdit(cron="@daily"), parameters={"times": "3"})
    view = await edit_schedule(cluster, name, edit, dry_run=True)
    assert told(view) == [("cron", NEVER.cron, "@daily"), ("param.times", "1", "3")]
    assert (await cluster.get(CRONJOBS, name), await parts(cluster)) == (before, there)


async def test_a_swap_that_is_refused_leaves_nothing(
    cluster: Cluster, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await scheduled(cluster, file)
    before, there = await cluster.get(CRONJOBS, name), await parts(cluster)
    limits = {"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}}
    with pytest.raises(RejectedError, match="must be less than or equal to cpu limit"):
        await edited(cluster, name, set_=Settings(pod_settings=limits))
    seen = await show_schedule(cluster, name)
    edit = await completed(cluster, name, ScheduleEdit(), parameters={"times": "3"})
    patch = cluster.patch

    async def changed_meanwhile(*arguments: Any, **options: Any) -> Any:
        await patch(CRONJOBS, name, {"spec": {"failedJobsHistoryLimit": 5}})
        return await patch(*arguments, **options)

    monkeypatch.setattr(cluster, "patch", changed_meanwhile)
    with pytest.raises(ConflictError, match="was changed since it was looked at") as refused:
        await edit_schedule(cluster, name, edit, seen=seen)
    assert "failed-history: 1 -> 5" in refused.value.hint
    assert await parts(cluster) == there
    assert known_of(await cluster.get(CRONJOBS, name)) == known_of(before)


async def test_a_swap_whose_answer_was_lost_keeps_its_parts(
    cluster: Cluster, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await scheduled(cluster, file)
    edit = await completed(cluster, name, ScheduleEdit(), parameters={"mode": "quick"})
    patch = cluster.patch

    async def cut_off(*arguments: Any, **options: Any) -> Any:
        await patch(*arguments, **options)
        raise ConnectionError("cut off")

    monkeypatch.setattr(cluster, "patch", cut_off)
    with pytest.raises(ConnectionError):
        await edit_schedule(cluster, name, edit)
    monkeypatch.undo()
    assert step_of(await ran(cluster, name), "first").results == {"output": "quick one"}


class DeadError(BaseException):
    """Whoever was at work has died."""


@pytest.mark.parametrize("heard", [True, False], ids=["done-and-dead", "dead-before"])
async def test_whoever_dies_in_an_edit_leaves_a_schedule_that_fires_with_one_version_or_the_other(
    cluster: Cluster, file: Path, monkeypatch: pytest.MonkeyPatch, heard: bool
) -> None:
    name = await scheduled(cluster, file, mode="quick")
    for version in ("two", "three"):  # so that there is something to sweep
        await edited(cluster, name, str(written(file, version)))
    deaths, times = 0, 1
    for number in range(1, 50):
        edit = await completed(cluster, name, ScheduleEdit(), parameters={"times": str(number + 1)})
        with monkeypatch.context() as patched:
            dying(cluster, patched, number, heard=heard)
            try:
                await edit_schedule(cluster, name, edit)
            except DeadError:
                deaths += 1
            else:
                break
        kept = await kept_template(cluster, await cluster.get(CRONJOBS, name))  # which reads all parts
        assert kept.plan.parameters["times"] in (times, number + 1)
        times = kept.plan.parameters["times"]
    assert deaths >= 3  # at a part, the swap, the sweep
    assert (await ran(cluster, name)).parameters["times"] == deaths + 2


def dying(cluster: Cluster, patched: pytest.MonkeyPatch, last: int, *, heard: bool) -> None:
    """From one request on, nothing that the cluster is asked for comes back; that one is done when it is heard."""
    count, dead = 0, False

    def mortal(name: str) -> None:
        ask = getattr(cluster, name)

        async def asked(*arguments: Any, **options: Any) -> Any:
            nonlocal count, dead
            count += name != "get" and not options.get("dry_run")
            if dead or count >= last:
                if heard and not dead:
                    dead = True
                    await ask(*arguments, **options)
                dead = True
                raise DeadError
            return await ask(*arguments, **options)

        patched.setattr(cluster, name, asked)

    for name in ("get", "list", "create", "patch", "delete"):
        mortal(name)


async def test_parameters_that_the_other_code_has_no_more_are_named(cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file, mode="quick")
    renamed(file)
    with pytest.raises(InvalidInputError, match="'flow' has no parameter 'mode', which the schedule gives") as refused:
        await edited(cluster, name, str(file))
    assert refused.value.hint == "Leave it out with --unset-param mode"
    view = await edited(cluster, name, str(file), mode=None)
    assert view.parameters == {"way": "new", "flag": "", "times": 1}
    with pytest.raises(InvalidInputError, match="has no parameter 'mdoe'"):
        await edited(cluster, name, mdoe="x")
    with pytest.raises(InvalidInputError, match="has no parameter 'mdoe'"):
        await edited(cluster, name, mdoe=None)
    with pytest.raises(InvalidInputError, match="parameter 'times': 'many' is not an int"):
        await edited(cluster, name, times="many")


async def test_a_schedule_without_code_is_changed_by_its_file(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "greeting.yaml"
    file.write_text(CONTAINERS)
    name = await scheduled(cluster, file)
    with pytest.raises(InvalidInputError, match=f"schedule {name} keeps no code") as refused:
        await edited(cluster, name, name="me")
    assert "--file" in refused.value.hint
    file.write_text(CONTAINERS.replace("hello", "good night"))
    view = await edited(cluster, name, str(file))
    assert [field for field, _, _ in told(view)] == ["steps"]
    await ran(cluster, name)


async def test_who_may_not_leaves_nothing_behind(embedded: EmbeddedCluster, cluster: Cluster, file: Path) -> None:
    name = await scheduled(cluster, file)
    there = await parts(cluster)
    rules = [
        {"apiGroups": ["batch"], "resources": ["cronjobs"], "verbs": ["get", "list"]},
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]},
        {"apiGroups": [""], "resources": ["serviceaccounts", "pods"], "verbs": ["get", "create"]},
    ]
    async with await connect(kubeconfig=await person_of(cluster, embedded, "eve", rules)) as eve:
        edit = await completed(eve, name, ScheduleEdit(), parameters={"times": "3"})
        with pytest.raises(ForbiddenError, match="may not patch cronjobs"):
            await edit_schedule(eve, name, edit)
    assert await parts(cluster) == there
