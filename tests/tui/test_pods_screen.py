"""The Pods screen, and the plan by which pods go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from k8stui.control.cleanup.plan import Way
from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError, UnreachableError
from k8stui_tui.screens.pods.cleanup import Stage
from k8stui_tui.screens.pods.rows import key_of
from tests.tui.cleanup_app import Server, cleanup
from tests.tui.fakes import FakeStore
from tests.tui.harness import LARGE, NARROW, USUAL, pods_store, shown
from tests.tui.sample_pods import every_pod, pod
from tests.tui.sample_runs import NOW, every_state


class TestWhatItShows:
    """The table."""

    async def test_each_pod_with_its_status_and_why(self) -> None:
        async with shown(pods_store(), LARGE) as screen:
            await screen.press("2")
            failed = screen.line_with("etl-daily-91bc-load-1")
            assert "failed" in failed
            assert "exit 137 OOMKilled" in failed
            assert "17m" in failed
            assert "web-5d9c-7hq2p" in screen.text
            assert "9 evicted" in screen.text

    async def test_a_filter_shows_only_what_it_means(self) -> None:
        async with shown(pods_store(), USUAL) as screen:
            await screen.press("2", "slash")
            await screen.type("status:evicted age:>4h")
            await screen.press("enter")
            assert "8 of 16" in screen.text
            await screen.press("slash")
            await screen.type(" " + "x" * 200 + "END")
            assert "xxxEND" in screen.text
            await screen.press(*["backspace"] * 204, "enter")
            assert "8 of 16" in screen.text
            assert "etl-daily" not in "\n".join(screen.text.splitlines()[2:12])

    async def test_a_mark_goes_with_its_pod_and_not_over_to_another_of_its_name(self) -> None:
        store = pods_store()
        async with shown(store, USUAL) as screen:
            await screen.press("2", "space")
            assert "1 marked" in screen.text
            first = every_pod()[0]
            store.fake_pods.give([pod(first.pod.name, "running", uid="another"), *every_pod()[1:]])
            await screen.settle()
            assert "marked" not in screen.text

    async def test_all_that_is_shown_can_be_marked(self) -> None:
        async with shown(pods_store(), USUAL) as screen:
            await screen.press("2", "slash")
            await screen.type("status:evicted")
            await screen.press("enter", "A")
            evicted = {key_of(one) for one in every_pod() if one.pod.status == "evicted"}
            assert screen.pods.table.marks == evicted
            await screen.press("A")
            assert not screen.pods.table.marks

    async def test_enter_goes_to_the_run(self) -> None:
        async with shown(pods_store(), USUAL) as screen:
            await screen.press("2", "enter")
            assert screen.runs.table.cursor_key == "ml-team/train-churn-7f3a"

    async def test_the_log_stays_below_a_dialog_and_goes_with_the_screen(self) -> None:
        async with shown(pods_store(), USUAL) as screen:
            await screen.press("2")
            assert "epoch 40/40" in screen.text
            key = screen.store.logs.key
            assert key is not None
            await screen.pilot.press("D")
            await screen.until("Plan: delete")
            assert screen.store.logs.key == key
            assert "epoch 40/40" in screen.text
            await screen.press("escape")
            assert "epoch 40/40" in screen.text
            await screen.press("1")
            assert screen.store.logs.key != key
            await screen.press("2")
            assert screen.store.logs.key == key
            assert "epoch 40/40" in screen.text

    @pytest.mark.parametrize("size", [NARROW, USUAL, LARGE])
    async def test_nothing_to_show_is_said(self, size: tuple[int, int]) -> None:
        async with shown(FakeStore(every_state(), now=NOW), size) as screen:
            await screen.press("2")
            assert "There are no pods in namespace ml-team yet." in screen.text

    async def test_forbidden_and_lost_are_said(self) -> None:
        forbidden = Freshness(error=ForbiddenError("User ada may not list pods in namespace ml-team."))
        async with shown(FakeStore(every_state(), of_pods=forbidden, now=NOW), USUAL) as screen:
            await screen.press("2")
            assert "Not allowed to list pods in namespace ml-team." in screen.text
            assert "not allowed" in screen.text.splitlines()[0]
        lost = Freshness(synced=True, lost_for=42.0, error=UnreachableError("No answer for 42 s."))
        async with shown(FakeStore(every_state(), pods=every_pod(), of_pods=lost, now=NOW), USUAL) as screen:
            await screen.press("2")
            assert "lost 42s ago" in screen.text
            assert "Shown is what was last seen; trying again. No answer for 42 s." in screen.text


class TestThePlan:
    """Before, while and after it is carried out."""

    async def test_it_shows_what_goes_and_what_stays_and_asks_the_server(self, tmp_path: Path) -> None:
        server = Server(refused=["etl-daily-91bc-load-1"])
        async with cleanup(server, tmp_path) as shown:
            assert "Plan: delete 10 pods" in shown.text
            assert "evicted 9" in shown.text
            assert "dry run on the server: 10 allowed" in shown.text
            assert "1 refused: ml-team/etl-daily-91bc-load-1: You may not delete it." in shown.text
            assert "1 stays: it is being deleted already" in shown.text
            assert server.gone == []

    async def test_many_go_by_their_number_only(self, tmp_path: Path) -> None:
        server = Server()
        async with cleanup(server, tmp_path) as shown:
            await shown.press("y", "enter")
            assert "That is another number: type 11 to delete them." in shown.text
            assert server.gone == []
            await shown.press("backspace", "1", "1", "enter")
            assert len(server.gone) == 11
            assert "11 of 11 pods deleted." in shown.text
            await shown.press("enter")
            (report,) = shown.app.results
            assert report is not None
            assert len(report.done) == 11

    async def test_few_go_by_yes_and_no_does_nothing(self, tmp_path: Path) -> None:
        server = Server()
        async with cleanup(server, tmp_path, most=5) as shown:
            assert "Delete them? y or n" in shown.text
            await shown.press("n")
            assert (server.gone, shown.app.results) == ([], [None])
        async with cleanup(server, tmp_path, most=5) as shown:
            await shown.press("y")
            assert server.gone == ["train-churn-7f3a-train-3-1", "etl-daily-91bc-load-1"]

    async def test_what_runs_goes_when_it_is_asked_for(self, tmp_path: Path) -> None:
        async with cleanup(Server(), tmp_path) as shown:
            assert "running: it has not ended" in shown.text
            await shown.press("ctrl+r")
            assert "Plan: delete 15 pods" in shown.text
            assert "4 of them have not ended" in shown.text
            await shown.press("ctrl+r")
            assert "Plan: delete 11 pods" in shown.text

    async def test_evicting_says_so(self, tmp_path: Path) -> None:
        async with cleanup(Server(), tmp_path, way=Way.EVICT, running=True) as shown:
            assert "Plan: evict 4 pods" in shown.text
            assert "nothing is left to evict" in shown.text

    async def test_stopping_keeps_the_rest_and_says_what_went(self, tmp_path: Path) -> None:
        server = Server()
        async with cleanup(server, tmp_path) as shown:
            server.gate.clear()
            await shown.press("1", "1", "enter")
            assert shown.screen.stage is Stage.WORKING
            assert "1 of 11" in shown.text
            await shown.pilot.press("escape")
            await shown.app.workers.wait_for_complete()
            await shown.pilot.pause()
            assert "Stopped: what had not gone by then stays." in shown.text
            assert "1 of 11 pods deleted." in shown.text
            assert len(server.gone) == 1

    async def test_the_list_is_saved_before_and_after(self, tmp_path: Path) -> None:
        async with cleanup(Server(), tmp_path) as shown:
            await shown.press("ctrl+s")
            plan = json.loads((tmp_path / "k8stui-cleanup-1.json").read_text())
            assert sum(row["goes"] for row in plan) == 11
            assert not any(row["gone"] for row in plan)
            await shown.press("1", "1", "enter", "ctrl+s")
            done = json.loads((tmp_path / "k8stui-cleanup-2.json").read_text())
            assert sum(row["gone"] for row in done) == 11

    async def test_a_server_that_does_not_answer_is_said_and_nothing_goes(self, tmp_path: Path) -> None:
        async with cleanup(Server(fails=UnreachableError("No answer.", hint="Try again.")), tmp_path) as shown:
            assert "Error: No answer. Try again." in shown.text
            assert "Nothing goes." in shown.text
            await shown.press("y", "enter")
            assert shown.server.gone == []
