"""The way to the cluster: kubeconfig, server, versions, clocks, nodes. Pure but for `kubeconfig_findings`."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from k8stui.cluster.greeting import Greeting
from k8stui.cluster.kubeconfig import Kubeconfig, read_kubeconfig
from k8stui.cluster.resources import JsonObject
from k8stui.cluster.reviews import UNKNOWN_USER
from k8stui.control.doctor.finding import Finding, Level
from k8stui.control.doctor.taints import taints_against
from k8stui.control.troubles.places import of_nodes
from k8stui.model.errors import K8stuiError
from k8stui.stacks.active import ActiveStack

OLDEST = 28
"""Minor version of the oldest Kubernetes that tells a run when it was due, and a person who they are."""

TESTED = 34
"""Minor version that the tests run against."""

KUBELET_SKEW = 3
"""Minor versions that a kubelet may be older than its server (Kubernetes docs, "Version Skew Policy")."""

SLOW = 1.0
"""Seconds of one answer beyond which the screens lag."""

SKEWED, FAR = 5.0, 60.0
"""Seconds between clocks that confuse ages, and that make tokens look expired."""

TIME_SERVER = "Let every machine follow a time server (chrony, systemd-timesyncd)"

_MINOR = re.compile(r"v?1\.(\d{1,4})")


def stack_finding(stack: ActiveStack) -> Finding:
    """Which stack is used, and how it reaches its cluster."""
    orchestrator = stack.orchestrator
    if orchestrator.connector:
        way = f"connector {orchestrator.connector}"
    elif orchestrator.config.incluster:
        way = "the service account of this pod"
    else:
        way = "the kubeconfig"
    told = f"stack {stack.name} reaches its cluster by {way} (orchestrator {stack.names.orchestrator})"
    return Finding("stack", Level.OK, told)


def kubeconfig_findings(kubeconfig: Path | None, context: str | None) -> list[Finding]:
    """What the files say about the context that is meant."""
    check = "kubeconfig"
    try:
        found = read_kubeconfig(kubeconfig)
        if found is None:
            if context is None and os.environ.get("KUBERNETES_SERVICE_HOST"):
                return [Finding(check, Level.OK, "none, and none is needed: this is a pod with a service account")]
            return [Finding(check, Level.PROBLEM, "there is no kubeconfig", "Set KUBECONFIG, or give --kubeconfig")]
        access = found.access(context)
    except K8stuiError as error:
        return [Finding(check, Level.PROBLEM, error.message.rstrip("."), error.hint)]
    files = ", ".join(map(str, found.files))
    others = f", {len(found.contexts) - 1} more there" if len(found.contexts) > 1 else ""
    first = Finding(check, Level.OK, f"context {access.context} of {files}{others}")
    return [first, *open_files(_modes(found))]


def _modes(found: Kubeconfig) -> dict[str, int]:
    return {str(path): stat.S_IMODE(path.stat().st_mode) for path in found.files}


def open_files(modes: dict[str, int]) -> list[Finding]:
    """A kubeconfig holds credentials, so nobody else should be able to read it."""
    return [
        Finding("kubeconfig", Level.WARNING, f"{path} can be read by others (mode {mode:04o})", f"chmod 600 {path}")
        for path, mode in modes.items()
        if mode & 0o077
    ]


def server_finding(server: str, user: str, greeting: Greeting) -> Finding:
    """How the server answers."""
    who = "does not say who you are" if user == UNKNOWN_USER else f"knows you as {user}"
    told = f"{server} answers in {greeting.latency * 1000:.0f} ms and {who}"
    if greeting.latency > SLOW:
        return Finding("server", Level.WARNING, told, "Everything will feel slow: look at the network, VPN and proxy")
    return Finding("server", Level.OK, told)


def version_finding(version: str) -> Finding:
    """Whether this Kubernetes is one that k8stui knows."""
    minor = _minor(version)
    if minor is None:
        return Finding("version", Level.UNKNOWN, f"the server calls itself {version!r}")
    if minor < OLDEST:
        return Finding(
            "version",
            Level.WARNING,
            f"Kubernetes {version} is older than 1.{OLDEST}: runs of schedules are not told when they were due, "
            "and who submitted a run is not known",
            f"Upgrade the cluster; k8stui is tested with 1.{TESTED}",
        )
    return Finding("version", Level.OK, f"Kubernetes {version}; k8stui is tested with 1.{TESTED}")


def clock_finding(ahead: float | None) -> Finding:
    """Whether our clock and the server's agree."""
    if ahead is None:
        return Finding("clock", Level.UNKNOWN, "the server's answers have no date")
    if abs(ahead) < SKEWED:
        return Finding("clock", Level.OK, "the server's clock and this machine's agree")
    way = "ahead of" if ahead > 0 else "behind"
    told = f"the server's clock is {abs(ahead):.0f} s {way} this machine's: ages are wrong by that much"
    if abs(ahead) < FAR:
        return Finding("clock", Level.WARNING, told, TIME_SERVER)
    told += ", and credentials may count as expired"
    return Finding("clock", Level.PROBLEM, told, TIME_SERVER)


