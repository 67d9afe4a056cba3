"""Kubeconfigs are read as kubectl reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.cluster.connect import connect
from k8stui.cluster.kubeconfig import Kubeconfig, read_kubeconfig
from k8stui.cluster.tls import endpoint_of
from k8stui.model.errors import NotFoundError, UnreachableError


def config(name: str, cluster: dict[str, Any] | None = None, *, current: bool = True) -> dict[str, Any]:
    return {
        "current-context": name if current else "",
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": f"{name}-ns"}}],
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}:6443/", **(cluster or {})}}],
        "users": [{"name": name, "user": {"token": f"{name}-token"}}],
    }


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return path


def read(*paths: Path) -> Kubeconfig:
    found = read_kubeconfig(environ={"KUBECONFIG": os.pathsep.join(map(str, paths))})
    assert found is not None
    return found


def test_a_list_of_files_is_merged_and_the_first_wins(tmp_path: Path) -> None:
    first = config("one")
    first["contexts"].append({"name": "mixed", "context": {"cluster": "two", "user": "one"}})
    second = config("two") | {"users": [{"name": "one", "user": {"token": "loses"}}]}
    merged = read(write(tmp_path / "a", first), tmp_path / "missing", write(tmp_path / "b", second))
    assert merged.current_context == "one"
    mixed = merged.access("mixed")
    assert (mixed.cluster.value["server"], mixed.user.value["token"], mixed.namespace) == (
        "https://two:6443/",
        "one-token",
        "",
    )


def test_paths_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "ca.pem", "CA")
    found = read(write(tmp_path / "deep" / "kc", config("one", {"certificate-authority": "ca.pem"})))
    assert endpoint_of(found.access(), environ={}).authority == b"CA"


def test_a_context_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no context 'three'") as caught:
        read(write(tmp_path / "a", config("one")), write(tmp_path / "b", config("two"))).access("three")
    assert caught.value.hint == "Contexts there: one, two."


def test_no_current_context_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="no current context"):
        read(write(tmp_path / "a", config("one", current=False))).access()


def test_a_context_with_a_missing_user_says_which(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="names the user 'one', which is not in"):
        read(write(tmp_path / "a", config("one") | {"users": []})).access()


def test_a_broken_file_is_named_without_its_secrets(tmp_path: Path) -> None:
    path = write(tmp_path / "a", 'users:\n- token: "s3cret\n  x: : y')
    with pytest.raises(UnreachableError, match="not valid YAML, line") as caught:
        read(path)
    assert "s3cret" not in str(caught.value)


def test_an_absent_file_that_was_asked_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="no kubeconfig at"):
        read_kubeconfig(tmp_path / "nope")


async def test_no_kubeconfig_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nope"))
    with pytest.raises(UnreachableError, match="No kubeconfig found") as caught:
        await connect()
    assert "k8stui demo" in caught.value.hint


async def test_the_namespace_is_the_argument_then_the_contexts_then_default(tmp_path: Path) -> None:
    path = write(tmp_path / "a", config("one"))
    bare = config("one")
    del bare["contexts"][0]["context"]["namespace"]
    async with await connect(kubeconfig=path, namespace="mine") as cluster:
        assert (cluster.namespace, cluster.context, cluster.server) == ("mine", "one", "https://one:6443")
    async with await connect(kubeconfig=path) as cluster:
        assert cluster.namespace == "one-ns"
    async with await connect(kubeconfig=write(tmp_path / "b", bare)) as cluster:
        assert cluster.namespace == "default"


async def test_outside_of_a_pod_there_is_no_service_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(UnreachableError, match="does not run in a pod"):
        await connect(in_cluster=True)


@pytest.mark.parametrize(
    ("server", "environ", "proxy"),
    [
        ("https://10.0.0.1", {"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ("https://10.0.0.1", {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "10.0.0.0/8"}, ""),
        ("https://k8s.corp", {"https_proxy": "http://proxy:3128", "no_proxy": ".corp"}, ""),
        ("https://127.0.0.1:6443", {"HTTPS_PROXY": "http://proxy:3128"}, ""),
        ("https://localhost:6443", {"HTTPS_PROXY": "http://proxy:3128"}, ""),
    ],
)
def test_proxies_of_the_environment(tmp_path: Path, server: str, environ: dict[str, str], proxy: str) -> None:
    access = read(write(tmp_path / "a", config("one", {"server": server}))).access()
    assert endpoint_of(access, environ=environ).proxy == proxy


def test_the_proxy_of_the_kubeconfig_comes_first(tmp_path: Path) -> None:
    access = read(write(tmp_path / "a", config("one", {"proxy-url": "http://own:1"}))).access()
    assert endpoint_of(access, environ={"HTTPS_PROXY": "http://proxy:3128"}).proxy == "http://own:1"


def test_a_socks_proxy_is_refused_by_name(tmp_path: Path) -> None:
    access = read(write(tmp_path / "a", config("one", {"proxy-url": "socks5://own:1"}))).access()
    with pytest.raises(UnreachableError, match="socks5://own:1"):
        endpoint_of(access, environ={})


async def test_a_pods_service_account_is_used_when_there_is_no_kubeconfig(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "token", "t")
    write(tmp_path / "namespace", "team\n")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nope"))
    monkeypatch.setenv("K8STUI_SERVICEACCOUNT_DIR", str(tmp_path))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "6443")
    async with await connect() as cluster:
        assert (cluster.server, cluster.namespace, cluster.context) == ("https://[fd00::1]:6443", "team", "")
