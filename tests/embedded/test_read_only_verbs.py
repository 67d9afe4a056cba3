"""In read-only mode no verb of the command line brings a write to the API server: each of them is tried.

And in a protected place none that cannot be taken back does, before the place is named.
And none calls anything but the API server: no update checks, no telemetry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer
import yaml
from typer.testing import CliRunner

from k8stui.cluster import guardfiles
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CRONJOBS, PODS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.schedules.deleting import delete_schedule
from k8stui_tui.cli.app import build
from tests.cli import said as told
from tests.embedded.calls import Calls
from tests.embedded.command import QUICK
from tests.embedded.runs import ended, scheduled, start, step_is
from tests.embedded.writes import Writes

LOCAL = {
    "demo", "pipelines list", "pipelines show", "pipelines package", "schedule next", "stack", "orchestrator",
    "artifact-store", "container-registry", "image-builder", "service-connector", "config", "image build",
    "image push", "completion",
}  # fmt: skip
"""Verbs, or groups of them, that ask no cluster for anything; `stack verify` and connectors only look."""

LOOKS = {
    "logs": ["FAILED"], "why": ["FAILED"], "diagnose": [], "events": [], "doctor": [], "runs list": [],
    "runs show": ["FAILED"], "runs describe": ["FAILED"], "runs watch": ["FAILED"], "runs timeline": ["FAILED"],
    "runs graph": ["FAILED"], "runs compare": ["FAILED", "GOING"], "runs results": ["FAILED"], "runs usage": ["GOING"],
    "runs logs": ["FAILED"], "pods list": [], "pods describe": ["POD"], "pods yaml": ["POD"], "pods events": ["POD"],
    "pipelines schedule list": [], "schedule list": [], "schedule show": ["SCHEDULE"],
    "schedule describe": ["SCHEDULE"], "schedule why": ["SCHEDULE"], "schedule changes": ["SCHEDULE"],
    "schedule calendar": [], "schedule export": ["SCHEDULE"],
}  # fmt: skip
"""Verbs that only look, with what they are given."""

ACTS = {
    "run": ["FILE"], "init": [], "uninstall": ["--runs", "--schedules", "--yes"], "doctor --probe": [],
    "runs pause": ["GOING"], "runs resume": ["GOING"], "runs retry": ["FAILED"], "runs rerun": ["FAILED", "--yes"],
    "runs stop": ["GOING"], "runs stop --force": ["GOING"], "runs delete": ["FAILED"],
    "runs delete --force": ["GOING"], "runs prune": ["--older-than", "0s", "--keep", "0", "--yes"],
    "pods clean": ["status:running,failed", "--running", "--yes"], "pods delete": ["POD", "--yes"],
    "pods evict": ["POD", "--yes"], "pods edit": ["POD", "--yes"], "pods shell": ["POD", "true"],
    "pods forward": ["POD", "80"],
    "schedule create": ["FILE", "--cron", "0 0 29 2 *"], "schedule edit": ["SCHEDULE", "--cron", "0 1 29 2 *"],
    "schedule suspend": ["FIRING"], "schedule resume": ["SCHEDULE"], "schedule trigger": ["SCHEDULE"],
    "schedule backfill": ["SCHEDULE", "--from", "2024-02-28T00:00Z", "--to", "2024-03-01T00:00Z", "--yes"],
    "schedule delete": ["SCHEDULE", "--running=keep"],
    "image secret": [],
}  # fmt: skip
"""Verbs that change something, with what they are given."""

FREE = {
    "run", "init", "doctor --probe", "runs pause", "runs resume", "pods shell", "pods forward", "schedule create",
    "schedule edit", "schedule suspend", "schedule resume", "image secret",
}  # fmt: skip
"""Those that do not ask in a protected place: what they do can be taken back, or is new there."""

IDLE = {"schedule refresh": ["SCHEDULE"], "artifact-store prune": ["NAME"]}
"""Verbs that would change something, but find nothing to change here."""

ALONE = (
    ["--version"], ["--help"], ["pipelines", "list"], ["pipelines", "show", "quick.py"],
    ["pipelines", "package", "quick.py"], ["schedule", "next", "--cron", "0 9 * * *"], ["stack", "list"],
    ["config", "show"], ["service-connector", "list"],
)  # fmt: skip
"""Lines that ask nobody."""

LOGIN = ("--secret", "username=env:WORD", "--secret", "password=env:WORD")
STACK = (
    ("orchestrator", "register", "here", "--kubernetes_context=embedded"),
    ("container-registry", "register", "hub", "--uri=reg.example/team", "--pull_secret=cred", *LOGIN),
    ("stack", "register", "prod", "-o", "here", "-c", "hub"),
)
"""For the one verb that is about a stack."""


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Writes]:
    """Writes that persons bring to API servers of this process."""
    with Writes().recorded(monkeypatch) as recorded:
        yield recorded


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every verb of the command line, in full."""
    for name, below in getattr(command, "commands", {}).items():
        if not below.hidden:
            yield from leaves(below, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path)


