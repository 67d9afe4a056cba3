"""Graphs larger than a node could run, on a real API server without one: a stand-in ends their pods."""

from __future__ import annotations

import asyncio
import json

import pytest

from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.namespaces.access import make_account
from k8stui.control.runs.reading import show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.plan.request import SERVICE_ACCOUNT
from tests.bench.ours import spec_of
from tests.bench.scale.account import credentials
from tests.bench.scale.master import start_master
from tests.bench.scale.measure import NAMESPACE, stand_in_kubelet
from tests.cluster.real.bare import bare_server

pytestmark = pytest.mark.real

STEPS, LENGTH = 1000, 800
"""Together just below what a ConfigMap of inputs may hold."""


@pytest.mark.timeout(600)
async def test_a_fan_in_of_1000_results_without_an_artifact_store() -> None:
    with bare_server() as server, stand_in_kubelet(server, length=LENGTH):
        async with await connect(kubeconfig=server.kubeconfig) as cluster:
            await make_account(cluster, NAMESPACE)
            run = (await submit(cluster, spec_of("gather", {"steps": STEPS}), SubmitOptions())).run
            account = credentials(server, NAMESPACE, SERVICE_ACCOUNT)
            master = await start_master(cluster, run, account, server.folder.logs / "master.log")
            try:
                assert await asyncio.to_thread(master.wait, 400) == 0
            finally:
                master.kill()
            view = await show_run(cluster, run)
            inputs = await cluster.get(CONFIGMAPS, names.inputs_name(run, "joining", 1))
    assert (view.state, view.counts) == (RunState.SUCCEEDED, {StepState.SUCCEEDED.value: STEPS + 1})
    assert {len(step.attempts) for step in view.steps} == {1}
    parts = inputs["data"]
    task = json.loads("".join(parts[f"task-{number}"] for number in range(len(parts))))
    assert task["inputs"]["values"] == ["x" * LENGTH] * STEPS
