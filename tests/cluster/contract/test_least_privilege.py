"""Each feature works with exactly the rights that the doctor's table gives it; without one, a sentence names it.

By tokens of a service account, on the RBAC of a real API server and on that of the embedded one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLES
from k8stui.control.doctor.features import FEATURES, rules_of
from k8stui.control.namespaces.access import make_account
from k8stui.control.namespaces.rights import granted, right_of
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.model.schedule import ScheduleSpec
from k8stui_tui.cli.app import build
from tests.cli import said
from tests.cluster.contract.client import WAIT, Api
from tests.cluster.contract.manifests import IMAGE, SLEEP, phase, pod, running
from tests.embedded.command import QUICK
from tests.embedded.runs import ended

NEEDS = {one.name: one.needs for one in FEATURES}
EVERYWHERE = {need for one in FEATURES if one.everywhere for need in one.needs}
ALL = {need for needs in NEEDS.values() for need in needs}

TRIED: dict[str, tuple[tuple[str, str], ...]] = {
    "see runs": (
        ("runs list", "list configmaps"), ("runs show RUN", "get configmaps"), ("logs RUN", "get pods/log"),
    ),
    "submit runs": (("run quick.py --no-synchronous", "create jobs.batch"),),
    "pass credentials": (("run quick.py --no-synchronous --no-cache", "create secrets"),),
    "steer runs": (("runs retry RUN", "patch configmaps"),),
    "see schedules": (("schedule list", "list cronjobs.batch"), ("schedule show SCHEDULE", "get cronjobs.batch")),
    "change schedules": (
        ("schedule resume SCHEDULE", "patch cronjobs.batch"), ("schedule trigger SCHEDULE", "create jobs.batch"),
        ("schedule delete SCHEDULE --running=keep", "delete cronjobs.batch"),
    ),
    "reach into pods": (("pods shell OTHER -- true", "get pods/exec"),),
    "clean up pods": (("pods delete POD --yes", "delete pods"), ("pods evict OTHER --yes", "create pods/eviction")),
    "explain": (("events", "list events"),),
    "see nodes": (("doctor", "list nodes"),),
    "delete runs": (("runs delete RUN", "delete jobs.batch"),),
}  # fmt: skip
"""Lines that each feature is tried by, each with a right that it does not do without."""

BESIDES = {
    "pass credentials": ("see runs", "submit runs"), "change schedules": ("see runs", "see schedules"),
    "see nodes": ("see runs", "submit runs"),
}  # fmt: skip
"""What a feature is used with, besides seeing runs."""

GO_ON = {"doctor"}
"""What tells of a missing right and ends well all the same."""


@dataclass
class Person:
    """Somebody whose rights are changed.

    Attributes:
        admin: A client of somebody who may do everything.
        own: A client of theirs.
        name: Of the account, its roles and their bindings.
    """

    admin: Cluster
    own: Cluster
    name: str

    async def may(self, rights: set[str]) -> None:
        """Give them these rights and no others; returns when the authorizer knows."""
        spaces: Any = rules_of(sorted(rights - EVERYWHERE))
        everywhere: Any = rules_of(sorted(rights & EVERYWHERE))
        await self.admin.patch(ROLES, self.name, {"rules": spaces})
        await self.admin.patch(CLUSTER_ROLES, self.name, {"rules": everywhere})
        async with asyncio.timeout(WAIT):
            while await self._rights() != rights:  # noqa: ASYNC110 - nothing tells what an authorizer knows
                await asyncio.sleep(0.05)

    async def _rights(self) -> set[str]:
        rules, _ = await self.own.my_rules(self.admin.namespace)
        return {need for need in ALL if granted(rules, right_of(need))}


def write_kubeconfig(file: Path, admins: Path, token: str, namespace: str) -> None:
    """The administrator's kubeconfig for somebody else."""
    config = yaml.safe_load(admins.read_text())
    config["users"] = [{"name": one["name"], "user": {"token": token}} for one in config["users"]]
    for one in config["contexts"]:
        one["context"]["namespace"] = namespace
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(config))


