"""What the doctor says of kubeconfig, server, versions, clocks and nodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.greeting import Greeting, ahead
from k8stui.control.doctor.connection import (
    clock_finding,
    kubeconfig_findings,
    node_findings,
    server_finding,
    version_finding,
)
from k8stui.control.doctor.finding import Finding, Level

DATE = "Thu, 01 Jan 1970 00:16:40 GMT"
"""Second 1000."""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(1000.2, 1000.3, 0), (1000.9, 1001.1, 0), (990, 991, 9), (1100, 1101, -99), (999.9, 1000.0, 0)],
)
def test_a_date_that_is_cut_off_to_seconds_tells_the_least_by_which_clocks_differ(
    before: float, after: float, expected: float
) -> None:
    assert ahead(DATE, before, after) == expected


def test_an_answer_without_a_date_tells_nothing() -> None:
    assert ahead("", 0, 1) is None
    assert clock_finding(None).level is Level.UNKNOWN


def test_clocks_that_differ_are_a_warning_and_far_ones_a_problem() -> None:
    assert [clock_finding(by).level for by in (0, 4.9, -7, 59, -61)] == [
        Level.OK, Level.OK, Level.WARNING, Level.WARNING, Level.PROBLEM,
    ]  # fmt: skip
    assert "7 s behind this machine's" in clock_finding(-7).sentence


def test_an_old_server_is_named_with_what_it_lacks() -> None:
    assert version_finding("v1.34.4").level is Level.OK
    assert version_finding("v1.28.0-eks").level is Level.OK
    assert version_finding("v1.27.9").level is Level.WARNING
    assert version_finding("unknown").level is Level.UNKNOWN


def test_a_server_that_does_not_say_who_one_is_names_nobody() -> None:
    found = server_finding("https://a", "unknown", Greeting("v1", 0.012, 0))
    assert found.sentence == "https://a answers in 12 ms and does not say who you are"


def test_a_slow_server_is_a_warning() -> None:
    assert server_finding("https://a", "alice", Greeting("v1", 0.012, 0)) == Finding(
        "server", Level.OK, "https://a answers in 12 ms and knows you as alice"
    )
    assert server_finding("https://a", "alice", Greeting("v1", 1.2, 0)).level is Level.WARNING


def _node(name: str, kubelet: str = "v1.34.1", *, system: str = "linux", ready: str = "True") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/os": system}},
        "status": {"nodeInfo": {"kubeletVersion": kubelet}, "conditions": [{"type": "Ready", "status": ready}]},
    }


def test_nodes_that_take_no_pods_are_named() -> None:
    found = node_findings([_node("a"), _node("b", ready="False"), _node("w", system="windows")], "v1.34.1")
    assert [(one.level, one.sentence.partition(":")[0]) for one in found] == [
        (Level.OK, "1 of 3 nodes take pods of runs"),
        (Level.WARNING, "b is not ready"),
    ]


def _tainted(name: str, *effects: str) -> dict[str, Any]:
    return {**_node(name), "spec": {"taints": [{"key": "team", "value": "web", "effect": one} for one in effects]}}


def test_nodes_with_taints_that_pods_do_not_tolerate_take_none() -> None:
    (found,) = node_findings([_node("a"), _tainted("t", "NoSchedule"), _tainted("p", "PreferNoSchedule")], "v1.34.1")
    assert (found.level, found.sentence) == (
        Level.OK,
        "2 of 3 nodes take pods of runs; 1 not, for taints that those do not tolerate: team=web:NoSchedule",
    )
    (found,) = node_findings([_tainted("t", "NoExecute")], "v1.34.1")
    assert (found.level, found.sentence) == (
        Level.PROBLEM, "t has taints that pods of runs do not tolerate: team=web:NoExecute",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("toleration", "level"),
    [
        ({"key": "team", "value": "web"}, Level.OK),
        ({"key": "team", "operator": "Exists", "effect": "NoSchedule"}, Level.OK),
        ({"operator": "Exists"}, Level.OK),
        ({"key": "team", "value": "data"}, Level.PROBLEM),
        ({"key": "team", "operator": "Exists", "effect": "NoExecute"}, Level.PROBLEM),
    ],
)
def test_a_taint_that_pods_tolerate_keeps_none_away(toleration: dict[str, str], level: Level) -> None:
    assert [one.level for one in node_findings([_tainted("t", "NoSchedule")], "v1.34.1", [toleration])] == [level]


def test_no_node_for_pods_is_a_problem() -> None:
    assert [one.level for one in node_findings([_node("w", system="windows")], "v1.34.1")] == [Level.PROBLEM]
    assert [one.level for one in node_findings([_node("a", ready="False")], "v1.34.1")] == [Level.PROBLEM]


def test_kubelets_out_of_the_supported_skew_are_named() -> None:
    nodes = [_node("same"), _node("old", "v1.31.0"), _node("older", "v1.30.9"), _node("newer", "v1.35.0")]
    told = [one.sentence for one in node_findings(nodes, "v1.34.4") if one.level is Level.WARNING]
    assert [line.split(",")[0] for line in told] == [
        "the kubelet of older is v1.30.9",
        "the kubelet of newer is v1.35.0",
    ]


CONFIG = """
current-context: here
contexts: [{name: here, context: {cluster: c}}, {name: there, context: {cluster: c}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
"""


def test_a_kubeconfig_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(CONFIG)
    file.chmod(0o600)
    assert kubeconfig_findings(file, None) == [
        Finding("kubeconfig", Level.OK, f"context here of {file}, 1 more there"),
    ]
    file.chmod(0o644)
    assert kubeconfig_findings(file, "there")[1] == Finding(
        "kubeconfig", Level.WARNING, f"{file} can be read by others (mode 0644)", f"chmod 600 {file}"
    )


def test_a_context_that_is_not_there_and_a_missing_file_are_problems(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(CONFIG)
    (found,) = kubeconfig_findings(file, "elsewhere")
    assert (found.level, found.fix) == (Level.PROBLEM, "Contexts there: here, there.")
    (found,) = kubeconfig_findings(tmp_path / "none", None)
    assert found.level is Level.PROBLEM
