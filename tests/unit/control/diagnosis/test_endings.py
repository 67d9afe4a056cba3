"""How containers and pods ended: exit codes, exceptions, evictions, refusals by a node."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.disruptions import disrupted
from k8stui.control.diagnosis.exits import ended
from k8stui.control.diagnosis.finding import Level
from k8stui.control.diagnosis.pods import diagnose_pod
from k8stui.incluster.contract import names
from k8stui.incluster.wire.report import FAILED, Report
from tests.unit.control.diagnosis.samples import NOW, event, pod

LOW = (
    "The node was low on resource: memory. Threshold quantity: 100Mi, available: 61300Ki. Container main was using 3Gi,"
    " request is 0, has larger consumption of memory. "
)
STEP = {
    names.LABEL_MANAGED_BY: names.MANAGER,
    names.LABEL_COMPONENT: names.COMPONENT_STEP,
    names.LABEL_RUN_ID: "train-x7k2p",
}


def exit_(code: int | None, reason: str = "Error", message: str = "", mine: dict[str, Any] | None = None) -> str:
    cause = ended(mine or pod(), "main", code=code, reason=reason, message=message, report=None, around=Around(NOW))
    assert cause.level is Level.FAILED
    return cause.words


def limited(memory: str) -> dict[str, Any]:
    return pod(spec={"containers": [{"name": "main", "resources": {"limits": {"memory": memory}}}]})


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (134, "SIGABRT"),
        (135, "/dev/shm"),
        (132, "the node's CPU does not know"),
        (139, "crashed (exit code 139, SIGSEGV)"),
        (143, "it was asked to end and did (exit code 143, SIGTERM)"),
        (126, "may not be executed (exit code 126)"),
        (127, "is not in its image (exit code 127)"),
        (2, "exit code 2"),
    ],
)
def test_what_an_exit_code_means(code: int, words: str) -> None:
    assert words in exit_(code)


def test_a_kill_by_the_kernel_names_the_limit() -> None:
    assert exit_(137, "OOMKilled", mine=limited("2Gi")).startswith(
        "its container used more memory than its limit of 2Gi"
    )
    assert exit_(137, "OOMKilled").startswith("its container used more memory than it may have")


def test_a_kill_without_a_reason_is_not_called_more_than_it_is() -> None:
    assert exit_(137, mine=limited("2Gi")).endswith("most likely for want of memory: its limit is 2Gi")
    assert "or after it had ignored a SIGTERM" in exit_(137)


def test_the_last_line_it_left_is_told() -> None:
    assert exit_(3, message="loading\nno such table: rows\n") == "exit code 3: no such table: rows"


def test_an_image_of_another_architecture() -> None:
    words = exit_(128, "StartError", 'exec: "/bin/train": exec format error: unknown')
    assert words == "its image is built for another CPU architecture than the node's (/bin/train)"


def test_a_start_that_failed_otherwise_is_told_as_it_is() -> None:
    assert exit_(128, "StartError", "cgroup is gone").endswith("could not be started: cgroup is gone")


def test_an_exception_is_told_with_type_last_line_and_place() -> None:
    error = {"type": "ValueError", "message": "no rows", "where": "train.py:12"}
    message = json.dumps(Report(FAILED, error=error).to_json())
    status = {"name": "step", "state": {"terminated": {"exitCode": 1, "reason": "Error", "message": message}}}
    mine = pod(labels=STEP, spec={"containers": [{"name": "step"}]}, phase="Failed", containerStatuses=[status])
    mine["metadata"]["annotations"] = {names.ANNOTATION_STEP: "train"}
    found = diagnose_pod(mine, Around(NOW))
    assert found.sentence == "failed: ValueError: no rows (train.py:12)"
    assert found.advice == "Its log has the whole traceback: k8stui logs train-x7k2p --step train"


def test_a_missing_module_is_told_with_what_helps() -> None:
    report = Report(FAILED, error={"type": "ModuleNotFoundError", "message": "No module named 'torch'"})
    cause = ended(pod(), "main", code=1, reason="Error", message="", report=report, around=Around(NOW))
    assert cause.advice.startswith("Set image= to an image that has the module.")


@pytest.mark.parametrize(
    ("reason", "message", "words"),
    [
        (
            "Evicted",
            LOW,
            "node node-2 ran low on memory and evicted it",
        ),
        ("Evicted", 'Container main exceeded its local ephemeral storage limit "1Gi". ', "its limit of 1Gi"),
        (
            "Evicted",
            'Usage of EmptyDir volume "scratch" exceeds the limit "2Gi". ',
            "its volume scratch grew beyond its limit of 2Gi",
        ),
        ("Evicted", "The node had condition: [DiskPressure]. ", "node node-2 took no pods: DiskPressure"),
        ("EvictionByEvictionAPI", "Eviction API: evicting", "somebody evicted it, as kubectl drain"),
        ("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", "got a taint"),
        ("DeletionByPodGC", "PodGC: node no longer exists", "node node-2 was lost"),
        ("NodeLost", "Node node-2 which was running pod x is unresponsive", "node node-2 was lost"),
        ("Terminated", "Pod was terminated in response to imminent node shutdown.", "node node-2 was shut down"),
        ("PreemptionByScheduler", "default-scheduler: preempting to accommodate", "make room for a pod of higher"),
        (
            "OutOfcpu",
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 500, used: 1900, capacity: 2000",
            "node node-2 refused it: by then it had no cpu left",
        ),
        (
            "UnexpectedAdmissionError",
            "Pod was rejected: Allocate failed due to no healthy devices present",
            "node node-2 refused it: Pod was rejected: Allocate failed",
        ),
        ("deleted", "", "its pod was deleted"),
        ("SomethingNew", "nobody knows", "it was ended from outside (SomethingNew: nobody knows)"),
    ],
)
def test_an_end_from_outside(reason: str, message: str, words: str) -> None:
    cause = disrupted(pod(), reason, message, "node-2", Around(NOW))
    assert words in cause.words
    assert not message or any(message.strip()[:20] in line for line in cause.evidence)


def deleting(seconds_ago: float, **meta: Any) -> dict[str, Any]:
    running = {"name": "main", "state": {"running": {"startedAt": "2025-11-25T14:00:00Z"}}}
    mine = pod(phase="Running", containerStatuses=[running])
    when = datetime.fromtimestamp(NOW - seconds_ago, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    mine["metadata"] |= {"deletionTimestamp": when, **meta}
    return mine


def test_a_deletion_in_its_grace_period_is_waited_for() -> None:
    found = diagnose_pod(deleting(-20), Around(NOW))
    assert (found.level, found.sentence.partition(":")[0]) == (Level.WAITING, "stopping")


def test_a_deletion_that_a_finalizer_holds_is_stuck() -> None:
    found = diagnose_pod(deleting(300, finalizers=["example.com/hold"]), Around(NOW))
    assert found.level is Level.STUCK
    assert found.sentence.endswith("waits for its finalizers: example.com/hold")


def test_a_deletion_that_the_node_does_not_confirm_is_stuck() -> None:
    found = diagnose_pod(deleting(300), Around(NOW))
    assert found.sentence == "stopping: it was to be gone 5m00s ago, and node node-1 has not said that it ended"


def test_a_pod_that_succeeded_is_fine() -> None:
    done = {"exitCode": 0, "startedAt": "2025-11-25T14:00:00Z", "finishedAt": "2025-11-25T14:00:12Z"}
    mine = pod(phase="Succeeded", containerStatuses=[{"name": "main", "state": {"terminated": done}}])
    found = diagnose_pod(mine, Around(NOW))
    assert found.level is Level.FINE
    assert found.sentence.startswith("succeeded: in 12s on node node-1")


@pytest.mark.parametrize(
    ("reason", "message", "words"),
    [
        (
            "FailedAttachVolume",
            'AttachVolume.Attach failed for volume "pvc-1" : volume is attached to node-9',
            "its volume pvc-1 cannot be attached: volume is attached to node-9",
        ),
        (
            "FailedCreatePodSandBox",
            "Failed to create pod sandbox: plugin type calico failed: no IP addresses available in range",
            "the node cannot set up the pod's network or sandbox",
        ),
    ],
)
def test_what_only_events_tell_of_a_start(reason: str, message: str, words: str) -> None:
    creating = [{"name": "main", "state": {"waiting": {"reason": "ContainerCreating"}}}]
    mine = pod(phase="Pending", containerStatuses=creating)
    found = diagnose_pod(mine, Around(NOW, events=(event(reason, message),)))
    assert found.level is Level.STUCK
    assert words in found.sentence
