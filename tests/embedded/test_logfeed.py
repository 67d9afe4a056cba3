"""The logs a screen shows, of living and ended runs, steps and pipelines."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import PODS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.logs.many import History, LogQuery, read_logs
from k8stui.control.logs.stream import GONE_MEANWHILE
from k8stui.control.pods.views import pod_view
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.feeds.logs import LogFeed
from k8stui_tui.screens.runs.screen import RunsScreen
from tests.cluster.contract.manifests import pod
from tests.embedded.center import center
from tests.embedded.gate import Gate
from tests.embedded.logreader import Reader
from tests.embedded.readers import reader_of
from tests.embedded.runs import ended, eventually, start, step_is, step_of

TALK = """
import time
from k8stui import pipeline, step

@step
def talk(lines: int) -> None:
    for number in range(lines):
        print("line", number)

@pipeline
def talking(lines: int = 30) -> None:
    talk(lines)
"""


async def whole(cluster: Cluster, run: str) -> None:
    """Wait until every pod of an ended run tells of its end."""
    query = LogQuery(run=run)
    await ended(cluster, run)
    await eventually(
        lambda: cluster.list(PODS, labels=query.labels), until=lambda pods: all(pod_view(pod).finished for pod in pods)
    )


async def talked(cluster: Cluster, tmp_path: Path, lines: int = 30) -> str:
    (tmp_path / "talk.py").write_text(TALK)
    spec = load(str(tmp_path / "talk.py")).trace({"lines": lines})
    run = (await submit(cluster, spec, SubmitOptions(cache=False))).run
    await whole(cluster, run)
    return run


async def test_a_running_run_is_followed_and_later_steps_join(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    async with LogFeed(cluster, LogQuery(run=run)) as feed:
        reader = Reader(feed)
        await reader.until("waiting")
        assert feed.sources == (f"{run}-until-told-1",)
        flag.touch()
        await reader.until("waiting", "add to 1")
        assert [(line.step, line.kind) for line in reader.lines] == [("until_told", "log"), ("add", "log")]
        assert reader.lines[0].time is not None
        assert feed.error is None
        assert not feed.loading


async def test_an_ended_run_is_there_when_it_is_loaded(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=4)
    await whole(cluster, run)
    async with LogFeed(cluster, LogQuery(run=run)) as feed:
        reader = Reader(feed)
        assert feed.loading
        assert sorted(await reader.loaded()) == ["add to 1", "add to 2", "add to 3", "start"]
        assert feed.take() == []


async def test_a_run_without_pods_is_loaded_at_once(cluster: Cluster) -> None:
    async with LogFeed(cluster, LogQuery(run="nothing-here")) as feed:
        assert await Reader(feed).loaded() == []
        assert (feed.error, feed.sources) == (None, ())


async def test_a_step_is_that_step_alone_with_all_its_attempts(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "chain", length=4)
    await whole(cluster, run)
    async with LogFeed(cluster, LogQuery(run=run, step="add")) as feed:
        assert await Reader(feed).loaded() == ["add to 1"]
    async with LogFeed(cluster, LogQuery(run=run, step="add", slug="add")) as feed:
        assert await Reader(feed).loaded() == ["add to 1"]
    async with LogFeed(cluster, LogQuery(run=run, step="add", slug="another")) as feed:
        assert await Reader(feed).loaded() == []
    failing = await start(cluster, "failing", tally=str(tmp_path / "tally"), times=2)
    await whole(cluster, failing)
    async with LogFeed(cluster, LogQuery(run=failing, step="fails")) as feed:
        reader = Reader(feed)
        await reader.loaded()
        assert {line.pod for line in reader.lines} <= {f"{failing}-fails-{attempt}" for attempt in (1, 2, 3)}
        assert any("no luck the 1. time" in text for text in reader.texts)
        assert any("no luck the 2. time" in text for text in reader.texts)


async def test_what_a_container_wrote_before_it_was_restarted(cluster: Cluster) -> None:
    code = "import os; print('try', os.path.exists('/nowhere'), flush=True); raise SystemExit(1)"
    await cluster.create(pod("crashing", code, restartPolicy="OnFailure"))
    query = LogQuery(pod="crashing", previous=True)
    await eventually(
        lambda: cluster.list(PODS, fields=query.fields), until=lambda pods: bool(pods and pod_view(pods[0]).restarts)
    )
    async with LogFeed(cluster, query) as feed:
        assert await Reader(feed).loaded() == ["try False"]
    assert [line.text async for line in read_logs(cluster, query)] == ["try False"]
    await cluster.create(pod("calm", "print('calm')"))
    async with LogFeed(cluster, LogQuery(pod="calm", previous=True)) as feed:
        assert await Reader(feed).loaded() == []


async def test_one_pod_alone(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=3)
    await whole(cluster, run)
    async with LogFeed(cluster, LogQuery(pod=f"{run}-add-2-1")) as feed:
        assert await Reader(feed).loaded() == ["add to 2"]


async def test_a_pipeline_is_all_its_runs_also_those_that_begin_later(cluster: Cluster) -> None:
    first = await start(cluster, "chain", length=2)
    await whole(cluster, first)
    async with LogFeed(cluster, LogQuery(pipeline="chain")) as feed:
        reader = Reader(feed)
        await reader.loaded()
        second = await start(cluster, "chain", length=2)
        await ended(cluster, second)
        await eventually(reader.look, until=lambda texts: len(texts) == 4)
        assert [line.run for line in reader.lines].count(second) == 2


async def test_what_a_deleted_pod_wrote_stays_and_its_successor_joins(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    view = await step_is(cluster, run, "until_told", "running")
    async with LogFeed(cluster, LogQuery(run=run, step="until_told")) as feed:
        reader = Reader(feed)
        await reader.until("waiting")
        await cluster.delete(PODS, step_of(view, "until_told").attempts[-1].pod)
        await eventually(reader.look, until=lambda texts: texts.count("waiting") == 2)
        flag.touch()
        await ended(cluster, run)
        assert {line.pod for line in reader.lines} == {f"{run}-until-told-1", f"{run}-until-told-2"}
        assert [line.kind for line in reader.lines] == ["log", "log"]
        assert f"{run}-until-told-1" in feed.whole


async def test_of_a_deleted_run_there_is_nothing_left_to_read(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=2)
    await whole(cluster, run)
    await delete_run(cluster, run)
    query = LogQuery(run=run)
    await eventually(lambda: cluster.list(PODS, labels=query.labels), until=lambda pods: not pods)
    async with LogFeed(cluster, query) as feed:
        assert await Reader(feed).loaded() == []


async def test_of_a_long_log_the_last_lines_are_read_and_the_cut_is_told(cluster: Cluster, tmp_path: Path) -> None:
    run = await talked(cluster, tmp_path)
    async with LogFeed(cluster, LogQuery(run=run), history=History(each=10)) as feed:
        reader = Reader(feed)
        texts = await reader.loaded()
        assert texts == ["older lines are left out: only the last 10 are shown", *(f"line {n}" for n in range(20, 30))]
        assert (reader.lines[0].kind, reader.lines[0].time) == ("note", reader.lines[1].time)
    async with LogFeed(cluster, LogQuery(run=run), history=History(each=30)) as feed:
        assert await Reader(feed).loaded() == [f"line {n}" for n in range(30)]


async def test_many_pods_share_what_is_read_at_the_beginning(cluster: Cluster, tmp_path: Path) -> None:
    runs = [await talked(cluster, tmp_path) for _ in range(2)]
    async with LogFeed(cluster, LogQuery(pipeline="talking"), history=History(together=20, least=1)) as feed:
        reader = Reader(feed)
        await reader.loaded()
        for run in runs:
            assert len([line for line in reader.lines if line.run == run and line.kind == "log"]) == 10


@pytest.mark.parametrize(("lines", "characters"), [(10, 1000), (1000, 75)])
async def test_what_is_too_much_between_two_looks_is_dropped_and_told(
    cluster: Cluster, tmp_path: Path, lines: int, characters: int
) -> None:
    run = await talked(cluster, tmp_path)
    async with LogFeed(cluster, LogQuery(run=run), most_lines=lines, most_characters=characters) as feed:
        texts = await Reader(feed).loaded()
        note = "20 lines are left out: more came at once than can be shown"
        assert texts == [note, *(f"line {n}" for n in range(20, 30))]
        assert feed.take() == []


async def test_somebody_who_may_not_read_logs_is_told(cluster: Cluster, embedded: EmbeddedCluster) -> None:
    run = await start(cluster, "chain", length=2)
    await whole(cluster, run)
    kubeconfig = await reader_of(cluster, embedded, "ada", "pods")
    async with await connect(kubeconfig=kubeconfig) as hers, LogFeed(hers, LogQuery(run=run)) as feed:
        reader = Reader(feed)
        texts = await eventually(reader.look, until=bool)
        assert len(texts) == 1
        assert texts[0].startswith("the logs cannot be read: ")
        assert "pods/log" in texts[0]
        assert reader.lines[0].kind == "note"
        assert feed.error is not None
        assert not feed.loading


async def test_an_outage_loses_and_repeats_no_line(embedded: EmbeddedCluster, tmp_path: Path) -> None:
    async with Gate(embedded.url) as gate, await connect(kubeconfig=gate.kubeconfig(embedded.kubeconfig)) as behind:
        flag = tmp_path / "flag"
        run = await start(behind, "waiting", flag=str(flag))
        async with LogFeed(behind, LogQuery(run=run)) as feed:
            reader = Reader(feed)
            await reader.until("waiting")
            await gate.shut()
            flag.touch()
            await gate.open()
            await reader.until("waiting", "add to 1")
            await eventually(reader.look, until=lambda texts: any("reconnected after" in text for text in texts))
            assert [line.text for line in reader.lines if line.kind == "log"] == ["waiting", "add to 1"]
        # A pod that is deleted meanwhile is said to be.
        code = "import time; print('here', flush=True); time.sleep(300)"
        async with await connect(kubeconfig=embedded.kubeconfig) as direct:
            await direct.create(pod("endless", code))
            async with LogFeed(behind, query := LogQuery(pod="endless")) as feed:
                reader = Reader(feed)
                await reader.until("here")
                assert feed.whole == frozenset()
                await gate.shut()
                await direct.delete(PODS, "endless", grace_seconds=0)
                await eventually(lambda: direct.list(PODS, fields=query.fields), until=lambda pods: not pods)
                await gate.open()
                await reader.until("here", GONE_MEANWHILE)
                assert len(reader.lines) == 2


async def test_under_an_open_pane_a_lost_connection_loses_and_repeats_no_line(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    async with (
        Gate(embedded.url) as gate,
        center(embedded, kubeconfig=gate.kubeconfig(embedded.kubeconfig)) as (pilot, until),
    ):
        screen = pilot.app.screen_stack[0]
        assert isinstance(screen, RunsScreen)
        pane, store = screen.log_pane, screen.store

        def logged() -> list[str]:
            return [entry.text for entry in pane.entries if not entry.note]

        async def look() -> list[str]:
            return logged()

        await until(run)
        await eventually(look, until=lambda texts: texts == ["waiting"])
        await gate.shut()
        await until("last seen", "cut off, trying again")
        flag.touch()
        await ended(cluster, run)
        assert logged() == ["waiting"]
        await gate.open()
        await until("add to 1", "reconnected after", "no line was lost", gone="cut off")
        assert logged() == ["waiting", "add to 1"]
        # A connection that is made anew altogether.
        before, store._leaving = store.cluster, True
        store._moved.set()

        async def anew() -> bool:
            assert logged() == ["waiting", "add to 1"]
            feed = store.logs.current
            return store.cluster not in (None, before) and feed is not None and not feed.loading

        await eventually(anew, until=bool)
        await until(run, gone="cut off")
        assert logged() == ["waiting", "add to 1"]