def test_every_verb_is_known_here() -> None:
    known = {*LOOKS, *IDLE, *(" ".join(one.split()[: 1 if one.startswith("doctor") else 2]) for one in ACTS)}
    assert set(ACTS) >= FREE
    strange = {one for one in leaves(typer.main.get_command(build())) if one not in known}
    assert {one for one in strange if one not in LOCAL and one.split()[0] not in LOCAL} == set()


@pytest.mark.timeout(600)  # a hundred commands, one after the other
def test_no_verb_writes_in_read_only_mode(
    embedded_kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: Writes
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(embedded_kubeconfig))
    monkeypatch.setenv("K8STUI_READ_ONLY", "")  # so that it is as before when this ends
    monkeypatch.setenv("EDITOR", r"sed -i 's/^  labels:/&\n    walked: here/'")
    monkeypatch.setenv("K8STUI_STACKS", str(tmp_path / "stacks.yaml"))
    monkeypatch.setenv("WORD", "hunter2")
    (tmp_path / "quick.py").write_text(QUICK)

    async def prepare() -> dict[str, str]:
        async with await connect(kubeconfig=embedded_kubeconfig) as cluster:
            failed, going = await asyncio.gather(
                start(cluster, "quick", file=str(tmp_path / "quick.py"), n=-1),
                start(cluster, "waiting", flag=str(tmp_path / "never")),
            )
            schedule = await scheduled(cluster, "chain", length=1)
            firing = await scheduled(cluster, "chain", length=1)
            await cluster.patch(CRONJOBS, firing, {"spec": {"suspend": False}})
            await ended(cluster, failed)
            await step_is(cluster, going, "until_told", "running")
            pods = await cluster.list(PODS, labels=f"run={going},k8stui.io/step")
            pod = pods[0]["metadata"]["name"]
        made = {"FAILED": failed, "GOING": going, "SCHEDULE": schedule, "FIRING": firing}
        return {**made, "POD": pod, "FILE": "quick.py"}

    async def clear() -> None:
        async with await connect(kubeconfig=embedded_kubeconfig) as cluster:
            for run in (given["FAILED"], given["GOING"]):
                await delete_run(cluster, run, force=True)
            for schedule in (given["SCHEDULE"], given["FIRING"]):
                await delete_schedule(cluster, schedule)

    for registered in STACK:
        told(*registered)
    given = asyncio.run(prepare())
    assert writes.seen, "the recorder hears nothing"
    writes.seen.clear()
    app, runner = build(), CliRunner()
    said = {}
    with pytest.MonkeyPatch.context() as patch, Calls().recorded(patch) as calls:
        for line in ALONE:
            done = runner.invoke(app, line)
            assert done.exit_code == 0, (line, done.output)
        assert calls.seen == set()
        for verb, words in {**LOOKS, **IDLE, **ACTS}.items():
            line = ["--read-only", *verb.split(), *(given.get(word, word) for word in words)]
            stack = {"K8STUI_STACK": "prod" if verb == "image secret" else "none"}
            said[verb] = runner.invoke(app, line, env=stack).output
            assert writes.seen == [], line
    server = urlsplit(yaml.safe_load(embedded_kubeconfig.read_text())["clusters"][0]["cluster"]["server"])
    assert calls.seen == {(server.hostname, server.port)}
    monkeypatch.setenv("K8STUI_READ_ONLY", "")
    monkeypatch.delenv("K8STUI_CONFIRM", raising=False)
    monkeypatch.setattr(guardfiles, "SYSTEM_FILE", tmp_path / "host.toml")
    (tmp_path / "host.toml").write_text('[protected]\nnamespaces = ["def*"]\n')
    asked = {}
    for verb in set(ACTS) - FREE:
        line = [*verb.split(), *(given.get(word, word) for word in ACTS[verb])]
        asked[verb] = runner.invoke(app, line, env={"K8STUI_STACK": "none"}).output.replace("\n", " ")
        assert writes.seen == [], line
    (tmp_path / "host.toml").unlink()
    asyncio.run(clear())
    assert writes.seen, "the recorder hears nothing any more"
    # Each came as far as the door: none was refused for another reason.
    assert {verb: said[verb] for verb in ACTS if "Read-only mode" not in said[verb]} == {}
    assert {verb: said[verb] for verb in LOOKS if "Read-only mode" in said[verb]} == {}
    named = "its name has to be given: K8STUI_CONFIRM=default"
    held = asked.pop("uninstall")
    assert "Nothing was deleted." in held, "whatever is named: a run goes on"
    assert {verb: text for verb, text in asked.items() if named not in text} == {}