def node_findings(
    nodes: Iterable[JsonObject], version: str, tolerations: Iterable[Mapping[str, Any]] = ()
) -> list[Finding]:
    """Whether there are nodes for Linux pods, what ails some, and whether their kubelets fit the server.

    Args:
        nodes: Of the cluster.
        version: Of the server.
        tolerations: Those of pods of runs.
    """
    check, found = "nodes", list(nodes)
    linux = [node for node in found if (node["metadata"].get("labels") or {}).get("kubernetes.io/os") == "linux"]
    if not linux:
        told = f"none of the {len(found)} nodes has the label kubernetes.io/os=linux, which all pods of runs ask for"
        return [Finding(check, Level.PROBLEM, told, "Add a Linux node")]
    troubles = list(of_nodes(linux))
    bad = {one.members[0].name for one in troubles}
    results = [
        Finding(check, Level.WARNING, f"{one.members[0].name} is {one.sentence}", one.advice) for one in troubles
    ]
    held = taints_against([node for node in linux if node["metadata"]["name"] not in bad], tolerations)
    good = len(linux) - len(bad) - len(held)
    if good:
        taints = ", ".join(dict.fromkeys(held.values()))
        closed = f"; {len(held)} not, for taints that those do not tolerate: {taints}" if held else ""
        results.insert(0, Finding(check, Level.OK, f"{good} of {len(found)} nodes take pods of runs{closed}"))
    else:
        results = [Finding(one.check, Level.PROBLEM, one.sentence, one.fix) for one in results]
        results += [
            Finding(
                check,
                Level.PROBLEM,
                f"{name} has taints that pods of runs do not tolerate: {taints}",
                "Give pod_settings and orchestrator_pod_settings tolerations, or add a node without taints",
            )
            for name, taints in held.items()
        ]
    return results + list(_kubelets(linux, version))


def _kubelets(nodes: Iterable[JsonObject], version: str) -> Iterable[Finding]:
    server = _minor(version)
    if server is None:
        return
    for node in nodes:
        told = str(((node.get("status") or {}).get("nodeInfo") or {}).get("kubeletVersion") or "")
        minor = _minor(told)
        if minor is not None and not server - KUBELET_SKEW <= minor <= server:
            how = "newer than" if minor > server else f"more than {KUBELET_SKEW} minor versions older than"
            name = node["metadata"]["name"]
            yield Finding(
                "nodes",
                Level.WARNING,
                f"the kubelet of {name} is {told}, {how} the server ({version}), which Kubernetes does not support",
                "Upgrade the older of the two",
            )


def _minor(version: str) -> int | None:
    found = _MINOR.match(version)
    return int(found[1]) if found else None
