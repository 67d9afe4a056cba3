"""What may leave for a cluster, and who says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from pathlib import Path
from typing import TypeAlias

import pytest

from k8stui.cluster import guardfiles
from k8stui.cluster.client import Cluster
from k8stui.cluster.guard import UNLIMITED, Guard, LimitedError, Source, changes, namespace_of
from k8stui.cluster.request import Request
from k8stui.cluster.resources import CLUSTER_ROLE_BINDINGS, NAMESPACES, NODES, PODS, SECRETS
from k8stui.cluster.subject import What, Where
from k8stui.control.code import store as codestore
from k8stui.model.configfile import SETTINGS
from k8stui.model.errors import InvalidInputError
from k8stui.model.guards import Limits, Protected
from k8stui.model.pipeline import CodePackage
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui_tui.cli.center import limit
from k8stui_tui.config.model import Config
from k8stui_tui.config.writing import commented
from tests.unit.cluster.fakes import answer, scripted

CONFIGMAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
BINDING = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "a"}}

Asks: TypeAlias = tuple[Callable[[Cluster], Awaitable[object]], ...]


def pinned(*lists: tuple[str, ...]) -> Guard:
    return Guard([Source(Limits(namespaces=one), f"list {number}", "") for number, one in enumerate(lists, start=1)])


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The files of the host and of the person."""
    for variable in ("K8STUI_READ_ONLY", "K8STUI_ONLY_NAMESPACES"):
        monkeypatch.delenv(variable, raising=False)
    system, own = tmp_path / "system.toml", tmp_path / "own.toml"
    monkeypatch.setattr(guardfiles, "SYSTEM_FILE", system)
    monkeypatch.setenv("K8STUI_CONFIG", str(own))
    own.touch()
    return system, own


async def test_pinned_namespaces_are_all_that_is_asked_for() -> None:
    cluster, transport, _ = scripted(*[answer(200)] * 20, guard=pinned(("ns", "team-*")))
    outside: Asks = (
        lambda c: c.get(PODS, "a", namespace="other"),
        lambda c: c.list(PODS, all_namespaces=True),
        lambda c: c.create(CONFIGMAP, namespace="team"),
        lambda c: c.create(CONFIGMAP, namespace="other", dry_run=True),
        lambda c: c.delete(SECRETS, "a", namespace="../kube-system"),
        lambda c: c.get(NAMESPACES, "other"),
        lambda c: c.create(BINDING),
        lambda c: c.delete(CLUSTER_ROLE_BINDINGS, "a"),
    )
    for ask in outside:
        with pytest.raises(LimitedError, match=r"Only namespaces ns, team-\* \(list 1\): will not "):
            await ask(cluster)
    with pytest.raises(LimitedError, match="will not get the log of Pod a in namespace other"):
        await anext(cluster.logs("a", namespace="other"))
    with pytest.raises(LimitedError, match="will not watch pods of the whole cluster"):
        await anext(cluster.watch(PODS, all_namespaces=True, resource_version="1"))
    with pytest.raises(LimitedError, match="run a command in Pod a in namespace other"):
        async with cluster.exec("a", ["sh"], namespace="other"):
            pass
    assert transport.calls == []
    inside: Asks = (
        lambda c: c.get(PODS, "a"),
        lambda c: c.create(CONFIGMAP, namespace="team-b"),
        lambda c: c.get(NAMESPACES, "ns"),
        lambda c: c.get(NODES, "n"),
        lambda c: c.can_i("get", PODS, namespace="other"),
        Cluster.version,
        Cluster.whoami,
    )
    for ask in inside:
        await ask(cluster)
    assert len(transport.calls) == len(inside)


async def test_reaching_into_a_pod_counts_as_a_write() -> None:
    cluster, transport, _ = scripted(read_only=True)
    with pytest.raises(LimitedError, match="run a command in Pod a"):
        async with cluster.exec("a", ["sh"]):
            pass
    with pytest.raises(LimitedError, match="forward a port of Pod a"):
        async with cluster.port("a", 80):
            pass
    assert transport.calls == []


def test_the_strictest_of_several_lists_wins() -> None:
    both = pinned(("ml", "team-*"), ("ml", "team-a", "web"))
    assert [name for name in ("ml", "team-a", "team-b", "web") if both.allows(name)] == ["ml", "team-a"]
    assert both.only_namespace == ""
    assert pinned(("ml", "web"), ("ml", "team-*")).only_namespace == "ml"
    assert pinned(("ml", "team-*")).only_namespace == ""
    assert UNLIMITED.allows("anything")


