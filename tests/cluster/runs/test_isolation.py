"""What a step cannot do, where real kubelets and a real API server decide: it has no credentials of Kubernetes."""

from __future__ import annotations

import pytest

from k8stui.incluster.contract import names
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states

pytestmark = pytest.mark.real


def test_a_step_reads_no_secret_of_another_run_and_changes_no_record(space: Space) -> None:
    other = space.submit("chain.py", length=1, hold_at=1)
    held = space.journal.running("held")
    secret, record = names.keys_name(other), names.record_name(other)
    assert secret in {one["metadata"]["name"] for one in space.objects("secrets")}
    before = space.kubectl("get", "configmap", record, "-o", "jsonpath={.metadata.uid}")

    done = space.run("prying.py", namespace=space.namespace, secret=secret, record=record)
    assert done.code == 0, done.err
    assert states(done.view) == {"pry": "succeeded", "look": "succeeded"}
    found = output(done.view, "pry")
    assert found.pop("folder") is False
    assert set(found.pop("variables")) <= {"K8STUI_IN_STEP"}, "no key, no secrets of a store"
    assert set(found.values()) <= {401, 403}, found

    (kept,) = (one for one in space.objects("configmaps") if one["metadata"]["name"] == record)
    assert kept["metadata"]["uid"] == before
    assert "pried" not in kept["metadata"]["annotations"]
    steps = [pod for pod in space.journal.ever() if pod.step]
    assert {pod.step for pod in steps} == {"held", "pry", "look"}
    assert {pod.spec["automountServiceAccountToken"] for pod in steps} == {False}
    assert not any(pod.spec.get("volumes") for pod in steps), "no projected token either"
    space.open_gate(held)
    assert space.watch(other).view["state"] == "succeeded"
