"""A kubelet and an API server that are killed in the middle of a run: the handover goes on, the rest is made up for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from k8stui.incluster.contract import names
from tests.cluster.real.control import stopped
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.journal import Pod
from tests.cluster.runs.node import process_with
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import attempts, output

pytestmark = pytest.mark.real

LENGTH = 6
ONCE = {**{f"count_{number}" if number > 1 else "count": 1 for number in range(1, LENGTH)}, "held": 1}


def open_gate(pod: Pod) -> None:
    """Let a step go on by what the node can do, for there is nobody else to ask."""
    process = process_with(f"HOSTNAME={pod.name}")
    Path(f"/proc/{process}/root/tmp/go").touch()


def next_step_exists_while_the_kubelet_is_dead(space: Space) -> bool:
    """Whether it does, in a run that succeeds in any case: otherwise the step goes on when the kubelet is back."""
    command = space.command("chain.py", length=LENGTH, hold_at=3)
    done = space.k8stui(*command, "--no-cache", "--no-synchronous", "-o", "name")
    assert done.code == 0, done.err
    run = done.out.strip()
    held = space.journal.running("held")
    with stopped("kubelet", kill=True):
        open_gate(held)
        early = is_made(space, run, "count_3")
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert output(ended.view, "count_5") == LENGTH
    assert attempts(ended.view) == ONCE
    made = [(pod.step, pod.attempt) for pod in space.journal.ever() if pod.step and is_of(pod, run)]
    assert sorted(made) == sorted(ONCE.items())
    return early


def is_made(space: Space, run: str, step: str) -> bool:
    """Whether the pod of a step is made soon."""

    def look(pods: Sequence[Pod]) -> bool:
        return any(pod.step == step and is_of(pod, run) for pod in pods)

    try:
        return space.journal.until(look, what=f"{step} exists", within=20)
    except AssertionError:
        return False


def is_of(pod: Pod, run: str) -> bool:
    return pod.labels.get(names.LABEL_RUN_ID) == run


@pytest.mark.timeout(900)
def test_the_next_step_exists_while_the_kubelet_is_dead_and_runs_when_it_is_back(space: Space) -> None:
    # The orchestrator has 0.3 s to answer a step that ends: a machine that stands still just then is asked again.
    assert any(next_step_exists_while_the_kubelet_is_dead(space) for _ in range(3))


def test_an_end_that_comes_while_the_api_server_is_dead_is_not_lost(space: Space) -> None:
    run = space.submit("chain.py", length=LENGTH, hold_at=3)
    held = space.journal.running("held")
    process = process_with(f"HOSTNAME={held.name}")
    with stopped("kube-apiserver", kill=True):
        open_gate(held)
        eventually(lambda: not Path(f"/proc/{process}").exists(), what="the step has ended", within=100)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert output(ended.view, "count_5") == LENGTH
    assert attempts(ended.view) == ONCE
    assert "trying again" in space.master_log(run)
    pods = eventually(lambda: ended_steps(space, LENGTH), what="the kubelet has told the end of all pods")
    assert sorted((pod.step, pod.attempt) for pod in pods) == sorted(ONCE.items())
    assert [pod.state["terminated"]["exitCode"] for pod in pods] == [0] * LENGTH


def ended_steps(space: Space, number: int) -> list[Pod]:
    """All step pods, once so many have ended: for who watched them has lost the connection too."""
    pods = [pod for pod in map(Pod, space.objects("pods")) if pod.step]
    return pods if len([pod for pod in pods if "terminated" in pod.state]) >= number else []