@pytest.mark.parametrize(
    ("path", "namespace"),
    [
        ("/api/v1/namespaces/ml/pods", "ml"),
        ("/apis/batch/v1/namespaces/ml/jobs/a", "ml"),
        ("/api/v1/namespaces/ml", "ml"),
        ("/api/v1/namespaces/a%2Fb/pods", "a/b"),
        ("/api/v1/namespaces", ""),
        ("/api/v1/pods", ""),
        ("/apis/batch/v1/jobs", ""),
        ("/version", ""),
    ],
)
def test_the_namespace_is_read_from_the_path_that_goes_out(path: str, namespace: str) -> None:
    assert namespace_of(path) == namespace


def test_nothing_of_a_user_lifts_what_the_host_says(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    system, own = places
    assert not guardfiles.guard().read_only
    system.write_text('[limits]\nread_only = true\nnamespaces = ["ml"]\n')
    own.write_text('[limits]\nread_only = false\nnamespaces = ["ml", "web"]\n[keys.runs]\n')
    monkeypatch.setenv("K8STUI_READ_ONLY", "0")
    monkeypatch.setenv("K8STUI_ONLY_NAMESPACES", "*")
    held = guardfiles.guard(read_only=False)
    assert held.read_only == str(system)
    assert (held.allows("ml"), held.allows("web"), held.only_namespace) == (True, False, "ml")
    monkeypatch.setenv("K8STUI_CONFIG", "/dev/null")
    assert guardfiles.guard().read_only == str(system)


def test_a_persons_file_and_the_environment_limit_too(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, own = places
    own.write_text("[limits]\nread_only = true\n")
    assert guardfiles.guard().read_only == str(own)
    own.write_text("")
    monkeypatch.setenv("K8STUI_READ_ONLY", "yes")
    monkeypatch.setenv("K8STUI_ONLY_NAMESPACES", "a, b;b,c")
    held = guardfiles.guard()
    assert held.read_only == "--read-only or K8STUI_READ_ONLY"
    assert [name for name in "abc" if held.allows(name)] == ["b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[limit]\nread_only = true", "there is no table 'limit'"),
        ("[Limits]\nread_only = true", "there is no table 'Limits'"),
        ("[limits.prod]\nread_only = true", "there is no setting limits.prod"),
        ("[[limits]]\nread_only = true", "limits should be a table"),
        ("read_only = true", "there is no setting 'read_only'"),
        ("[limits]\nreadonly = true", "there is no setting limits.readonly"),
        ('[limits]\nread_only = "yes"', "limits.read_only is 'yes', and should be true or false"),
        ('[limits]\nnamespaces = "ml"', "limits.namespaces is 'ml', and should be a list"),
        ("limits = 1", "limits should be a table"),
        ("[limits", "is not TOML"),
        ("\xff", "it is not UTF-8"),
    ],
)
def test_a_file_of_the_host_that_cannot_be_understood_lets_nothing_through(
    places: tuple[Path, Path], text: str, said: str
) -> None:
    places[0].write_bytes(text.encode("latin-1"))
    with pytest.raises(InvalidInputError, match=said):
        guardfiles.guard()


@pytest.mark.parametrize(
    ("text", "said", "meant"),
    [
        ("[protcted]\nnamespaces = ['prod']", "there is no table 'protcted'", "Did you mean protected?"),
        ("[limit]\nread_only = true", "there is no table 'limit'", "Did you mean limits?"),
        ("[Audit]\nrequired = true", "there is no table 'Audit'", "Did you mean audit?"),
        ("[limits]\nnamespace = ['ml']", "there is no setting limits.namespace", "Did you mean namespaces?"),
        ("[x]", "there is no table 'x'", "Known: theme, screen, copy, "),
    ],
)
def test_what_is_misspelt_in_a_persons_file_is_told_to_verbs_too(
    places: tuple[Path, Path], text: str, said: str, meant: str
) -> None:
    places[1].write_text(text)
    with pytest.raises(InvalidInputError, match=said) as refused:
        guardfiles.guard()
    assert refused.value.hint.startswith(meant)


def test_verbs_and_screens_know_the_same_settings(places: tuple[Path, Path]) -> None:
    assert {one.name for one in fields(Config)} == set(SETTINGS)
    places[1].write_text(f'theme = "ansi"\n{commented()}\n[keys.runs]\nwhy = ["f2"]\n')
    assert not guardfiles.guard().read_only


