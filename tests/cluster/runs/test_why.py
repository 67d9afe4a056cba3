"""Why a run does not do what it should, where Kubernetes itself makes the trouble and finds the words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space

pytestmark = pytest.mark.real

CAUSES = {
    "nowhere": ("stuck", r"queued: the only node does not take it: it lacks the label pool=gpu"),
    "too_large": ("stuck", r"queued: the only node does not take it: it asks for 900 cpu, more than any node has"),
    "on_a_gpu": ("stuck", r"queued: the only node does not take it: it asks for 1 nvidia.com/gpu, and no node has any"),
    "unset": ("failed", r"failed: its pod can't start: ConfigMap settings does not exist"),
    "unmounted": ("stuck", r"starting: its volume data cannot be mounted: ConfigMap rows does not exist"),
    "no_image": (
        "stuck",
        r"starting: image 127.0.0.1:5999/team/net:2 cannot be pulled: the node cannot reach its registry 127.0.0.1",
    ),
    "raises": ("failed", r"failed: ValueError: no rows \(troubled.py:\d+\)"),
    "hungry": ("failed", r"failed: .*(used more memory than its limit of 48Mi|want of memory: its limit is 48Mi)"),
    "no_command": ("failed", r"failed: command trainify is not in its image"),
    "exits": ("failed", r"failed: a command it calls is not in its image \(exit code 127\)"),
}
"""What is said of each step. A kill by the kernel is not always reported as `OOMKilled`: the exit code always is."""


def why(space: Space, *of: str) -> list[dict[str, Any]]:
    """The answer as JSON."""
    done = space.k8stui("why", *of, "-o", "json")
    assert done.code == 0, done.err
    return list(done.view)  # type: ignore[arg-type]  # this verb answers with an array


def told(space: Space, *of: str) -> dict[str, tuple[str, str]]:
    """Level and sentence by subject."""
    return {one["subject"]: (one["level"], one["sentence"]) for one in why(space, *of)}


def all_causes(space: Space, run: str) -> dict[str, tuple[str, str]] | None:
    """What is said of the run, once each trouble is told as it is to be."""
    found = told(space, run)
    right = all(
        level == found.get(f"step {step}", ("", ""))[0] and re.match(words, found[f"step {step}"][1])
        for step, (level, words) in CAUSES.items()
    )
    return found if right else None


@pytest.fixture
def run(space: Space) -> str:
    """The run in trouble, once the cluster has told of all of it."""
    found = space.submit("troubled.py:troubled")
    last: dict[str, Any] = {}

    def look() -> dict[str, Any] | None:
        last.update(told(space, found))
        return all_causes(space, found)

    try:
        eventually(look, what="each trouble of the run is told by its cause")
    except AssertionError as error:
        raise AssertionError(f"{error}\nsaid last: {last}") from None
    return found


def test_each_step_in_trouble_is_told_by_its_cause(space: Space, run: str, editor: Space) -> None:
    found = why(space, run)
    assert [one["level"] for one in found] == ["failed"] * 5 + ["stuck"] * 5 + ["fine"]
    assert all(one["advice"] for one in found[:-1])
    assert all(one["evidence"] for one in found if one["level"] == "stuck")
    assert found[-1]["sentence"].startswith("running: 0 of 11 steps done")

    # A step that waits is told with the root of it.
    own, *roots = why(space, run, "last")
    assert own["sentence"].startswith("waiting: for nowhere, too_large, on_a_gpu and 2 more; ")
    assert {one["subject"] for one in roots} >= {"step nowhere", "step no_image"}

    # Who may not read nodes is told the same, as far as the scheduler's own words go.
    assert all_causes(editor, run) is None
    less = told(editor, run)
    assert less["step nowhere"] == found_by(found, "step nowhere")
    assert less["step on_a_gpu"][1].endswith("it asks for 1 nvidia.com/gpu, more than any node has")

    # The pods by themselves, and in words.
    pod = f"{run}-unmounted-1"
    assert told(space, "--pod", pod)[f"pod {pod}"] == found_by(found, "step unmounted")
    described = space.k8stui("pods", "describe", pod).out
    assert re.search(r"Status: +starting: its volume data cannot be mounted", described)
    assert re.search(r"Warning  FailedMount  .*configmap \"rows\" not found", described)
    assert "reason: Unschedulable" in space.k8stui("pods", "yaml", f"{run}-nowhere-1").out


def found_by(found: list[dict[str, Any]], subject: str) -> tuple[str, str]:
    one = next(one for one in found if one["subject"] == subject)
    return one["level"], one["sentence"]


def test_a_step_that_a_quota_keeps_out_names_the_quota(space: Space) -> None:
    space.limit("two-pods", pods="2")
    run = space.submit("troubled.py:crowded")
    sentence = eventually(
        lambda: next((words for _, words in told(space, run).values() if words.startswith("queued: quota")), ""),
        what="a step is told to wait for the quota",
    )
    assert sentence == ("queued: quota two-pods of the namespace is used up (pods: 2 of 2 used, 1 more asked for)")


def test_an_evicted_pod_tells_what_it_was_evicted_for(space: Space) -> None:
    done = space.run("disrupted.py:evicted_by_the_node")
    assert done.code == 0, done.err
    pod = f"{done.view['run']}-fills-the-disk-1"
    level, sentence = told(space, "--pod", pod)[f"pod {pod}"]
    assert level == "failed"
    assert re.match(r"evicted: it wrote more to its disk than its limit of 4Mi, so node \S+ evicted it", sentence)


def test_an_orchestrator_whose_image_does_not_exist(space: Space) -> None:
    done = space.k8stui(
        *space.command("chain.py")[:2], "--image", "127.0.0.1:5999/team/net:2", "--no-synchronous", "-o", "name"
    )
    assert done.code == 0, done.err
    run = done.out.strip()
    trouble = "starting: image 127.0.0.1:5999/team/net:2 cannot be pulled: "
    eventually(
        lambda: told(space, run).get(f"orchestrator of {run}", ("", ""))[1].startswith(trouble),
        what="the orchestrator's trouble is told",
    )
