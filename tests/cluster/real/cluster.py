"""Start the cluster, know when a pod can run on it, and stop it: the order of things."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from . import binaries, certs, cleanup, configs, images, network, packages, shell, state
from .components import container_runtime, control_plane, node
from .errors import RealClusterError
from .facts import Facts
from .launching import launch, wait_ready
from .layout import API_SERVICE_IP, DNS_SERVICE_IP, NODE_IP, NODE_NAME, SERVER_URL, RunFolder
from .processes import identify
from .progress import step
from .signals import uninterrupted
from .state import State
from .waiting import wait_until

NAMESPACE = "default"
DNS_SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "kube-dns", "namespace": "kube-system"},
    "spec": {
        "clusterIP": DNS_SERVICE_IP,
        "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"}],
    },
}
"""No DNS server is behind it: kube-proxy refuses the packets, so look-ups in a pod fail at once, not after 10 s."""


def prepare() -> dict[str, Path]:
    """Make everything that outlives one cluster, and return the paths of the programs.

    Raises:
        RealClusterError: something is missing that can't be installed or built here.
    """
    packages.require_machine()
    packages.install_missing()
    programs = binaries.ensure()
    images.ensure()
    return programs


def start(*, command: str, stay: bool) -> State:
    """Start the machine's cluster and return when it can run a pod; a crashed one's remains are removed first.

    Args:
        command: what the person called, told to others who find the cluster in use.
        stay: whether it outlives this process.

    Raises:
        RealClusterError: another is running, or a component doesn't start (then everything is undone).
    """
    programs = prepare()
    with state.machine_lock():
        _make_way()
        record = _claim(command, stay=stay)
    try:
        with step("start of the cluster"):
            record = _bring_up(record, programs)
        if stay:
            record = _release(record)
    except BaseException:
        stop(record)
        raise
    return record


def stop(record: State) -> None:
    """Stop the cluster and undo all it changed on this machine."""
    with uninterrupted(), step("stop of the cluster"), state.machine_lock():
        cleanup.remove(state.load() or record)
        state.forget()


def running() -> State | None:
    """Return the cluster that `up` keeps for anybody, or None; one that is just starting is waited for."""
    if _is_starting():
        with step("another process starts a cluster that stays; waiting for it"):
            wait_until(lambda: not _is_starting(), what="that cluster to be up", timeout=400)
    record = state.load()
    return record if record and record.stays and record.is_held else None


def _is_starting() -> bool:
    record = state.load()
    return bool(record and record.stays and record.holder and record.is_held)


def environment(record: State) -> dict[str, str]:
    """Return the environment in which a command finds the cluster, its kubectl and its facts."""
    folder = record.folder
    programs = Path(json.loads(folder.facts.read_text())["binaries"]["kubectl"]).parent
    return {
        **os.environ,
        "KUBECONFIG": str(folder.kubeconfig),
        "K8STUI_REAL_CLUSTER": str(folder.facts),
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
    }


def in_use(record: State) -> RealClusterError:
    """Say who has the cluster."""
    if record.holder:
        return RealClusterError(
            f"A cluster is running on this machine for process {record.holder.pid} "
            f"(`{record.command}`, since {record.since}), and a machine can have one only.",
            hint="Wait for it, or end that process.",
        )
    return RealClusterError(
        f"A cluster is already up on this machine (since {record.since}), and a machine can have one only.",
        hint="Use it with `run --reuse`, or stop it with `down`.",
    )


def _make_way() -> None:
    record = state.load()
    if record and record.is_held:
        raise in_use(record)
    if record:
        with step(f"removal of what `{record.command}` left behind when it crashed"):
            cleanup.remove(record)
            state.forget()
    network.require_free()


def _claim(command: str, *, stay: bool) -> State:
    """Record the cluster before anything of it exists, so that whatever happens later can be undone."""
    network.load_modules()
    record = State(
        root=tempfile.mkdtemp(prefix="k8stui-test-"),
        command=command,
        stays=stay,
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        boot=state.boot_id(),
        holder=identify(os.getpid()),
        sysctls=network.read_sysctls(),
    )
    state.save(record)
    return record


def _release(record: State) -> State:
    record = replace(record, holder=None)
    state.save(record)
    return record


def _bring_up(record: State, programs: Mapping[str, Path]) -> State:
    folder = record.folder
    folder.root.chmod(0o755)  # containers of any user pass through it to their volumes
    folder.create()
    certs.make_all(folder)
    configs.write_all(folder)
    network.set_up()
    runtime = container_runtime(folder)
    etcd, server, *controllers = control_plane(folder, programs)
    record = launch(record, etcd, runtime)
    wait_ready(record, etcd)
    record = launch(record, server)
    wait_until(
        lambda: shell.succeeds([packages.program("ctr"), "--address", str(folder.containerd_socket), "version"]),
        what="containerd to answer",
        timeout=90,
        hint=f"Log: {folder.logs / 'containerd.log'}",
    )
    images.load(folder)  # while the API server starts
    wait_ready(record, server)
    workers = [*controllers, *node(folder, programs)]
    record = launch(record, *workers)
    wait_ready(record, *workers)
    _wait_until_pods_run(folder, str(programs["kubectl"]))
    _facts(record, programs).save(folder.facts)
    return record


def _wait_until_pods_run(folder: RunFolder, kubectl: str) -> None:
    base = [kubectl, "--kubeconfig", str(folder.kubeconfig)]

    def asks(*arguments: str, answer: str, given: str | None = None) -> bool:
        done = subprocess.run([*base, *arguments], input=given, capture_output=True, text=True, check=False)
        return not done.returncode and done.stdout == answer

    ready = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{.spec.taints}{end}'
    wait_until(
        lambda: asks("get", "nodes", "-o", f"jsonpath={ready}", answer="True"),
        what="the node to be ready and without taints",
        timeout=180,
        hint=f"Logs: {folder.logs}",
    )
    wait_until(
        lambda: asks("get", "serviceaccount/default", "-n", NAMESPACE, "-o", "name", answer="serviceaccount/default\n"),
        what="the default service account",
        timeout=90,
    )
    wait_until(
        lambda: asks("apply", "-f", "-", "-o", "name", given=json.dumps(DNS_SERVICE), answer="service/kube-dns\n"),
        what="a service with an address",
        timeout=90,
    )
    wait_until(_service_address_works, what="the API's service address to work", timeout=90)


def _service_address_works() -> bool:
    try:
        with socket.create_connection((API_SERVICE_IP, 443), timeout=1):
            return True
    except OSError:
        return False


def _facts(record: State, programs: Mapping[str, Path]) -> Facts:
    return Facts(
        kubeconfig=str(record.folder.kubeconfig),
        namespace=NAMESPACE,
        server=SERVER_URL,
        node_name=NODE_NAME,
        node_ip=NODE_IP,
        images={
            "python": images.PYTHON,
            "python_default": images.PYTHON_DEFAULT,
            "busybox": images.BUSYBOX,
            "pause": images.PAUSE,
        },
        pids={name: process.pid for name, process in record.processes.items()},
        binaries={name: str(path) for name, path in programs.items()},
        root=record.root,
    )
