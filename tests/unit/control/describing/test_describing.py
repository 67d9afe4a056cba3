"""Descriptions: everything a person asks for, aligned, harmless, and no value of an environment variable."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from k8stui.control.describing.containers import container_block
from k8stui.control.describing.pods import pod_lines
from k8stui.control.describing.runs import run_lines, step_lines
from k8stui.control.diagnosis.runs import diagnose_run
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.steps import diagnose_step
from k8stui.control.words.layout import block_lines, table_lines
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import Retry
from k8stui.incluster.contract.record import StepStatus
from k8stui.incluster.contract.states import StepState
from tests.unit.control.diagnosis.samples import NOW, around, diagnosed, event, real_pod
from tests.unit.control.diagnosis.sights import DAG, ended, sight
from tests.unit.control.samples import RUN, plan


def described(name: str) -> str:
    """A recorded pod in words."""
    seen = around(name)
    return "\n".join(pod_lines(real_pod(name), [diagnosed(name)], seen.events, seen.now))


def test_keys_are_aligned_and_empty_values_left_out() -> None:
    lines = block_lines([("Name", "x"), ("Nothing", ""), ("Labels", ["a=1", "b=2"]), ("Inner", [("Key", "value")])])
    assert lines == ["Name:    x", "Labels:  a=1", "         b=2", "Inner:", "  Key:  value"]


def test_what_a_cluster_says_cannot_reach_the_terminal_as_more_than_text() -> None:
    evil = "a\x1b]0;owned\x07b\nc\u202e"
    shown = "".join([*block_lines([(evil, evil), ("k", [evil])]), *table_lines(("T",), [(evil,)])])
    assert not re.search("[\x00-\x1f\u202e]", shown)


def test_a_pod_is_described_with_why_first_and_its_events_last() -> None:
    text = described("noimage")
    assert "Status:  " in text
    assert text.index("cannot be pulled") < text.index("Containers:") < text.index("Events:")
    assert "Advice:" in text
    assert re.search(r"State: +waiting\n +Reason: +ErrImagePull\n +Message: +failed to pull", text)


def test_a_restarted_container_tells_both_its_states() -> None:
    text = described("crash")
    assert re.search(r"Last State: +terminated\n +Reason: +Error\n +Exit Code: +5", text)
    assert re.search(r"Restarts: +3", text)


def test_init_containers_and_resources_are_told() -> None:
    assert "Init Containers:\n  fetch:" in described("initfail")
    assert re.search(r"Limits: +memory 32Mi", described("oom"))


def test_of_environment_variables_only_names_and_sources_are_told() -> None:
    env = [
        {"name": "TOKEN", "value": "hunter2hunter2"},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "load", "optional": True}}},
        {"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "mode"}}},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
    ]
    every = [{"prefix": "DB_", "secretRef": {"name": "db"}}, {"configMapRef": {"name": "common"}}]
    lines = block_lines(container_block({"env": env, "envFrom": every}, {}, NOW))
    told = [line.strip().removeprefix("Environment:").strip() for line in lines]
    assert told == [
        "TOKEN set in the manifest, 14 characters",
        "KEY from Secret keys, key load, optional",
        "MODE from ConfigMap settings, key mode",
        "IP from field status.podIP",
        "CPUS from resource limits.cpu",
        "all keys of Secret db, each with the prefix DB_",
        "all keys of ConfigMap common",
    ]


def test_where_a_pod_goes_and_what_it_mounts() -> None:
    pod: dict[str, Any] = {
        "metadata": {
            "name": "x",
            "finalizers": ["example.com/hold"],
            "ownerReferences": [{"kind": "Job", "name": "j"}],
        },
        "spec": {
            "containers": [{"name": "main", "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": True}]}],
            "volumes": [{"name": "v", "secret": {"secretName": "db"}}],
            "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}, {"operator": "Exists"}],
            "nodeSelector": {"pool": "gpu"},
        },
        "status": {"phase": "Failed", "reason": "Evicted", "message": "node was\nlow"},
    }
    text = "\n".join(pod_lines(pod, [], [event("Evicted", "low on\nmemory", count=3)], NOW))
    for words in (
        "Phase:       Failed: Evicted: node was low",
        "Finalizers:  example.com/hold",
        "Owned by:    Job/j",
        "/v from v (read-only)",
        "v: secret db",
        "gpu:NoSchedule exists",
        "every taint",
        "pool=gpu",
        "10s (3 times)  low on memory",
    ):
        assert words in text


def test_a_pod_without_events_says_why() -> None:
    assert "Events: none (Kubernetes keeps them for an hour)" in described("gated")


def failed_run() -> Sight:
    load = StepStatus(StepState.FAILED, [ended(StepState.FAILED, "ValueError: no rows (etl.py:7)")], failures=1)
    template = {"spec": {"containers": [{"name": "step", "image": "ml:2", "env": [{"name": "A", "value": "secret!"}]}]}}
    shape = replace(plan(*DAG), templates=(template,))
    inputs = {"path": Input(value="/data"), "rows": Input(items=(Input(step="clean", output="rows"), Input(value=1)))}
    first = replace(shape.steps[0], inputs=inputs, module="etl", function="load", retry=Retry(2, 5.0, 2.0))
    return sight(shape=replace(shape, steps=(first, *shape.steps[1:])), load=load)


def test_a_run_is_described_with_its_trouble_its_steps_and_its_objects() -> None:
    seen = failed_run()
    text = "\n".join(run_lines(seen.run, seen.plan, diagnose_run(seen), (), seen.now))
    assert re.search(r"Status: +running: 0 of 4 steps done", text)
    assert re.search(r"Trouble: +step load: failed: ValueError: no rows \(etl.py:7\)", text)
    assert re.search(r"Parameters: +n = 3", text)
    assert f"record configmap/run-{RUN}" in text
    assert re.search(r"\n  load +failed +1\b", text)


def test_a_step_is_described_with_its_plan_and_its_attempts() -> None:
    seen = failed_run()
    step = seen.step("load")
    text = "\n".join(step_lines(seen.run, seen.plan, step, [diagnose_step(seen, step)], seen.now))
    for words in (
        r"Function: +etl:load",
        r'path = "/data"',
        r"rows = \[rows of clean, 1\]",
        r"Retries: +2, 5 s apart, each 2 times longer",
        r"Disruptions allowed: +3",
        r"attempt 1:\n +State: +failed\n +Pod: +train-x7k2p-load-1",
        r"Image: +ml:2",
    ):
        assert re.search(words, text), words
    assert "secret!" not in text
