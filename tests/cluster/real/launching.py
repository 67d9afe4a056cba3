"""Start components and record them, when a cluster starts and when a test starts one again."""

from __future__ import annotations

import os

from . import state
from .components import Component
from .health import wait_healthy
from .processes import spawn
from .state import State


def launch(record: State, *components: Component) -> State:
    """Start components, recording each before the next, and return the new state."""
    path = os.pathsep.join((*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/sbin"))
    for component in components:
        process = spawn(
            component.argv,
            log=record.folder.logs / f"{component.name}.log",
            # Nothing else of ours: a proxy variable, for one, would come between API server and kubelet.
            env={"PATH": path, "HOME": record.root},
        )
        record = record.with_component(component, process)
        state.save(record)
    return record


def wait_ready(record: State, *components: Component) -> None:
    """Return when the components work.

    Raises:
        RealClusterError: one ended or stays unhealthy; the hint is the end of its log.
    """
    for component in components:
        log = record.folder.logs / f"{component.name}.log"
        wait_healthy(component.name, record.processes[component.name], component.health_url, log=log)
