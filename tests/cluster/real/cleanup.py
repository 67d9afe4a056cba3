"""Leave nothing behind: end what the cluster started and undo what it changed, also when it crashed long ago.

Only recorded process ids, and processes, mounts and files that carry the path of the cluster's own folder, are touched.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from . import binaries, network
from .layout import RunFolder, cache_dir
from .mounts import unmount_below
from .processes import Process, all_pids, command_line, end, identify
from .state import State, boot_id
from .waiting import wait_until

FIRST = ("kubelet", "kube-proxy")
"""Stopped before the containers are, or they would be started again."""
GRACE = 5.0
SHIM = "containerd-shim-runc-v2"
CGROUPS = Path("/sys/fs/cgroup")
TASKS = "io.containerd.runtime.v2.task/k8s.io"
"""Below containerd's state: a folder for each container, with the id of its first process and its shim's socket."""

SHARED_FOLDERS = (
    "/run/containerd/s",
    "/run/containerd",
    "/var/lib/cni/results",
    "/var/lib/cni",
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet",
    "/var/log/containers",
)
"""Made by the components whatever they are told; removed when nothing is left in them."""


def remove(state: State) -> None:
    """Stop the cluster and undo its changes, in an order in which nothing is started or mounted again."""
    folder = state.folder
    if state.boot == boot_id():
        _end_components(state, FIRST)
        sockets = _shim_sockets(folder)
        _end_containers(folder)
        _end_components(state, reversed([name for name in state.processes if name not in FIRST]))
        _end_strays(folder)
        for socket in sockets:
            socket.unlink(missing_ok=True)
        unmount_below(folder.root)
        network.tear_down()
        network.restore_sysctls(state.sysctls)
        _remove_cgroups()
        _remove_notes(folder)
    _keep_logs(folder)
    shutil.rmtree(folder.root, ignore_errors=True)


def _end_components(state: State, names: Iterable[str]) -> None:
    for name in names:
        if name in state.processes:
            end(state.processes[name], grace=GRACE)


def _shim_sockets(folder: RunFolder) -> set[Path]:
    """Return the sockets of our shims: they lie in a folder that all containerds of a machine share."""
    addresses = _texts((folder.containerd_state / TASKS).glob("*/address"))
    return {Path(address.strip().removeprefix("unix://")) for address in addresses}


def _end_containers(folder: RunFolder) -> None:
    """Kill the first process of every container (the kernel ends the rest of its pid namespace) and host-pid ones."""
    for pid in _texts((folder.containerd_state / TASKS).glob("*/init.pid")):
        process = identify(int(pid))
        if process:
            end(process, grace=0)
    wait_until(_no_container_process, what="the containers' processes to end", timeout=90)


def _no_container_process() -> bool:
    groups = (folder for top in _cgroups() for folder, _, _ in os.walk(top))  # a walk passes over groups that go
    remaining = [int(pid) for text in _texts(Path(group) / "cgroup.procs" for group in groups) for pid in text.split()]
    for pid in remaining:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return not remaining


def _texts(files: Iterable[Path]) -> Iterator[str]:
    """Yield what the files hold, those left out that went since they were listed: what is ended here cleans up too."""
    for file in files:
        with suppress(OSError):
            if text := file.read_text(errors="replace"):
                yield text


def _cgroups() -> list[Path]:
    """Return the kubelet's control groups, in one hierarchy (v2) or in each of many (v1)."""
    return [path for path in (*CGROUPS.glob("*/kubepods"), CGROUPS / "kubepods") if path.is_dir()]


def _remove_cgroups() -> None:
    for top in _cgroups():
        for folder, _, _ in os.walk(top, topdown=False):
            with suppress(OSError):  # a process that is still ending keeps its group; the kernel says no
                Path(folder).rmdir()


def _end_strays(folder: RunFolder) -> None:
    """End shims, and components that were started but not yet recorded: both have our folder in their command line."""
    names = {SHIM, "containerd", *binaries.NAMES} - {"kubectl"}
    for pid in all_pids():
        words = command_line(pid)
        if words and Path(words[0]).name in names and any(str(folder.root) in word for word in words):
            process: Process | None = identify(pid)
            if process:
                end(process, grace=0)


def _remove_notes(folder: RunFolder) -> None:
    """Remove the few files that kubelet, runtime and CNI plugins write in places no setting moves."""
    for note in Path("/var/lib/cni/results").glob("*"):
        if any(str(folder.root) in text for text in _texts([note])):
            note.unlink(missing_ok=True)
    for link in Path("/var/log/containers").glob("*"):
        if link.is_symlink() and link.readlink().is_relative_to(folder.root):
            link.unlink(missing_ok=True)
    Path("/var/lib/kubelet/device-plugins/kubelet.sock").unlink(missing_ok=True)
    for place in SHARED_FOLDERS:
        with suppress(OSError):  # not there, or somebody else uses it too
            Path(place).rmdir()


def _keep_logs(folder: RunFolder) -> None:
    """Keep the logs of the last cluster in the cache, for the question why it failed."""
    kept = cache_dir() / "last-logs"
    shutil.rmtree(kept, ignore_errors=True)
    if folder.logs.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder.logs, kept)
