"""Takes the pictures in screenshots/: the real app on the embedded cluster with the scene of `k8stui demo`.

`make screenshots` calls it. Nothing in a picture is made up, so runs have other names and ages in each; what a picture
is waited for is always the same.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import yaml
from textual.pilot import Pilot

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.control.schedules.listing import list_schedules
from k8stui.control.submit import submit
from k8stui.control.watching import watching
from k8stui.embedded import EmbeddedCluster, Timing
from k8stui_tui.app import ControlCenter
from k8stui_tui.demo.files import examples
from k8stui_tui.demo.scene import populate
from k8stui_tui.store import Elsewhere, Store
from tests.embedded.gate import HOST, Gate
from tests.tui.harness import screen_text
from tools.picture import as_png, standing_alone

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"

NARROW, USUAL, LARGE = (80, 24), (120, 40), (200, 60)

STATES = ("running", "failed", "stopped", "paused", "pending", "succeeded")
"""Of runs that the scene has when it is complete."""

EMPTY = "sandbox"
"""A namespace without runs."""

STACKS = """
version: 1
active: try-out
stacks:
  try-out: {orchestrator: here, artifact_store: folder}
  staging: {orchestrator: staging, artifact_store: bucket, container_registry: team}
orchestrators:
  here: {config: {kubernetes_context: embedded, kubernetes_namespace: default, local: true}}
  staging: {config: {kubernetes_context: staging, kubernetes_namespace: ml-team}}
artifact_stores:
  folder: {config: {path: "file:///tmp/artifacts"}}
  bucket: {config: {path: "s3://ml-team-artifacts/runs"}}
container_registries:
  team: {config: {uri: "registry.example.com/ml-team", pull_secret: registry}}
"""

PATIENCE = 120.0
"""Seconds to wait for something that should appear."""

PERSON = {"LOGNAME": "ada", "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""Whose terminal this is: pictures must not tell whose it really was."""


