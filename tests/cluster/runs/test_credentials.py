"""Credentials in a Secret of the run: real kubelets hand them to the steps, and no end of a run leaves them behind."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.connect import connect
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract import names
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.plan.rbac import ROLE
from k8stui.plan.request import SERVICE_ACCOUNT
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.node import kill_master
from tests.cluster.runs.space import PIPELINES, Space
from tests.cluster.runs.views import output, states, step_of

pytestmark = pytest.mark.real

VALUE = "k$(HOME)$$-12"[:12]


async def start(space: Space, **parameters: bool) -> str:
    """Submit a run whose steps are given a credential by a Secret."""
    spec = load(f"{PIPELINES / 'credentials.py'}:keyed").trace(parameters)
    options = SubmitOptions(
        image=space.facts.images["python_default"],
        config=KubernetesOrchestratorConfig(pass_token_as_secret=True),
        credentials={"STORE_KEY": VALUE},
        cache=False,  # each test looks at what happens while a step of its own waits
    )
    async with await connect(kubeconfig=Path(space.kubeconfig), namespace=space.namespace) as cluster:
        return (await submit(cluster, spec, options)).run


def both(run: str) -> set[str]:
    return {names.credentials_name(run), names.keys_name(run)}


def secrets(space: Space) -> set[str]:
    return {found["metadata"]["name"] for found in space.objects("secrets", names.LABEL_RUN_ID)}


def no_secrets(space: Space) -> None:
    eventually(lambda: not secrets(space), what="no Secret of the run is left")


async def test_both_kinds_of_steps_get_them_and_nothing_but_the_secret_holds_them(space: Space) -> None:
    run = await start(space)
    held = space.journal.running("length")
    assert secrets(space) == both(run)
    everything = space.kubectl("get", "pods,jobs,configmaps", "-o", "json")
    for text in (VALUE, base64.b64encode(VALUE.encode()).decode()):
        assert json.dumps(text)[1:-1] not in everything
    space.open_gate(held)
    view = space.watch(run).view
    assert states(view) == {"length": "succeeded", "shell": "succeeded"}
    assert output(view, "length") == len(VALUE)
    no_secrets(space)


async def test_a_failed_and_a_stopped_run_leave_none(space: Space) -> None:
    failed = await start(space, wait=False, fail=True)
    assert space.watch(failed).view["state"] == "failed"
    stopped = await start(space)
    space.journal.until(lambda pods: any(pod.step == "length" and pod.running for pod in pods), what="a step waits")
    assert space.k8stui("runs", "stop", stopped).code == 0
    no_secrets(space)


async def test_those_of_a_killed_master_go_with_its_job(space: Space) -> None:
    run = await start(space)
    space.journal.running("length")
    assert secrets(space) == both(run)
    kill_master(space.journal.master().name)
    space.kubectl("delete", "job", run)
    no_secrets(space)


async def test_what_a_master_could_not_delete_is_swept_by_the_next_submit(space: Space) -> None:
    left = await start(space)
    held = space.journal.running("length")
    rights = [{"op": "replace", "path": "/rules/3/verbs", "value": ["get", "create"]}]
    assert json.loads(space.kubectl("get", "role", ROLE, "-o", "json"))["rules"][3]["resources"] == ["secrets"]
    space.kubectl("patch", "role", ROLE, "--type=json", "-p", json.dumps(rights))
    eventually(lambda: not space.may(SERVICE_ACCOUNT, "delete", "secrets"), what="the authorizer knows of the loss")
    space.open_gate(held)
    ended = space.watch(left)
    assert ended.view["state"] == "succeeded"
    eventually(lambda: space.job(left)["status"].get("succeeded"), what="the Job has ended")
    assert secrets(space) == both(left)
    orphaned = await start(space)
    space.journal.until(
        lambda pods: any(pod.running and pod.name.startswith(orphaned) and pod.step == "length" for pod in pods),
        what="the second run waits",
    )
    assert secrets(space) == both(orphaned)
    space.kubectl("delete", "job", orphaned, "--cascade=orphan")
    last = await start(space, wait=False)
    assert not secrets(space) & both(orphaned)
    assert step_of(space.watch(last).view, "length")["state"] == "succeeded"
