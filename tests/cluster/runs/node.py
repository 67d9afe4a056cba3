"""What only the machine under the cluster can do to a pod: kill its process, cut its network."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from k8stui.incluster.master.reception import PORT
from tests.cluster.real.processes import all_pids
from tests.cluster.runs.eventually import eventually


def master_process(pod: str) -> int:
    """The process id of a master, as the node counts."""
    return process_with(f"K8STUI_POD={pod}")


def process_with(variable: str) -> int:
    """The process id of a container's program, as the node counts, by a variable of its own such as `NAME=value`."""
    return eventually(lambda: _with_variable(variable), what=f"a process on this machine has {variable}")


def kill_master(pod: str) -> None:
    """End a master without a good-bye, as the kernel does when memory runs out."""
    os.kill(master_process(pod), signal.SIGKILL)


def killed_master(pod: str) -> bool:
    """End a master without a good-bye, if its process is there; whether it was."""
    process = _with_variable(f"K8STUI_POD={pod}")
    with suppress(ProcessLookupError):
        if process:
            os.kill(process, signal.SIGKILL)
            return True
    return False


def cut_handover(pod: str) -> None:
    """From now on, packets to the master's handover port vanish, as a NetworkPolicy makes them."""
    rule = ["iptables", "-w", "-A", "INPUT", "-p", "tcp", "--dport", str(PORT), "-j", "DROP"]
    subprocess.run(["nsenter", "-t", str(master_process(pod)), "-n", *rule], check=True, timeout=60)


def _with_variable(variable: str) -> int:
    for pid in all_pids():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if variable.encode() in environment.split(b"\0"):
            return pid
    return 0