class Camera:
    """Presses keys in the app, waits for what they bring, and takes pictures."""

    def __init__(self, pilot: Pilot[None], app: ControlCenter) -> None:
        self._pilot, self._app = pilot, app

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return screen_text(self._app)

    async def until(self, *words: str) -> None:
        """Wait until all words are on the screen.

        Raises:
            TimeoutError: They never were.
        """
        await self.until_true(lambda text: all(word in text for word in words), " ".join(words))

    async def until_true(self, holds: Callable[[str], bool], what: str) -> None:
        """Wait until the screen is as it should be."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(self.text):
                    await self._pilot.pause(0.05)
        except TimeoutError:
            raise TimeoutError(f"never on the screen: {what}\n{self.text}") from None

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self._pilot.press(*keys)
        await self._pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*text)

    def go_to(self, namespace: str, run: str) -> None:
        """Put the cursor of the Runs screen on a run, whichever runs come meanwhile."""
        self._app.show_runs(namespace=namespace, run=run)

    async def resize(self, size: tuple[int, int]) -> None:
        """Make the terminal larger or smaller."""
        await self._pilot.resize_terminal(*size)
        await self._pilot.pause(0.2)

    async def take_sizes(self, name: str) -> None:
        """Take a picture in each size; the usual one comes last and stays."""
        for size in (NARROW, LARGE, USUAL):
            await self.resize(size)
            await self.take(f"{name}-{size[0]}x{size[1]}")

    async def take(self, name: str) -> None:
        """Take a picture."""
        await self._pilot.pause()
        svg = self._app.export_screenshot(title="k8stui")
        (FOLDER / f"{name}.svg").write_text(standing_alone(svg), encoding="utf-8")
        (FOLDER / f"{name}.png").write_bytes(as_png(svg))
        sys.stderr.write(f"screenshots/{name}.png\n")


@asynccontextmanager
async def opened(
    connector: Callable[[], AbstractAsyncContextManager[Cluster]], *, elsewhere: Elsewhere | None = None
) -> AsyncIterator[Camera]:
    """The app on a connection."""
    app = ControlCenter(Store(connector, elsewhere=elsewhere), theme="dark", folder=examples())
    async with app.run_test(size=USUAL, notifications=True) as pilot:
        yield Camera(pilot, app)


def connector(kubeconfig: Path, namespace: str | None = None) -> Callable[[], AbstractAsyncContextManager[Cluster]]:
    """Connects as the command line does."""

    @asynccontextmanager
    async def connection() -> AsyncIterator[Cluster]:
        async with await connect(kubeconfig=kubeconfig, namespace=namespace) as cluster:
            yield cluster

    return connection


async def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    timing = Timing(job_backoff=0.2, crash_backoff=0.2, config_retry=0.2)
    async with EmbeddedCluster(timing=timing) as embedded, await connect(kubeconfig=embedded.kubeconfig) as cluster:
        scene = asyncio.create_task(populate(embedded, cluster))
        try:
            async with opened(connector(embedded.kubeconfig)) as camera:
                await camera.until(*STATES)
                await _usual(camera, embedded, cluster)
                await _dialogs(camera)
                await _inside(camera)
                await _pods(camera)
                await _schedules(camera, cluster)
                await _events(camera)
                await _commands(camera)
            await _clusters(embedded.kubeconfig)
            await _states(embedded, cluster)
        finally:
            scene.cancel()
            with suppress(asyncio.CancelledError):
                await scene


async def _usual(camera: Camera, embedded: EmbeddedCluster, cluster: Cluster) -> None:
    """A training that goes on although a pod of it was evicted, in all sizes; stopping it; its logs."""
    ref = await submit(cluster, load(str(examples() / "train.py")).trace({"rows": 4000, "epochs": 600}))
    await camera.until(ref.run)
    camera.go_to(ref.namespace, ref.run)
    async with watching(cluster, ref.run) as views:
        async for view in views:
            if pods := [step.attempts[-1].pod for step in view.steps if step.progress]:
                embedded.pressure_evict(view.namespace, pods[1 % len(pods)])
                break
    await camera.until("attempt 2", "%  loss", "epoch")
    await camera.take_sizes("runs")
    await camera.press("S")
    await camera.until("Stop run training")
    await camera.take("confirm")
    await camera.press("n", "l", "z")
    await camera.type("/epoch 240")
    await camera.until("lines with epoch 240")
    await camera.press("enter")
    await camera.take_sizes("logs")
    await camera.press(*["escape"] * 4)


async def _inside(camera: Camera) -> None:
    """Where the time of a run went, its graph, and how it differs from the one before."""
    await camera.press("1")
    await camera.type("/training")
    await camera.press("enter", "g", "t")
    await camera.until("Critical path")
    await camera.take_sizes("timeline")
    await camera.press("v")
    await camera.until("GRAPH")
    await camera.take_sizes("graph")
    await camera.press("v", *["escape"] * 3)
    await camera.type("/training")
    await camera.press("enter", "g", "equals_sign")
    await camera.until("Compare")
    await camera.take_sizes("compare")
    await camera.press(*["escape"] * 4)


async def _pods(camera: Camera) -> None:
    """Pods to clean up: some marked, the plan."""
    await camera.press("2")
    await camera.until("PODS", "succeeded", "failed")
    await camera.type("/status:failed,succeeded")
    await camera.press("enter", "A")
    await camera.until("marked")
    await camera.take_sizes("pods")
    await camera.press("D")
    await camera.until("Plan: delete", "allowed")
    await camera.take_sizes("cleanup")
    await camera.press(*["escape"] * 4)


async def _events(camera: Camera) -> None:
    """What Kubernetes said, and what is wrong now."""
    await camera.press("4")
    await camera.until("EVENTS")
    await camera.take_sizes("events")


async def _clusters(kubeconfig: Path) -> None:
    """Stacks and contexts to choose from: the embedded cluster's, and one of a cluster that does not answer."""
    with tempfile.TemporaryDirectory() as folder:
        path = _with_staging(kubeconfig, Path(folder, "kubeconfig"))
        elsewhere = Elsewhere(path, lambda _: connector(path), stacks=_stacks(Path(folder, "stacks.yaml")))
        async with opened(connector(path), elsewhere=elsewhere) as camera:
            await camera.press("5")
            await camera.until("try-out", "staging", "folder")
            await camera.take_sizes("clusters")