def test_a_file_that_is_named_or_linked_to_and_is_not_there_lets_nothing_through(places: tuple[Path, Path]) -> None:
    system, own = places
    own.unlink()
    with pytest.raises(InvalidInputError, match=f"K8STUI_CONFIG names {own}, and there is no such file"):
        guardfiles.guard()
    own.touch()
    system.symlink_to(system.parent / "a share that is not mounted")
    with pytest.raises(InvalidInputError, match=f"{system} cannot be read: No such file or directory"):
        guardfiles.guard()


def test_a_variable_that_cannot_be_understood_lets_nothing_through(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8STUI_READ_ONLY", "perhaps")
    with pytest.raises(InvalidInputError, match="K8STUI_READ_ONLY is 'perhaps'"):
        guardfiles.guard()
    monkeypatch.setenv("K8STUI_READ_ONLY", "")
    monkeypatch.setenv("K8STUI_ONLY_NAMESPACES", "ml; ,")
    with pytest.raises(InvalidInputError, match="K8STUI_ONLY_NAMESPACES is 'ml; ,'"):
        guardfiles.guard()
    with pytest.raises(InvalidInputError, match="--only-namespaces names none"):
        limit(read_only=False, only_namespaces="")


@pytest.mark.parametrize(
    ("where", "namespaces", "place"),
    [
        (Where("prod-eu", "https://a"), ["ml"], "prod-eu"),
        (Where("mine", "https://10.0.0.1:6443"), ["ml"], "mine"),  # whatever a user calls the context
        (Where("", "https://b", connector="eks-prod"), ["ml"], "eks-prod"),
        (Where("dev", "https://b"), ["ml", "prod-a"], "prod-a"),
        (Where("dev", "https://b"), ["prod-b", "ml", "prod-a"], "prod-a,prod-b"),  # one does not stand for the other
        (Where("prod-eu", "https://a"), ["prod-a"], "prod-eu"),  # which another cluster may have, too
        (Where("dev", "https://b"), ["ml"], ""),
    ],
)
def test_a_place_is_protected_by_context_server_connector_or_namespace(
    where: Where, namespaces: list[str], place: str
) -> None:
    here = Protected(contexts=("prod-*", "https://10.0.0.1:*", "eks-prod"))
    there = Protected(namespaces=("prod-*",))
    both = Guard([Source(Limits(), name, "", protected=one) for name, one in (("a", here), ("b", there))])
    assert both.protected(where, namespaces) == place


@pytest.mark.parametrize(
    ("method", "path", "query", "changed"),
    [
        ("GET", "/api/v1/namespaces/ml/pods/a/exec", {}, True),
        ("POST", "/api/v1/namespaces/ml/pods/a/exec", {"dryRun": "All"}, True),
        ("GET", "/api/v1/namespaces/ml/services/a/proxy/admin/delete", {}, True),
        ("GET", "/api/v1/nodes/n/proxy/run", {}, True),
        ("GET", "/api/v1/namespaces/ml/pods/exec", {}, False),  # a pod of that name
        ("GET", "/api/v1/namespaces/proxy", {}, False),
        ("GET", "/api/v1/namespaces/proxy/pods/a/log", {}, False),
        ("GET", "/apis/batch/v1/namespaces/ml/jobs/attach", {}, False),
        ("POST", "/api/v1/namespaces/ml/pods/a/eviction", {"dryRun": "All"}, False),
        ("POST", "/api/v1/namespaces/ml/pods/a/eviction", {}, True),
        ("PUT", "/api/v1/namespaces/ml/pods/a", {}, True),
        ("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, False),
        ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {}, True),
    ],
)
def test_what_changes_something_is_read_from_method_and_path(
    method: str, path: str, query: dict[str, str], changed: bool
) -> None:
    assert changes(Request(What("get"), method, path, query)) is changed


async def test_read_only_mode_sends_nothing_to_an_artifact_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codestore, "missing_package", lambda _: "")
    held, _, _ = scripted(read_only=True)
    with pytest.raises(LimitedError, match=r"Read-only mode \(--read-only\): will not send code to s3://bucket"):
        await codestore.keep_code(
            CodePackage(b"x" * 900 * 1024, "0" * 64, 1), ArtifactStoreConfig(path="s3://bucket"), {}, cluster=held
        )
    UNLIMITED.admit_elsewhere("send code")