@asynccontextmanager
async def person_of(api: Api, admin: Cluster, kubeconfig: Path, file: Path) -> AsyncIterator[Person]:
    """Somebody with a token and no rights; `file` becomes their kubeconfig."""
    name, space = f"least-{api.namespace}", {"namespace": api.namespace}
    rbac = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", "name": name, **space}
    try:
        await admin.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, **space}})
        for scope, meta in (("", {"name": name, **space}), ("Cluster", {"name": name})):
            head = {"apiVersion": f"{rbac}/v1", "metadata": meta}
            role = {"apiGroup": rbac, "kind": f"{scope}Role", "name": name}
            await admin.create({**head, "kind": f"{scope}Role", "rules": []})
            await admin.create({**head, "kind": f"{scope}RoleBinding", "roleRef": role, "subjects": [subject]})
        request = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 3600},
        }
        answer = await api.ok("POST", api.path("serviceaccounts", name, "token"), request)
        write_kubeconfig(file, kubeconfig, answer["status"]["token"], api.namespace)
        async with await connect(kubeconfig=file) as own:
            yield Person(admin, own, name)
    finally:
        for kind in (CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES):
            await admin.delete(kind, name)


def registered(context: str, namespace: str) -> None:
    """Register a stack whose runs are given a secret by a Secret."""
    said("artifact-store", "register", "kept", "--path=s3://bucket/runs", "--secret", "key=env:WORD")
    place = (f"--kubernetes_context={context}", f"--kubernetes_namespace={namespace}")
    said("orchestrator", "register", "here", *place, "--pass_token_as_secret=true")
    said("stack", "register", "keyed", "-o", "here", "-a", "kept")


@pytest.mark.timeout(600)  # 34 commands, one after the other
async def test_each_feature_needs_just_what_the_table_says(
    api: Api, contract_kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, stacks = tmp_path / "kubeconfig", tmp_path / "stacks.yaml"
    for name, value in (("KUBECONFIG", own), ("K8STUI_STACKS", stacks), ("K8STUI_STACK", "none"), ("WORD", "hush")):
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quick.py").write_text(QUICK)
    wrong = {}
    async with (
        await connect(kubeconfig=contract_kubeconfig, namespace=api.namespace) as admin,
        person_of(api, admin, contract_kubeconfig, own) as person,
    ):
        meant = await _prepared(api, admin)
        await asyncio.to_thread(registered, person.own.context, api.namespace)
        app = build()

        async def told(line: str, rights: set[str], stack: str) -> tuple[int, str]:
            await person.may(rights)
            await ended(admin, meant["RUN"])
            words = [meant.get(word, word) for word in line.split()]
            done = await asyncio.to_thread(CliRunner().invoke, app, words, env={"K8STUI_STACK": stack})
            return done.exit_code, " ".join(done.output.split())

        for feature, lines in TRIED.items():
            stack = "keyed" if feature == "pass credentials" else "none"
            rights = {need for name in (feature, *BESIDES.get(feature, ("see runs",))) for need in NEEDS[name]}
            for line, right in lines:
                assert right in rights, (feature, right)
                code, sentence = await told(line, rights - {right}, stack)
                if bool(code) == (line in GO_ON) or not _is_named(sentence, right, api.namespace):
                    wrong[f"{line} without {right}"] = (code, sentence)
                code, sentence = await told(line, rights, stack)
                if code != 0:
                    wrong[line] = (code, sentence)
    assert wrong == {}, "\n".join(f"{line}: {told}" for line, told in wrong.items())
    assert set(TRIED) == set(NEEDS)


async def _prepared(api: Api, admin: Cluster) -> dict[str, str]:
    """What the lines are about."""
    await make_account(admin, api.namespace)
    spec = load("quick.py:quick").trace({"n": -1})
    run = (await submit(admin, spec, SubmitOptions(image=IMAGE, cache=False))).run
    never = ScheduleSpec(cron="0 0 29 2 *", suspend=True)
    schedule = await create_schedule(admin, spec, never, SubmitOptions(image=IMAGE, cache=False))
    await api.create("pods", pod("gone", "exit(3)"))
    await api.create("pods", pod("stays", SLEEP))
    await api.until("pods", "gone", phase("Failed"))
    await api.until("pods", "stays", running)
    return {"RUN": run, "SCHEDULE": schedule.name, "POD": "gone", "OTHER": "stays"}


def _is_named(sentence: str, right: str, namespace: str) -> bool:
    """Whether a sentence tells the verb, the kind, the place and who does what about it."""
    one = right_of(right)
    place = "whole cluster" if right in EVERYWHERE else f"namespace {namespace}"
    steps: Iterable[str] = (f"kubectl auth can-i {one.verb} {one.resource}", "k8stui doctor")
    return f"{one.verb} {one.resource}" in sentence and place in sentence and any(step in sentence for step in steps)
