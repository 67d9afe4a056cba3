"""The cluster of the bench, for as long as it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.hosting import Hosting, hosting


@dataclass(frozen=True)
class Scene:
    """What the cluster holds.

    Attributes:
        kubeconfig: How to reach it.
        namespace: Where everything is.
        long: The run of 10,000 steps, the newest one.
        short: Other runs that go on.
        running: Steps of the long run that run, and their pods.
    """

    kubeconfig: Path
    namespace: str
    long: str
    short: tuple[str, ...]
    running: dict[str, str]


class Hosted:
    """A cluster that runs in a process of its own.

    Attributes:
        scene: What it holds.
    """

    def __init__(self, host: Hosting) -> None:
        self._host = host
        data = host.told()
        self.scene = Scene(
            kubeconfig=Path(data["kubeconfig"]),
            namespace=data["namespace"],
            long=data["long"],
            short=tuple(data["short"]),
            running=data["running"],
        )

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Much happens in the cluster meanwhile."""
        self._host.say("busy")
        try:
            yield
        finally:
            self._host.say("rest")

    def end(self, step: str) -> float:
        """A step of the long run ends; gives when that was asked for, on the clock of `time.perf_counter`."""
        return self._host.say(f"end {step}")

    def tell(self, run: str, state: str) -> float:
        """A short run is in another state; gives when that was asked for."""
        return self._host.say(f"tell {run} {state}")


@contextmanager
def hosted() -> Iterator[Hosted]:
    """Start a cluster and fill it.

    Raises:
        BenchError: It does not start; why stands on standard error.
    """
    with hosting("tests.bench.screens.host") as host:
        yield Hosted(host)
