"""The screen of clusters: its states as pictures, and what is completed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml

from k8stui.control.clusters import stackcheck
from k8stui.control.clusters.contexts import ContextFacts
from k8stui.control.doctor.finding import Finding, Level
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import ForbiddenError, UnreachableError
from k8stui.model.stacks import ArtifactStore, ArtifactStoreConfig, Orchestrator, ServiceConnector, Stack, StackDocument
from k8stui.stacks.active import ActiveStack
from k8stui.stacks.document import StackFile
from k8stui_tui.actions.needs import EVERY
from k8stui_tui.place import Connector, Elsewhere, Place
from k8stui_tui.reach import at_hand, nodes_at_hand
from k8stui_tui.screens.clusters.screen import ClustersScreen
from k8stui_tui.widgets.table import LineTable
from tests.tui.fakes import FakeStore
from tests.tui.harness import SIZES, Look, Shown, Size, shown
from tests.tui.sample_runs import NOW, every_state


def never(name: str) -> Connector:
    raise UnreachableError(f"Nobody answers for {name}.", hint="Is the VPN on?")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Elsewhere:
    contexts = [("dev", "dev", "default"), ("prod-eu", "prod", "ml-team"), ("prod-us", "prod-us", "ml-team")]
    content = {
        "current-context": "dev",
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}.example:6443"}} for _, name, _ in contexts],
        "users": [{"name": "ada", "user": {}}],
        "contexts": [
            {"name": name, "context": {"cluster": cluster, "user": "ada", "namespace": namespace}}
            for name, cluster, namespace in contexts
        ],
    }
    file = tmp_path / "config"
    file.write_text(yaml.safe_dump(content))
    return Elsewhere(file, never, lambda stack: never(stack.name), tmp_path / "stacks.yaml")


@pytest.fixture
def stacks(elsewhere: Elsewhere) -> StackFile:
    file = StackFile(elsewhere.stacks)
    orchestrators = {
        "eks": Orchestrator(connector="aws", resource="ml-prod"),
        "kind": Orchestrator(config=KubernetesOrchestratorConfig(kubernetes_context="kind-dev", local=True)),
    }
    document = StackDocument(
        active="gpu",
        stacks={"gpu": Stack(orchestrator="eks", artifact_store="s3"), "laptop": Stack(orchestrator="kind")},
        orchestrators=orchestrators,
        artifact_stores={"s3": ArtifactStore(config=ArtifactStoreConfig(path="s3://ml-artifacts/prod"))},
        connectors={"aws": ServiceConnector(type="aws")},
    )
    file.change(lambda _: document)
    return file


FACTS = ContextFacts(
    "v1.34.2", 0.021, "ada", "ml-team", {right: not right.startswith("delete") for right in EVERY}, 5,
    ("node-2 short of memory: its kubelet evicts pods, and takes no new ones",), 4,
)  # fmt: skip


async def answered(screen: Shown) -> None:
    found = screen.frame
    assert isinstance(found, ClustersScreen)
    found.probing.found["prod-eu"] = FACTS
    found.namespaces = ("default", "kube-system", "ml-team")
    await screen.settle()


async def forbidden(screen: Shown) -> None:
    found = screen.frame
    assert isinstance(found, ClustersScreen)
    found._namespaces_error = ForbiddenError("User ada may not list namespaces.", hint="Ask for a ClusterRole.")
    found.probing.found["dev"] = UnreachableError("Nobody answers for dev.", hint="Is the VPN on?")
    await screen.settle()


async def verified(screen: Shown) -> None:
    found = screen.frame
    assert isinstance(found, ClustersScreen)
    found.namespaces = ("default", "ml-team")
    found.verified["laptop"] = [
        Finding("cluster", Level.OK, "https://127.0.0.1:6443 answers as Kubernetes v1.34.2; you are ada"),
        Finding("namespace", Level.PROBLEM, "there is no Namespace zenml", "k8stui init --create-namespace -n zenml"),
    ]
    await screen.press("j")


@SIZES
def test_stacks(looks: Look, elsewhere: Elsewhere, stacks: StackFile, size: Size) -> None:
    """Stacks, with what verifying one has come to."""
    assert looks("5", store=FakeStore(every_state(), elsewhere=elsewhere, now=NOW), size=size, then=verified)


async def test_stacks_are_described_edited_and_one_that_does_not_answer_is_not_used(
    elsewhere: Elsewhere, stacks: StackFile
) -> None:
    async with shown(FakeStore(every_state(), elsewhere=elsewhere, now=NOW)) as screen:
        await screen.press("5")
        found = screen.frame
        assert isinstance(found, ClustersScreen)
        assert found.active is found.stacks_pane
        assert [row.cells[0].text for row in found.stacks.rows] == ["used", ""]
        await screen.press("j")
        assert "context kind-dev, namespace zenml" in screen.text
        await screen.press("enter")
        assert "Nobody answers for laptop." in screen.center._messages[-1]
        assert stacks.read().active == "gpu"
        await screen.press("d")
        assert "Stack laptop" in screen.text
        await screen.press("escape", *"/eks", "enter")
        assert "1 of 2" in screen.text

        stacks.path.write_text("stakcs: {}")
        await screen.press("escape", "r")
        assert "The file of stacks cannot be used." in screen.text
        assert "'stakcs'" in screen.text


async def test_a_stack_is_verified_while_another_one_still_is(
    elsewhere: Elsewhere, stacks: StackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = asyncio.Event()

    async def verify(stack: ActiveStack) -> list[Finding]:
        asked.append(stack.name)
        try:
            await answers.wait()
        finally:
            if len(asked) == 1:
                await asyncio.sleep(0)  # The first one's connection is closed after the second one has begun.
        return [Finding("namespace", Level.PROBLEM, f"{stack.name} has none")]

    monkeypatch.setattr(stackcheck, "verify_stack", verify)
    async with shown(FakeStore(every_state(), elsewhere=elsewhere, now=NOW)) as screen:
        await screen.press("5", "v", "j", "v")
        await screen.settle()
        assert asked == ["gpu", "laptop"]
        assert "Verifying" in screen.text
        answers.set()
        await screen.until("laptop has none")
        assert "namespace: laptop has none" in screen.center._messages[-1]
        await screen.press("r")
        assert "v verifies it." in screen.text  # what was found then may hold no more


@SIZES
def test_clusters(looks: Look, elsewhere: Elsewhere, size: Size) -> None:
    """Contexts, what one answers, namespaces."""
    assert looks("5", store=FakeStore(every_state(), elsewhere=elsewhere, now=NOW), size=size, then=answered)


def test_nobody_answers_and_namespaces_may_not_be_listed(looks: Look, elsewhere: Elsewhere) -> None:
    """What is wrong stands where it is wrong."""
    assert looks("5", store=FakeStore(every_state(), elsewhere=elsewhere, now=NOW), then=forbidden)


async def test_contexts_are_completed_and_one_that_fails_is_told(elsewhere: Elsewhere) -> None:
    async with shown(FakeStore(every_state(), elsewhere=elsewhere, now=NOW)) as screen:
        await screen.type(":context prod-u")
        await screen.press("tab")
        assert screen.runs.prompt._input.value.strip() == "context prod-us"
        await screen.press("enter")
        assert "Nobody answers for prod-us." in screen.center._messages[-1]
        assert screen.store.place.context == "prod-eu"
        await screen.type(":context prod-eu")
        await screen.press("enter")
        assert screen.center._messages[-1].endswith("Context prod-eu is looked at already.")
        await screen.type(":ctx")
        await screen.press("enter")
        assert screen.frame.TITLE_OF_SCREEN == "Clusters"
        await screen.type(":ns")
        await screen.press("enter")
        assert screen.frame.active.id == "namespaces-pane"
        # Nothing here is done to many lines, so nobody is offered to mark them.
        await screen.press("space")
        assert not any(table.marks for table in screen.frame.query(LineTable))
        assert not {"mark", "unmark"} & {action.id for action in at_hand(nodes_at_hand(screen.frame))}


async def test_who_has_chosen_a_context_is_not_taken_to_the_one_that_is_used(elsewhere: Elsewhere) -> None:
    for keys, stays in (((), False), (("k",), True)):
        store = FakeStore(every_state(), elsewhere=elsewhere, now=NOW, place=Place())
        async with shown(store) as screen:
            await screen.press("5", *keys)
            assert isinstance(screen.frame, ClustersScreen)
            table = screen.frame.table
            first, *_, used = (row.key for row in table.rows)
            store.fake_place = Place(used, "ml-team")
            await screen.settle()
            assert table.cursor_key == (first if stays else used)
