"""Everything the cluster changes in the machine's network and kernel settings, and the way back from each change."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from . import shell
from .errors import RealClusterError
from .layout import BRIDGE, NODE_IP, PORTS
from .packages import program

SYSCTLS = (
    "net/ipv4/ip_forward",
    "net/ipv4/conf/all/route_localnet",
    "net/bridge/bridge-nf-call-iptables",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)
"""Kernel settings that we, the kubelet or kube-proxy change; their values before are put back."""

WANTED = {"net/ipv4/ip_forward": "1", "net/bridge/bridge-nf-call-iptables": "1"}
MODULES = ("overlay", "br_netfilter", "nf_conntrack")
OURS = re.compile(rf"\b(KUBE|CNI)-|-[io] {BRIDGE}\b")
"""A packet filter line that kube-proxy, the kubelet, a CNI plugin or `set_up` wrote."""
ATTEMPTS = 5
"""How often the packet filter is looked at, at most, until all that is ours could be taken away."""


def require_free() -> None:
    """Check that no other cluster uses the bridge or the ports.

    Raises:
        RealClusterError: one does.
    """
    hint = "Another Kubernetes on this machine? Stop it, or use another machine."
    if Path(f"/sys/class/net/{BRIDGE}").exists():
        raise RealClusterError(f"There is a bridge {BRIDGE} on this machine that isn't ours.", hint=hint)
    taken = [port for port in PORTS if _is_taken(port)]
    if taken:
        raise RealClusterError(f"Ports in use on this machine: {', '.join(map(str, taken))}.", hint=hint)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return True
    return False


def read_sysctls() -> dict[str, str]:
    """Return the present values of the kernel settings that will change."""
    return {name: _sysctl(name).read_text().strip() for name in SYSCTLS if _sysctl(name).exists()}


def restore_sysctls(values: dict[str, str]) -> None:
    """Put recorded values back, writing only those that differ."""
    for name, value in values.items():
        path = _sysctl(name)
        if path.exists() and path.read_text().strip() != value:
            path.write_text(value)


def _sysctl(name: str) -> Path:
    return Path("/proc/sys") / name


def load_modules() -> None:
    """Load kernel modules; a kernel that has them built in, or can't load any, is asked nothing further here."""
    for module in MODULES:
        shell.succeeds([program("modprobe"), module])


def set_up() -> None:
    """Make the bridge, and let its packets pass also where the machine's own rules forward nothing (Docker's do)."""
    for name, value in WANTED.items():
        if _sysctl(name).exists():
            _sysctl(name).write_text(value)
    ip, iptables = program("ip"), program("iptables")
    shell.run(ip, "link", "add", BRIDGE, "type", "bridge")
    shell.run(ip, "address", "add", f"{NODE_IP}/24", "dev", BRIDGE)
    shell.run(ip, "link", "set", BRIDGE, "up")
    for direction in ("-i", "-o"):
        shell.run(iptables, "-w", "-I", "FORWARD", direction, BRIDGE, "-j", "ACCEPT")


def tear_down() -> None:
    """Remove the bridge and the packet filter rules."""
    shell.succeeds([program("ip"), "link", "delete", BRIDGE])
    for family in ("iptables", "ip6tables"):
        _remove_rules(family)


def _remove_rules(family: str) -> None:
    """Delete our chains and every rule that jumps to one, leaving the rest as it is.

    A CNI plugin outlives its containerd by a moment: where one takes its rules away meanwhile, all is looked at again.
    """

    def once() -> None:
        undo = _undo(shell.run(program(f"{family}-save")))
        if any(line.startswith("-") for line in undo):
            shell.run(program(f"{family}-restore"), "-w", "--noflush", stdin="\n".join(undo) + "\n")

    shell.again(once, ATTEMPTS)


def _undo(saved: str) -> list[str]:
    """What takes our rules and chains away again, as `iptables-restore` reads it, from what `iptables-save` told."""
    undo: list[str] = []
    for line in saved.splitlines():
        if line.startswith("*"):
            undo.append(line)
            rules: list[str] = []
            chains: list[str] = []
        elif line.startswith(":") and OURS.search(line):
            chains.append(line.split()[0][1:])
        elif line.startswith("-A") and OURS.search(line) and line.split()[1] not in chains:
            rules.append("-D" + line[2:])
        elif line == "COMMIT":
            undo += [*rules, *(f"-F {chain}" for chain in chains), *(f"-X {chain}" for chain in chains), line]
    return undo
