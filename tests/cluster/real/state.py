"""What is known about the one cluster of this machine, kept in a file so that any later call can use or stop it."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .components import Component
from .layout import MACHINE_DIR, RunFolder
from .processes import Process, is_alive

STATE = MACHINE_DIR / "state.json"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class State:
    """The cluster of this machine.

    `stays` tells whether it is meant to outlive the process that starts it.
    `holder` is the process it lives for (`run`, or `up` while it still starts); None once `up` is done.
    `boot` tells whether recorded processes can exist at all. `sysctls` are the kernel settings from before.
    """

    root: str
    command: str
    stays: bool
    since: str
    boot: str
    holder: Process | None
    sysctls: dict[str, str]
    processes: dict[str, Process] = field(default_factory=dict)
    components: dict[str, Component] = field(default_factory=dict)

    @property
    def folder(self) -> RunFolder:
        """Where the cluster keeps its files."""
        return RunFolder(Path(self.root))

    @property
    def is_held(self) -> bool:
        """Whether somebody still uses it: the holder lives or, without holder, any component does."""
        if self.boot != boot_id():
            return False
        if self.holder:
            return is_alive(self.holder)
        return any(map(is_alive, self.processes.values()))

    @property
    def dead_components(self) -> list[str]:
        """Names of components that were started and don't run."""
        return [name for name, process in self.processes.items() if self.boot != boot_id() or not is_alive(process)]

    def with_component(self, component: Component, process: Process) -> State:
        """Return the state in which the component runs as this process."""
        return replace(
            self,
            processes={**self.processes, component.name: process},
            components={**self.components, component.name: component},
        )


def boot_id() -> str:
    """Return the kernel's name for the time since the last boot."""
    return BOOT_ID.read_text().strip()


@contextmanager
def machine_lock() -> Iterator[None]:
    """Hold the machine's lock; for the moments in which the state is read and decided on, not while a cluster runs."""
    MACHINE_DIR.mkdir(parents=True, exist_ok=True)
    with (MACHINE_DIR / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def load() -> State | None:
    """Return the recorded cluster, or None when there is none."""
    try:
        raw: dict[str, Any] = json.loads(STATE.read_text())
    except FileNotFoundError:
        return None
    raw["holder"] = Process(**raw["holder"]) if raw["holder"] else None
    raw["processes"] = {name: Process(**process) for name, process in raw["processes"].items()}
    raw["components"] = {
        name: Component(name=name, argv=tuple(one["argv"]), health_url=one["health_url"])
        for name, one in raw["components"].items()
    }
    return State(**raw)


def save(state: State) -> None:
    """Record the cluster; the file is replaced as a whole, so that a reader never sees half of it."""
    scratch = STATE.with_suffix(".new")
    scratch.write_text(json.dumps(asdict(state), indent=2))
    scratch.replace(STATE)


def forget() -> None:
    """Record that there is no cluster."""
    STATE.unlink(missing_ok=True)
