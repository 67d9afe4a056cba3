"""What a step says of itself with `k8stui.report`, over the pod network and, where that is closed, with its end."""

from __future__ import annotations

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.node import cut_handover
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import step_of

pytestmark = pytest.mark.real

PLACE = "ValueError: loss is rising (learning.py:14)"


def test_progress_is_seen_while_the_step_runs_and_the_failing_line_when_it_has_failed(space: Space) -> None:
    run = space.submit("learning.py")
    held = space.journal.running("learn")
    eventually(lambda: step_of(space.show(run), "learn")["progress"] == 0.4, what="the record has the progress")
    running = step_of(space.show(run), "learn")
    assert (running["state"], running["metrics"]) == ("running", {"loss": 0.12})
    assert "40 %  loss 0.12" in space.k8stui("runs", "show", run).out
    space.open_gate(held)
    ended = step_of(space.watch(run).view, "learn")
    assert (ended["state"], ended["why"]) == ("failed", PLACE)
    assert (ended["progress"], ended["metrics"]) == (0.4, {"loss": 0.09, "message": "diverged"})
    log = space.kubectl("logs", held.name)
    assert 'File "learning.py", line 14, in learn' in log
    assert "ValueError: loss is rising" in log


def test_where_the_master_cannot_be_reached_the_last_metrics_come_with_the_end(space: Space) -> None:
    run = space.submit("learning.py")
    held = space.journal.running("learn")
    cut_handover(space.journal.master().name)
    space.open_gate(held)
    ended = step_of(space.watch(run).view, "learn")
    assert (ended["why"], ended["progress"]) == (PLACE, 0.4)
    assert ended["metrics"] == {"loss": 0.09, "message": "diverged"}


def test_a_crash_of_native_code_leaves_the_authors_line_in_the_log(space: Space) -> None:
    done = space.run("crashing.py")
    crashed = step_of(done.view, "crash")
    assert (done.code, crashed["state"], crashed["attempts"][0]["exit_code"]) == (1, "failed", 139)
    assert 'code/crashing.py", line 10 in crash' in space.kubectl("logs", crashed["attempts"][0]["pod"])
