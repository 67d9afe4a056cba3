"""Which container a shell opens in, and what is said when it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.cluster.remote import Outcome
from k8stui.control.pods.shell import Shell, containers_to_choose, exit_code, running_containers
from k8stui.model.errors import RejectedError

SHELL = Shell("ml", "a", "main")


def pod(*running: str, ended: str = "", **meta: Any) -> dict[str, Any]:
    states = [{"name": name, "state": {"running": {}}} for name in running]
    states += [{"name": ended, "state": {"terminated": {"exitCode": 1}}}] if ended else []
    containers = [{"name": one["name"], "image": f"{one['name']}:1"} for one in states]
    return {
        "metadata": {"name": "a", **meta},
        "spec": {"containers": containers},
        "status": {"phase": "Running" if running else "Failed", "containerStatuses": states},
    }


def test_only_containers_that_run_count() -> None:
    assert running_containers(pod("main", ended="other")) == ["main"]
    assert containers_to_choose(pod("main", ended="other")) == {}


def test_several_are_chosen_from_with_their_images() -> None:
    assert containers_to_choose(pod("main", "proxy")) == {"main": "main:1", "proxy": "proxy:1"}


@pytest.mark.parametrize(
    ("found", "first"),
    [
        (pod("istio-proxy", "step"), "step"),
        (pod("sidecar", "orchestrator"), "orchestrator"),
        (pod("one", "two", annotations={"kubectl.kubernetes.io/default-container": "two"}), "two"),
    ],
)
def test_ours_and_the_default_one_are_meant_without_a_question(found: dict[str, Any], first: str) -> None:
    assert running_containers(found)[0] == first
    assert containers_to_choose(found) == {}


def test_a_pod_of_which_nothing_runs_says_its_state() -> None:
    with pytest.raises(RejectedError, match=r"No container of pod a is running \(failed\)"):
        running_containers(pod(ended="main"))
    with pytest.raises(RejectedError, match=r"\(being deleted\)"):
        running_containers(pod(deletionTimestamp="2026-11-29T12:00:00Z"))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            Outcome(None, 'exec: "sh": executable file not found in $PATH: unknown'),
            "Container main of pod a has no shell: its image brings neither bash nor sh",
        ),
        (Outcome(None, 'container not found ("main")'), "Container main of pod a is not running any more"),
        (Outcome(None, "something else"), "Nothing was started in container main of pod a: something else"),
    ],
)
def test_why_no_shell_began_is_said(outcome: Outcome, said: str) -> None:
    with pytest.raises(RejectedError, match=said):
        exit_code(SHELL, outcome)


def test_the_exit_code_is_the_commands_own() -> None:
    assert exit_code(SHELL, Outcome(127, "command terminated with exit code 127")) == 127
