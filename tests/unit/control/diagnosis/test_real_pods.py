"""Each trouble as a real cluster told it: the sentence names the cause, the evidence is the cluster's own."""

from __future__ import annotations

import pytest

from k8stui.control.diagnosis.finding import Level
from k8stui.control.diagnosis.pods import diagnose_pod
from tests.unit.control.diagnosis.samples import NODE, around, diagnosed, real_pod, recording

UNREACHABLE = (
    "starting: image 127.0.0.1:5999/none/such:1 cannot be pulled: the node cannot reach its registry 127.0.0.1"
)

CASES = {
    "affinity": (Level.STUCK, "queued: the only node does not take it: it does not match its node affinity"),
    "badimagename": (Level.STUCK, "starting: image UPPER/case:1 cannot be pulled: that is no valid name of an image"),
    "cpu": (Level.STUCK, "queued: the only node does not take it: it asks for 64 cpu, more than any node has"),
    "crash": (Level.STUCK, "starting: its container main ended 4 times and is started again; last time: exit code 5"),
    "deadline": (Level.FAILED, "failed: it took longer than its deadline of 2 s and was killed"),
    "disk": (Level.FAILED, "evicted: it wrote more to its disk than its limit of 4Mi, so node node-1 evicted it"),
    "dnsimage": (
        Level.STUCK,
        "starting: image registry.invalid/x:1 cannot be pulled: the name of its registry registry.invalid",
    ),
    "equal": (
        Level.WAITING,
        "queued: the only node does not take it: it has too little free example.com/toy (it asks for 1)",
    ),
    "exit126": (Level.FAILED, "failed: command /etc/passwd may not be executed: permission denied"),
    "exit127": (Level.FAILED, "failed: a command it calls is not in its image (exit code 127)"),
    "exit3": (Level.FAILED, "failed: exit code 3: no luck"),
    "gated": (Level.WAITING, "queued: its scheduling is held back by the gate kueue.x-k8s.io/admission"),
    "gpu": (
        Level.STUCK,
        "queued: the only node does not take it: it asks for 1 nvidia.com/gpu, more than any node has",
    ),
    "high": (Level.FINE, "running: on node node-1 for "),
    "initfail": (Level.FAILED, "failed: init container fetch: exit code 4: no route"),
    "initloop": (
        Level.STUCK,
        "starting: its init container fetch ended 3 times and is started again; last time: exit code 4",
    ),
    "initslow": (Level.WAITING, "starting: its init container fetch runs first, for "),
    "low": (Level.FAILED, "evicted: it had to make room for a pod of higher priority, ee4dc32a-"),
    "mem-and-selector": (Level.STUCK, "queued: the only node does not take it: it lacks the label pool=gpu"),
    "mountcm": (Level.STUCK, "starting: its volume v cannot be mounted: ConfigMap nope does not exist"),
    "mountsecret": (Level.STUCK, "starting: its volume v cannot be mounted: Secret nope does not exist"),
    "neverimage": (
        Level.STUCK,
        "starting: image k8stui-test/none:1 is not on the node, and its imagePullPolicy is Never",
    ),
    "nfs": (Level.STUCK, "starting: its volume v cannot be mounted: unknown filesystem type 'nfs'"),
    "noclaim": (Level.STUCK, "queued: its PersistentVolumeClaim nope does not exist"),
    "nocm": (Level.STUCK, "starting: ConfigMap settings does not exist"),
    "nocmkey": (Level.STUCK, "starting: ConfigMap half has no key a"),
    "nocommand": (Level.FAILED, "failed: command trainify is not in its image"),
    "nodename": (Level.WAITING, "starting: node ghost has not begun with it yet"),
    "noimage": (
        Level.STUCK,
        UNREACHABLE,
    ),
    "nonroot": (Level.STUCK, "starting: it must not run as root, and its image does"),
    "nosecret": (Level.STUCK, "starting: Secret keys does not exist"),
    "notready": (Level.WAITING, "running: on node node-1, but not ready: Readiness probe failed"),
    "oom": (
        Level.FAILED,
        "failed: its container used more memory than its limit of 32Mi and was killed (OOMKilled, exit code 137)",
    ),
    "otherscheduler": (Level.WAITING, "queued: scheduler volcano has not looked at it yet"),
    "pulling-again": (
        Level.STUCK,
        UNREACHABLE,
    ),
    "segv": (Level.FAILED, "failed: its program, or a native library of it, crashed (exit code 139, SIGSEGV)"),
    "selector": (Level.STUCK, "queued: the only node does not take it: it lacks the label pool=gpu"),
    "sigkill": (Level.FAILED, "failed: exit code 1"),
    "stuckdelete": (Level.FAILED, "stopped: its pod was deleted; finalizers hold its object: example.com/hold"),
    "unboundclaim": (Level.STUCK, "queued: one of its PersistentVolumeClaims has no volume yet"),
    "unlive": (Level.FAILED, "failed: it was killed because its health check failed: Liveness probe failed: hung"),
}


@pytest.mark.parametrize("name", sorted(recording()))
def test_the_sentence_on_a_real_pod_names_the_cause(name: str) -> None:
    level, words = CASES[name]
    found = diagnosed(name)
    assert found.subject == f"pod {name}"
    assert (found.level, found.sentence[: len(words)]) == (level, words)


@pytest.mark.parametrize("name", [name for name, (level, _) in CASES.items() if level is Level.STUCK])
def test_what_is_stuck_comes_with_advice_and_evidence(name: str) -> None:
    found = diagnosed(name)
    assert found.advice
    assert found.evidence


def test_evidence_holds_the_clusters_own_words_once() -> None:
    evidence = diagnosed("noimage").evidence
    assert len(set(evidence)) == len(evidence)
    assert all("\n" not in line for line in evidence)
    assert any("connection refused" in line for line in evidence)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cpu", "it asks for 64 cpu, more than any node has (2)"),
        ("gpu", "it asks for 1 nvidia.com/gpu, and no node has any"),
        ("selector", "it lacks the label pool=gpu (nodes have pool=cpu)"),
        ("nodename", "node ghost does not exist"),
    ],
)
def test_where_nodes_may_be_read_the_sentence_says_more(name: str, words: str) -> None:
    found = diagnosed(name, nodes=(NODE,))
    assert words in found.sentence
    assert found.level is Level.STUCK


def test_a_missing_gpu_is_told_with_what_would_offer_it() -> None:
    assert "a node with GPUs and the device plugin that offers nvidia.com/gpu" in diagnosed("gpu", nodes=(NODE,)).advice


def test_a_preemptor_is_named_where_it_is_known() -> None:
    uid = "ee4dc32a-2004-452a-a416-402825aa0efd"
    assert diagnosed("low", pods={uid: "ml/high"}).sentence.endswith("a pod of higher priority, ml/high")


def test_what_a_claim_waits_for_is_told() -> None:
    said = 'storageclass.storage.k8s.io "fast" not found'
    assert said in diagnosed("unboundclaim", claims={"stuck": said}).sentence


def test_without_any_event_the_status_alone_is_told() -> None:
    """Events are gone after an hour, and some may not read them."""
    for name in ("selector", "noimage", "nocm", "crash", "oom", "disk", "initloop"):
        bare = diagnose_pod(real_pod(name), around(name, nodes=None).__class__(around(name).now))
        assert bare.sentence[: len(CASES[name][1])] == CASES[name][1]
