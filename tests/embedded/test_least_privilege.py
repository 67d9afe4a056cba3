"""Each feature works with exactly the rights that the doctor's table gives it; without one, a sentence names it.

By tokens of service accounts and the RBAC of a real API server's semantics (`k8stui.embedded.rbac`).
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import ROLES
from k8stui.control.access import make_account
from k8stui.control.doctor.features import FEATURES, rules_of
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.cli.app import build
from tests.embedded.command import QUICK
from tests.embedded.readers import person_of
from tests.embedded.runs import ended, scheduled, start
from tests.embedded.test_cleanup import SLEEP, made, manifest

NEEDS = {one.name: one.needs for one in FEATURES}

TRIED: dict[str, tuple[tuple[str, str], ...]] = {
    "see runs": (
        ("runs list", "list configmaps"), ("runs show RUN", "get configmaps"), ("logs RUN", "get pods/log"),
    ),
    "submit runs": (("run quick.py --no-synchronous", "create jobs.batch"),),
    "steer runs": (("runs retry RUN", "patch configmaps"),),
    "see schedules": (("schedule list", "list cronjobs.batch"), ("schedule show SCHEDULE", "get cronjobs.batch")),
    "change schedules": (
        ("schedule resume SCHEDULE", "patch cronjobs.batch"), ("schedule trigger SCHEDULE", "create jobs.batch"),
        ("schedule delete SCHEDULE --running=keep", "delete cronjobs.batch"),
    ),
    "clean up pods": (("pods delete POD --yes", "delete pods"),),
    "reach into pods": (("pods shell OTHER -- true", "get pods/exec"),),
    "explain": (("events", "list events"),),
    "delete runs": (("runs delete RUN", "delete jobs.batch"),),
}  # fmt: skip
"""Lines that each feature is tried by, each with a right that it does not do without."""

BESIDES = {"change schedules": ("see runs", "see schedules")}
"""What a feature is used with, besides seeing runs."""


async def test_each_feature_needs_just_what_the_table_says(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quick.py").write_text(QUICK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("K8STUI_STACK", "none")
    monkeypatch.setenv("K8STUI_KUBECONFIG", "")  # which --kubeconfig sets: so that it is as before when this ends
    await make_account(cluster, "default")
    run = await start(cluster, "quick", file=str(tmp_path / "quick.py"), n=-1)
    schedule = await scheduled(cluster, "chain", length=1)
    await made(cluster, manifest("gone", "exit(3)"), status="failed")
    await made(cluster, manifest("stays", SLEEP), status="running")
    await ended(cluster, run)
    meant = {"RUN": run, "SCHEDULE": schedule, "POD": "gone", "OTHER": "stays"}
    kubeconfig = await person_of(cluster, embedded, "somebody", [])
    app = build()

    async def said(line: str, rights: set[str]) -> tuple[int, str]:
        rules: Any = rules_of(sorted(rights))
        await cluster.patch(ROLES, "somebody", {"rules": rules})
        words = [meant.get(word, word) for word in line.split()]
        done = await asyncio.to_thread(CliRunner().invoke, app, ["--kubeconfig", str(kubeconfig), *words])
        return done.exit_code, done.output.replace("\n", " ")

    wrong = {}
    for feature, lines in TRIED.items():
        others = BESIDES.get(feature, ("see runs",))
        rights = {need for name in (feature, *others) for need in NEEDS[name]}
        for line, right in lines:
            assert right in rights, (feature, right)
            code, told = await said(line, rights - {right})
            verb, _, noun = right.partition(" ")
            if not code or verb not in told or noun.split(".")[0].split("/")[0] not in told:
                wrong[f"{line} without {right}"] = (code, told)
            code, told = await said(line, rights)
            if code != 0:
                wrong[line] = (code, told)
    assert wrong == {}, "\n".join(f"{line}: {told}" for line, told in wrong.items())
    assert set(TRIED) | {"pass credentials", "see nodes"} == set(NEEDS)