def _with_staging(kubeconfig: Path, path: Path) -> Path:
    """A kubeconfig with one context more."""
    known = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    known["clusters"].append({"name": "staging", "cluster": {"server": f"https://{HOST}:1"}})
    known["contexts"].append({"name": "staging", "context": {"cluster": "staging", "user": known["users"][0]["name"]}})
    path.write_text(yaml.safe_dump(known), encoding="utf-8")
    return path


def _stacks(path: Path) -> Path:
    """A file with a stack for each context."""
    path.write_text(STACKS, encoding="utf-8")
    return path


async def _commands(camera: Camera) -> None:
    """What was done here, as the commands of kubectl that would do the same."""
    await camera.press("1")
    await camera.type("/status:paused")
    await camera.press("enter", "g", "S")
    await camera.until("Stop run export")
    await camera.press("y")
    await camera.press("ctrl+o")
    await camera.until("kubectl")
    await camera.take("commands")
    await camera.press(*["escape"] * 3)


async def _schedules(camera: Camera, cluster: Cluster) -> None:
    """The schedules of the scene; the runs and the times of the one that fires each minute; the calendar."""
    name = next(one.name for one in await list_schedules(cluster) if one.pipeline == "digest")
    await camera.press("3")
    await camera.until(name)
    await camera.type(f"/{name}")
    await camera.press("enter")
    await camera.until("1 of 3", "succeeded", "Etc/UTC")
    await camera.press("escape")
    await camera.until("3", "suspended", "NEXT")
    await camera.take_sizes("schedules")
    await camera.press("K")
    await camera.until("RUNS AT ONCE")
    await camera.take("calendar")
    await camera.press("q", "1")


async def _dialogs(camera: Camera) -> None:
    """Help, what is typed, a run that failed and why, and the form of a new one."""
    await camera.press("?")
    await camera.until("Keys and commands")
    await camera.take("help")
    await camera.press("q")
    await camera.type("/status:failed,stopped,paused")
    await camera.take("filter")
    await camera.press("escape")
    await camera.type("/pipeline:churn")
    await camera.press("enter", "enter")
    await camera.until("is below the 0.60")
    await camera.type("/check")
    await camera.press("enter")
    await camera.take("steps-failed")
    await camera.press("w")
    await camera.until("What to do")
    await camera.take("why")
    await camera.press("q", "c")
    await camera.until("train.py")
    await camera.type("training")
    await camera.press("enter")
    await camera.until("--image")
    await camera.take("create")
    await camera.press(*["escape"] * 6)


async def _states(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    """What stands there when there are no runs to show, or none that are fresh."""
    await cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": EMPTY}})
    async with opened(connector(embedded.kubeconfig, EMPTY)) as camera:
        await camera.until("There are no runs")
        await camera.take("empty")
    visitor = {"name": "visitor", "namespace": EMPTY}
    await cluster.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": visitor})
    async with opened(connector(embedded.service_account_kubeconfig(EMPTY, "visitor"))) as camera:
        await camera.until("not allowed")
        await camera.take("forbidden")
    async with Gate(embedded.url) as gate:
        kubeconfig = gate.kubeconfig(embedded.kubeconfig)
        async with opened(connector(kubeconfig)) as camera:
            await camera.until("live", "succeeded")
            await gate.shut()
            await camera.until("lost", "last seen")
            await camera.take("disconnected")
        silent = await asyncio.start_server(_hear, HOST, gate.port)
        async with silent, opened(connector(kubeconfig)) as camera:
            await camera.until("Loading")
            await camera.take("loading")


async def _hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that listens and never answers."""
    with suppress(ConnectionError):
        await reader.read()
    writer.close()


if __name__ == "__main__":
    os.environ.update(PERSON)
    asyncio.run(main())
