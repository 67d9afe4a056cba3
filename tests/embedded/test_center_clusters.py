"""Switching context and namespace in the control center, against the embedded cluster."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml
from textual.app import App

from k8stui.cluster.connect import connect
from k8stui.embedded import EmbeddedCluster
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.stacks import Orchestrator, Stack, StackDocument
from k8stui.stacks.document import StackFile
from tests.embedded.center import center
from tests.embedded.pods import SLEEP, made, manifest
from tests.embedded.readers import reader_of


def more_contexts(original: Path, folder: Path) -> Path:
    """A kubeconfig with the embedded cluster twice, in two namespaces, and one that nobody answers for."""
    content = yaml.safe_load(original.read_text())
    name = content["current-context"]
    content["clusters"].append({"name": "gone", "cluster": {"server": "https://127.0.0.1:9"}})
    content["contexts"] += [
        {"name": "system", "context": {"cluster": name, "user": name, "namespace": "kube-system"}},
        {"name": "gone", "context": {"cluster": "gone", "user": name}},
    ]
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(content))
    file.chmod(0o600)
    return file


async def test_a_context_is_looked_at_before_one_goes_there_and_one_that_fails_changes_nothing(
    embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    kubeconfig = more_contexts(embedded.kubeconfig, tmp_path)
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, manifest("busy", SLEEP), status="running")
        async with center(embedded, kubeconfig=kubeconfig, contexts=True, read_only=True) as (pilot, until):
            await pilot.press("2")
            await until("busy")
            await pilot.press("space", "5")
            await until("CONTEXTS   3", "reachable", "kubernetes-admin", "yes  delete pods", "kube-system")
            await pilot.press("j", "enter")
            await until("Error")
            await until("not reachable", "embedded · default", "live")
            await pilot.press("colon", *"context sys", "tab", "enter")
            await until("Looking at context system.")
            await until("system · kube-system", "live", "READ-ONLY")
            await pilot.press("2")
            await until("There are no pods in namespace kube-system yet.", gone="marked")


async def test_a_stack_is_gone_to_verified_and_edited(
    embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kubeconfig = more_contexts(embedded.kubeconfig, tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    file = StackFile(tmp_path / "stacks.yaml")
    configs = {"here": ("system", "kube-system"), "there": ("gone", "ml")}
    file.change(
        lambda _: StackDocument(
            active="lost",
            stacks={"dev": Stack(orchestrator="here"), "lost": Stack(orchestrator="there")},
            orchestrators={
                name: Orchestrator(
                    config=KubernetesOrchestratorConfig(kubernetes_context=context, kubernetes_namespace=namespace)
                )
                for name, (context, namespace) in configs.items()
            },
        )
    )
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/kubernetes_namespace: kube-system/kubernetes_namespace: kube-public/' $1\n")
    editor.chmod(0o700)
    monkeypatch.setenv("KUBE_EDITOR", str(editor))
    monkeypatch.setattr(App, "suspend", lambda _: nullcontext())
    async with center(embedded, kubeconfig=kubeconfig, contexts=True, stacks=file.path) as (pilot, until):
        await pilot.press("5")
        await until("STACKS   2", "active", "context gone, namespace ml", "v verifies it.")
        await pilot.press("enter")
        await until("Stack dev is active, here and for verbs and scripts.")
        await until("stack dev", "system · kube-system", "live")
        assert file.read().active == "dev"
        await pilot.press("v")
        await until("Namespace kube-system is there")
        await pilot.press("ctrl+e")
        await until("Stack dev was changed.")
        await until("context system, namespace kube-public")
        await pilot.press("j", "v")
        await until("problem  cluster")
        await pilot.press("enter")
        await until("Error")
        await until("stack dev", "live")
        assert file.read().active == "dev"
        # A context is another place, where no stack is used.
        await pilot.press("colon", *"context embedded", "enter")
        await until("embedded · default", "live", gone="stack dev   ")


async def test_a_namespace_is_chosen_from_a_list(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, manifest("busy", SLEEP), status="running")
        async with center(embedded) as (pilot, until):
            await pilot.press("colon", *"ns", "enter")
            await until("NAMESPACES", "all namespaces", "kube-system")
            await pilot.press("slash", *"system", "enter")
            await until("1 of 4")
            await pilot.press("enter")
            await until("embedded · kube-system")
            await pilot.press("escape")
            await until("kube-public")
            await pilot.press("g", "enter")
            await until("all namespaces", "Looking at all namespaces.")
            await pilot.press("2")
            await until("busy")


async def test_who_may_not_list_namespaces_is_told_to_type_one(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        kubeconfig = await reader_of(cluster, embedded, "reader", "configmaps", "jobs")
    async with center(embedded, kubeconfig=kubeconfig) as (pilot, until):
        await pilot.press("5")
        await until("Not allowed to list namespaces.", ":ns NAME")
