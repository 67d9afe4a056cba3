"""The cluster of the bench, in a process of its own: what is measured must not share an event loop with it.

Writes one line of JSON when everything is there, takes one command a line, and ends with its input: `busy` and `rest`,
`end STEP` of the long run, `tell RUN STATE` for a short one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path

from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.kubelet.logs import ContainerLog
from tests.bench.screens.population import NAMESPACE, Population

TURN = 0.1
"""Seconds between two turns of a busy cluster: in each a step of the long run ends and another begins, a line is
written by each of some of its steps, and every other time a short run tells of itself."""

WRITERS = 5
WRITE_EVERY = 10
"""Turns between two writes of the long run's record."""

LINES, FEW_LINES = 2000, 5
"""Lines in the log of the first steps that run, and of all others."""


class Logs:
    """Logs of the pods that no kubelet of this cluster runs."""

    def __init__(self, root: Path) -> None:
        self._root, self._logs = root, dict[str, ContainerLog]()
        self._written = 0
        root.mkdir()

    def of(self, uid: str, container: str, *, previous: bool = False) -> ContainerLog | None:
        """The log of a pod, as a node gives it out."""
        return None if previous else self._logs.get(uid)

    def begin(self, uid: str, lines: int) -> None:
        """A pod writes its first lines."""
        self._logs[uid] = ContainerLog(self._root / uid)
        self.write(uid, lines)

    def write(self, uid: str, lines: int) -> None:
        """A pod writes."""
        start = self._written
        self._written += lines
        numbers = range(start, self._written)
        text = "".join(f"epoch {n} loss={1 / (n + 2):.5f} acc={1 - 1 / (n + 3):.4f} lr=0.001\n" for n in numbers)
        self._logs[uid].write(text.encode())

    def end(self, uid: str) -> None:
        """A pod writes no more."""
        self._logs[uid].close()


class Host:
    """The cluster, what is in it, and what goes on there."""

    def __init__(self, embedded: EmbeddedCluster) -> None:
        self._population = Population(embedded)
        self._logs = Logs(embedded.kubeconfig.parent / "bench-logs")
        # The long run's pods are on other nodes: these answer for them.
        embedded._node.log_of = self._logs.of  # type: ignore[method-assign]  # see above
        self._busy = asyncio.Event()

    def fill(self) -> dict[str, object]:
        """Put everything there; gives what the bench must know of it."""
        population, long = self._population, self._population.long
        population.fill()
        running = list(long.running)
        for plan, attempt in long.attempts():
            uid = population.uid_of(attempt.pod)
            self._logs.begin(uid, LINES if plan.name in running[:WRITERS] else FEW_LINES)
            if attempt.finished:
                self._logs.end(uid)
        pods = {plan.name: attempt.pod for plan, attempt in long.attempts() if plan.name in running}
        return {"namespace": NAMESPACE, "long": long.run, "short": population.short, "running": pods}

    async def obey(self) -> None:
        """Take commands until there are no more."""
        working = asyncio.create_task(self._work())
        try:
            while line := await asyncio.to_thread(sys.stdin.readline):
                self._obey(*line.split())
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    def _obey(self, command: str, *words: str) -> None:
        match command:
            case "busy":
                self._busy.set()
            case "rest":
                self._busy.clear()
            case "end":
                self._population.end(*words)
            case "tell":
                self._population.tell(*words)

    async def _work(self) -> None:
        turn = 0
        while True:
            await self._busy.wait()
            began = time.monotonic()
            turn += 1
            self._turn(turn)
            await asyncio.sleep(max(0.0, TURN - (time.monotonic() - began)))

    def _turn(self, turn: int) -> None:
        population = self._population
        ended, *begun = population.move_long()
        self._logs.end(population.uid_of(ended))
        for pod in begun:
            self._logs.begin(population.uid_of(pod), FEW_LINES)
        for step in list(population.long.running)[-WRITERS:]:
            pod = population.long.pod_of(step)
            self._logs.write(population.uid_of(pod), 1)
        if turn % 2:
            population.move_short(turn // 2)
        if turn % WRITE_EVERY == 0:
            population.write_long()


async def _serve() -> None:
    async with EmbeddedCluster() as embedded:
        host = Host(embedded)
        told = {**host.fill(), "kubeconfig": str(embedded.kubeconfig)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        await host.obey()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve())
