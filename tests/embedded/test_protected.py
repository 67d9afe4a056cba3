"""In a protected place its name is typed before anything goes: on the screens, on the command line, by scripts."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from k8stui.cluster import guardfiles
from k8stui.cluster.client import Cluster
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.cli import asking, cleanup
from k8stui_tui.cli.app import build
from tests.embedded.center import center
from tests.embedded.pods import left, made, manifest
from tests.embedded.runs import ended, start


@pytest.fixture(autouse=True)
def _protected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host protects the namespace of these tests."""
    monkeypatch.setattr(guardfiles, "SYSTEM_FILE", tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text('[protected]\nnamespaces = ["def*"]\n')
    monkeypatch.delenv("K8STUI_CONFIRM", raising=False)


async def test_the_screens_say_so_and_have_its_name_typed(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    await made(cluster, manifest("bad", "exit(3)"), status="failed")
    async with center(embedded) as (pilot, until):
        await until("PROTECTED default", run)
        await pilot.press("D")
        await until("Delete run")
        await pilot.press("y")
        await until("default is protected. Type its name to go on.")
        await pilot.press(*"other", "enter")
        await until("That is something else than default")
        await pilot.press("escape")
        await until(run, gone="Type its name")
        await pilot.press("D")
        await until("Delete run")
        await pilot.press("y")
        await until("Type its name")
        await pilot.press(*"default", "enter")
        await until(f"{run} deleted.")
        await pilot.press("2")
        await until("bad")
        await pilot.press("D")
        await until("default is protected. Type its name to delete 1 pod.")
        await pilot.press("1", "enter")
        await until("That is another name: type default")
        assert "bad" in await left(cluster)
        await pilot.press("backspace", *"default", "enter")
        await until("1 of 1 pod deleted.")


async def test_yes_alone_is_not_enough_for_scripts_and_persons_type_its_name(
    embedded: EmbeddedCluster, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    await made(cluster, manifest("bad", "exit(3)"), manifest("worse", "exit(3)"), status="failed")
    monkeypatch.setenv("KUBECONFIG", str(embedded.kubeconfig))
    monkeypatch.setenv("K8STUI_STACK", "none")
    app = build()

    async def said(*line: str, typed: str = "") -> str:
        done = await asyncio.to_thread(CliRunner().invoke, app, line, input=typed)
        return done.output.replace("\n", " ")

    delete = ("pods", "delete", "bad", "--yes")
    assert "its name has to be given: K8STUI_CONFIRM=default" in await said(*delete)
    monkeypatch.setenv("K8STUI_CONFIRM", "another")
    assert "there is nobody to ask" in await said(*delete)
    assert await left(cluster) == {"bad", "worse"}
    monkeypatch.setenv("K8STUI_CONFIRM", "default")
    assert "bad deleted" in await said(*delete)
    monkeypatch.delenv("K8STUI_CONFIRM")
    for module in (asking, cleanup):
        monkeypatch.setattr(module, "can_ask", lambda: True)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # this is no main thread
    again = ("pods", "delete", "worse", "--yes")
    assert "Nothing was done." in await said(*again, typed="y\n")
    assert await left(cluster) == {"worse"}
    assert "worse deleted" in await said(*again, typed="default\n")


def test_the_number_of_many_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nowhere:
        def protected(self, namespaces: object = ()) -> str:
            return ""

    monkeypatch.setattr(asking, "can_ask", lambda: True)
    answers = ["y", "6", "7"]
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: answers.pop(0))
    for _ in range(2):
        with pytest.raises(SystemExit):
            asking.agree(Nowhere(), "Delete 7?", count=7)  # type: ignore[arg-type] # only its places matter here
    asking.agree(Nowhere(), "Delete 7?", count=7)  # type: ignore[arg-type] # see above
    asking.agree(Nowhere(), "Delete 7?", count=7, yes=True)  # type: ignore[arg-type] # see above
    assert answers == []
