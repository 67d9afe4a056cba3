"""An API server with its etcd and nothing else: no controllers, no scheduler, no node. For what must be measured alone.

It listens on ports of its own and changes nothing on the machine, so any number of them can run beside the cluster.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from . import binaries, certs, packages
from .components import Component, Ports, api_server, etcd
from .health import wait_healthy
from .layout import RunFolder
from .processes import Process, end, spawn

GRACE = 10.0


@dataclass(frozen=True)
class BareServer:
    """A running API server.

    Attributes:
        folder: Its files.
        ports: Where it listens.
        pids: Process ids of etcd and API server by name.
        programs: Path of each program of Kubernetes.
    """

    folder: RunFolder
    ports: Ports
    pids: dict[str, int]
    programs: dict[str, Path]

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self.folder.kubeconfig


@contextmanager
def bare_server() -> Iterator[BareServer]:
    """Start one, and end it after the block.

    Raises:
        RealClusterError: The programs can't be built here, or one does not start.
    """
    packages.require_machine()
    programs = binaries.ensure()
    folder = RunFolder(Path(tempfile.mkdtemp(prefix="k8stui-bare-")))
    ports = Ports(*_free_ports(3))
    started: dict[str, Process] = {}
    try:
        folder.create()
        certs.make_all(folder, server_url=f"https://127.0.0.1:{ports.api}")
        alone = {
            "bind_address": "127.0.0.1",
            "authorization_mode": "RBAC",
            "disable_admission_plugins": "ServiceAccount",  # no controller makes the accounts that it asks for
        }
        for component in (etcd(folder, programs, ports), api_server(folder, programs, ports, **alone)):
            started[component.name] = _start(folder, component)
        yield BareServer(folder, ports, {name: process.pid for name, process in started.items()}, programs)
    finally:
        for process in reversed(started.values()):
            end(process, grace=GRACE)
        shutil.rmtree(folder.root)


def _start(folder: RunFolder, component: Component) -> Process:
    log = folder.logs / f"{component.name}.log"
    process = spawn(component.argv, log=log, env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder.root)})
    try:
        wait_healthy(component.name, process, component.health_url, log=log)
    except BaseException:
        end(process, grace=0)
        raise
    return process


def _free_ports(count: int) -> list[int]:
    """Of those that the kernel gives to nobody by itself, so that none is taken until it is listened on."""
    found: set[int] = set()
    while len(found) < count:
        port = 20_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.add(port)
    return [*found]
