"""What was done, as commands of kubectl."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.commands import Command, CommandLog, command_log
from k8stui.cluster.connect import context_login
from k8stui.cluster.requests import Requests
from k8stui.cluster.resources import CRONJOBS, NAMESPACES, PODS, SECRETS
from k8stui.cluster.subject import Where
from k8stui.model.errors import ForbiddenError, InvalidInputError
from k8stui.model.variables import LOG_COMMANDS_VARIABLE
from tests.unit.cluster.fakes import ScriptedTransport, answer, refusal, scripted

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
START = "kubectl --context test -n ns "


async def done(act: Any) -> str:
    """The command of something that is done on a cluster."""
    cluster, _, _ = scripted(answer(200), answer(200))
    commands = CommandLog()
    cluster.record(commands)
    await act(cluster)
    return commands.commands[0].line if commands.commands else ""


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (lambda c: c.delete(PODS, "a"), "delete pods a --wait=false"),
        (lambda c: c.delete(PODS, "a", grace_seconds=0), "delete pods a --grace-period=0 --force --wait=false"),
        (lambda c: c.delete(PODS, "a", grace_seconds=5, uid="u"), "delete pods a --grace-period=5 --wait=false"),
        (
            lambda c: c.delete(CRONJOBS, "a", propagation="Orphan"),
            "delete cronjobs.batch a --cascade=orphan --wait=false",
        ),
        (
            lambda c: c.patch(CRONJOBS, "a", {"spec": {"suspend": True}}),
            """patch cronjobs.batch a --type=merge -p '{"spec": {"suspend": true}}'""",
        ),
        (lambda c: c.create(POD), 'create -f - <<\'EOF\'\n{"apiVersion": "v1"'),
        (lambda c: c.replace(POD), "replace -f - <<'EOF'\n"),
        (lambda c: c.evict("a"), "create --raw /api/v1/namespaces/ns/pods/a/eviction -f - <<'EOF'\n"),
    ],
)
async def test_each_write_is_a_command(act: Any, line: str) -> None:
    assert (await done(act)).startswith(START + line)


async def test_an_object_of_the_whole_cluster_names_no_namespace() -> None:
    assert await done(lambda c: c.delete(NAMESPACES, "x")) == "kubectl --context test delete namespaces x --wait=false"


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (
            Where("", "https://eks:443", "eu"),
            "# By the service connector eu.\nkubectl --server=https://eks:443 -n ns delete pods a --wait=false",
        ),
        (
            Where("prod", "https://prod:6443", "eu", "/a"),
            "# By the service connector eu.\nkubectl --kubeconfig /a --context prod -n ns delete pods a --wait=false",
        ),
        (Where("", "https://10.0.0.1:443"), "kubectl --server=https://10.0.0.1:443 -n ns delete pods a --wait=false"),
    ],
)
async def test_a_command_that_is_pasted_acts_on_no_other_cluster(where: Where, line: str) -> None:
    transport = ScriptedTransport(answer(200))
    transport.where = where
    cluster, commands = Cluster(Requests(transport), namespace="ns"), CommandLog()
    cluster.record(commands)
    await cluster.delete(PODS, "a")
    assert commands.commands[0].line == line


async def test_a_kubeconfig_that_is_named_is_named_in_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "my config"
    file.write_text(
        "current-context: prod\n"
        "contexts: [{name: prod, context: {cluster: prod, user: me}}]\n"
        "clusters: [{name: prod, cluster: {server: 'https://127.0.0.1:1'}}]\n"
        "users: [{name: me, user: {token: t}}]\n"
    )
    endpoint = context_login(file, None).endpoint
    where = Where(endpoint.context, endpoint.server, endpoint.connector, endpoint.kubeconfig)
    assert where.check == f"kubectl --kubeconfig '{file}' --context prod version"
    transport = ScriptedTransport(answer(200))
    transport.where = where
    cluster, commands = Cluster(Requests(transport), namespace="ns"), CommandLog()
    cluster.record(commands)
    await cluster.delete(PODS, "a")
    assert commands.commands[0].line == f"kubectl --kubeconfig '{file}' --context prod -n ns delete pods a --wait=false"
    monkeypatch.setenv("KUBECONFIG", str(file))
    assert context_login(None, None).endpoint.kubeconfig == ""


async def test_reads_and_dry_runs_are_no_commands() -> None:
    assert await done(lambda c: c.delete(PODS, "a", dry_run=True)) == ""
    assert await done(lambda c: c.get(PODS, "a")) == ""


async def test_a_command_in_a_container_is_one_and_its_words_stay_whole() -> None:
    cluster, _, _ = scripted(answer(403, refusal(403, "Forbidden", "no")))
    commands = CommandLog()
    cluster.record(commands)
    with pytest.raises(ForbiddenError):
        async with cluster.exec("a", ["sh", "-c", "echo it's"], container="main", stdin=True, tty=True):
            pass
    (one,) = commands.commands
    assert shlex.split(one.line)[5:] == ["exec", "-it", "a", "-c", "main", "--", "sh", "-c", "echo it's"]
    assert "no" in one.error


async def test_no_value_of_a_secret_or_of_the_environment_stands_there() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": "hunter2"}}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "j"},
        "spec": {"template": {"spec": {"containers": [{"env": [{"name": "TOKEN", "value": "hunter2"}]}]}}},
    }
    acts: list[Any] = [
        lambda c: c.create(secret),
        lambda c: c.create(job),
        lambda c: c.patch(SECRETS, "s", {"stringData": {"password": "hunter2"}}),
    ]
    for act in acts:
        line = await done(act)
        assert "hunter2" not in line
        assert line.startswith("# Values are left out")


async def test_a_long_manifest_is_left_out() -> None:
    pod = {**POD, "spec": {"nodeName": "x" * 20_000}}
    assert (await done(lambda c: c.create(pod))).endswith(START + "create -f FILE")


async def test_what_is_refused_in_read_only_mode_was_no_command() -> None:
    cluster, _, _ = scripted(read_only=True)
    commands = CommandLog()
    cluster.record(commands)
    with pytest.raises(ForbiddenError):
        await cluster.delete(PODS, "a")
    assert commands.commands == ()


def test_what_was_refused_is_a_comment_in_the_script() -> None:
    assert Command(0.0, "kubectl delete pods a", "").text().splitlines()[1] == "kubectl delete pods a"
    refused = Command(0.0, "kubectl create -f - <<'EOF'\n{}\nEOF", "You may\nnot.").text()
    assert all(line.startswith("# ") for line in refused.splitlines())
    assert "not done: You may not." in refused


def test_the_newest_stands_first() -> None:
    commands = CommandLog()
    commands.add("first")
    commands.add("second")
    assert commands.text().index("second") < commands.text().index("first")


def test_a_file_of_the_owner_takes_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "commands"
    monkeypatch.setenv(LOG_COMMANDS_VARIABLE, str(path))
    command_log().add("kubectl get pods")
    command_log().add("kubectl get jobs")
    assert path.read_text().splitlines()[1::2] == ["kubectl get pods", "kubectl get jobs"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setenv(LOG_COMMANDS_VARIABLE, str(tmp_path / "no" / "such"))
    with pytest.raises(InvalidInputError, match=r"--log-commands .* cannot be written: No such file"):
        command_log()
