"""Break the cluster on purpose: stop and start single components, for tests of what happens then.

A component that a test stops must be started again by it (`stopped` does), since others may use the cluster after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from . import state
from .errors import RealClusterError
from .facts import Facts
from .launching import launch, wait_ready
from .processes import end, is_alive
from .state import State

GRACE = 10.0
"""Seconds a component may take to end by itself."""


def pid_of(name: str) -> int | None:
    """Return the process id of a component (`kubelet`, `kube-apiserver`, `etcd`, ...), None while it is stopped."""
    process = _record(name).processes[name]
    return process.pid if is_alive(process) else None


def stop_component(name: str, *, kill: bool = False) -> None:
    """End a component and return when it has ended; `kill` means without a good-bye. No-op if it is stopped."""
    end(_record(name).processes[name], grace=0 if kill else GRACE)


def start_component(name: str) -> None:
    """Start a component with its former command line and return when it is healthy. No-op if it runs.

    Raises:
        RealClusterError: it doesn't become healthy.
    """
    with state.machine_lock():
        record = _record(name)
        if not is_alive(record.processes[name]):
            record = launch(record, record.components[name])
    wait_ready(record, record.components[name])


@contextmanager
def stopped(name: str, *, kill: bool = False) -> Iterator[None]:
    """Keep a component stopped inside the block, and have it healthy again after it."""
    stop_component(name, kill=kill)
    try:
        yield
    finally:
        start_component(name)


def _record(name: str) -> State:
    """Return the state of the cluster this test runs on, having checked that it has the component."""
    root = Facts.load().root
    record = state.load()
    if record is None or record.root != root:
        raise RealClusterError("The cluster this process was started for is gone.")
    if name not in record.components:
        raise RealClusterError(f"There is no component {name}.", hint=f"There are: {', '.join(record.components)}.")
    return record
