"""The scheduler's sentence in words: which resource, taint or label, and on how many nodes."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.finding import Level
from k8stui.control.diagnosis.scheduling import unschedulable
from k8stui.incluster.contract import names
from tests.unit.control.diagnosis.samples import NODE, NOW, pod

HELPLESS = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
FULL = "preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."


def said(reasons: str, preemption: str = HELPLESS, *, nodes: Any = None, **spec: Any) -> tuple[Level, str, str]:
    cause = unschedulable(pod(spec=spec), f"0/3 nodes are available: {reasons}. {preemption}", Around(NOW, nodes=nodes))
    return cause.level, cause.words, cause.advice


def asking(**requests: str) -> list[dict[str, Any]]:
    return [{"name": "main", "resources": {"requests": requests}}]


def test_each_kind_of_node_is_counted() -> None:
    reasons = "1 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: ml}, 1 node(s) were unschedulable"
    level, words, advice = said(reasons, containers=asking(cpu="2"))
    assert words == (
        "none of the 3 nodes takes it: 1 has too little free cpu (it asks for 2), 1 has the taint dedicated=ml, "
        "which it does not tolerate, 1 is cordoned"
    )
    assert level is Level.WAITING
    assert "kubectl uncordon" in advice


def test_all_nodes_are_told_as_all() -> None:
    reasons = "3 node(s) didn't match Pod's node affinity/selector"
    _, words, _ = said(reasons, nodeSelector={"pool": "gpu", "kubernetes.io/os": "linux"})
    assert words == "none of the 3 nodes takes it: all lack the label pool=gpu"


def test_only_labels_that_no_node_has_are_named() -> None:
    reasons = "3 node(s) didn't match Pod's node affinity/selector"
    _, words, _ = said(reasons, nodes=(NODE,), nodeSelector={"pool": "cpu", "zone": "a"})
    assert words.endswith("all lack the label zone=a")


def test_room_that_others_hold_is_waited_for() -> None:
    level, words, advice = said("3 Insufficient memory", FULL, containers=asking(memory="2Gi"))
    assert level is Level.WAITING
    assert words == "none of the 3 nodes takes it: all have too little free memory (it asks for 2Gi)"
    assert advice.startswith("It starts when others end.")


def test_more_than_any_node_has_is_told_without_a_look_at_the_nodes() -> None:
    level, words, _ = said("3 Insufficient memory", containers=asking(memory="900Gi"))
    assert (level, words.partition(": ")[2]) == (Level.STUCK, "it asks for 900Gi memory, more than any node has")


def test_requests_of_all_containers_count() -> None:
    both = [*asking(cpu="1500m"), {"name": "side", "resources": {"requests": {"cpu": "1"}}}]
    assert (
        "it asks for 2500m cpu, more than any node has (2)"
        in said("3 Insufficient cpu", nodes=(NODE,), containers=both)[1]
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2 node(s) had untolerated taint {nvidia.com/gpu: present}", "2 have the taint nvidia.com/gpu=present"),
        ("2 node(s) had untolerated taint {dedicated: }", "2 have the taint dedicated, which"),
        ("3 node(s) had untolerated taint(s)", "all have a taint, which it does not tolerate"),
        ("1 node(s) had taint {a: b}, that the pod didn't tolerate", "1 has the taint a=b"),
        ("3 node(s) had untolerated taint {node.kubernetes.io/not-ready: }", "all are not ready"),
        ("1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }", "1 is short of disk space"),
        ("2 Too many pods", "2 run as many pods as they may"),
        ("2 node(s) had volume node affinity conflict", "2 do not reach its volume"),
        ("1 node(s) didn't match pod anti-affinity rules", "1 has a pod that it must not share a node with"),
        ("3 node(s) didn't match pod topology spread constraints", "all would break its topology spread constraints"),
        ("3 node(s) gave no reason that anybody knows", "3 node(s) gave no reason that anybody knows"),
    ],
)  # fmt: skip
def test_the_words_of_the_schedulers_plugins(text: str, words: str) -> None:
    assert f"takes it: {words}" in said(text)[1]


def test_a_cluster_without_nodes() -> None:
    cause = unschedulable(pod(), "no nodes available to schedule pods", Around(NOW))
    assert (cause.level, cause.words) == (Level.STUCK, "the cluster has no nodes")


def test_words_of_another_scheduler_are_told_as_they_are() -> None:
    cause = unschedulable(pod(), "queue is not open", Around(NOW))
    assert cause.words == "the scheduler says: queue is not open"


@pytest.mark.parametrize(
    ("labels", "where"),
    [
        ({}, "Correct nodeSelector"),
        ({names.LABEL_MANAGED_BY: names.MANAGER}, "Correct pod_settings.node_selectors"),
        (
            {names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_COMPONENT: names.COMPONENT_ORCHESTRATOR},
            "Correct orchestrator_pod_settings.node_selectors",
        ),
    ],
)
def test_advice_names_the_field_that_a_person_can_change(labels: dict[str, str], where: str) -> None:
    mine = pod(labels=labels, spec={"nodeSelector": {"pool": "gpu"}})
    message = f"0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. {HELPLESS}"
    assert unschedulable(mine, message, Around(NOW)).advice.startswith(where)
