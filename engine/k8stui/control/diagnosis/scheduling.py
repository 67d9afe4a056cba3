"""Why no node takes a pod: the scheduler's sentence in words, with what the pod asks for and what the nodes have.

The sentence is `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}. preemption: …`
(kube-scheduler, `FitError`); the filters' words are those of its plugins. What is said of preemption tells, even where
the nodes may not be read, whether a pod could ever fit: it is "not helpful" where even an empty node is too small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from k8stui.control.diagnosis.around import Around, Json, setting
from k8stui.control.diagnosis.finding import Cause, Level
from k8stui.model.quantities import parse_quantity, pod_resources, readable

_FIT_ERROR = re.compile(r"0/(?P<all>\d{1,9}) nodes are available: (?P<reasons>.*)", re.DOTALL)
_PREEMPTION = re.compile(r"\.?\s*(?:no new claims to deallocate,? ?|preemption: ).*$", re.DOTALL)
_UNHELPFUL = re.compile(r"preemption: .*?(?P<count>\d{1,9}) Preemption is not helpful", re.DOTALL)
_TAINT = re.compile(r"node\(s\) had (?:untolerated )?taint(?:\(s\))?(?: \{(?P<key>[^:}]*): ?(?P<value>[^}]*)\})?")
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_NO_CLAIM = re.compile(r'persistentvolumeclaim "(?P<name>[^"]+)" not found')
_OS_LABEL = "kubernetes.io/os"

_NODE_TROUBLE = {
    "node.kubernetes.io/not-ready": "not ready",
    "node.kubernetes.io/unreachable": "unreachable",
    "node.kubernetes.io/memory-pressure": "short of memory",
    "node.kubernetes.io/disk-pressure": "short of disk space",
    "node.kubernetes.io/pid-pressure": "short of process ids",
    "node.kubernetes.io/network-unavailable": "without a network",
    "node.cloudprovider.kubernetes.io/uninitialized": "not set up yet",
}
"""Taints that Kubernetes itself sets and takes away."""


@dataclass(frozen=True)
class _Nodes:
    """So many of the nodes, as the subject of a clause."""

    count: int
    total: int

    def do(self, one: str, many: str) -> str:
        """`it has`, `1 has`, `2 have`, `all have`."""
        if self.total == 1:
            return f"it {one}"
        return f"{'all' if self.count == self.total else self.count} {one if self.count == 1 else many}"


@dataclass(frozen=True)
class _Part:
    """What some of the nodes lack."""

    words: str
    advice: str
    passing: bool = False


def unschedulable(pod: Json, message: str, around: Around) -> Cause:
    """The cause behind the message of a pod's `PodScheduled` condition or of a FailedScheduling event."""
    whole = _whole_cluster(message, around)
    if whole:
        return whole
    found = _FIT_ERROR.search(message)
    if found is None:
        return Cause(Level.WAITING, f"the scheduler says: {message}" if message else "it waits for a node")
    nodes = int(found["all"])
    unhelpful = _UNHELPFUL.search(message)
    hopeless = unhelpful is not None and int(unhelpful["count"]) == nodes
    reasons = _reasons(_PREEMPTION.sub("", found["reasons"]))
    alone = len(reasons) == 1
    parts = [_part(_Nodes(count, nodes), text, pod, around, hopeless=hopeless and alone) for count, text in reasons]
    level = Level.WAITING if any(part.passing for part in parts) else Level.STUCK
    who = "the only node does not take it" if nodes == 1 else f"none of the {nodes} nodes takes it"
    words = f"{who}: {', '.join(part.words for part in parts)}"
    return Cause(level, words, " ".join(dict.fromkeys(part.advice for part in parts if part.advice)))


def gated(pod: Json) -> Cause:
    """A pod whose scheduling somebody holds back by scheduling gates."""
    gates = ", ".join(gate.get("name") or "" for gate in pod["spec"].get("schedulingGates") or ())
    queue = "Look at its queue: kubectl get workloads,localqueues" if "kueue" in gates else ""
    return Cause(
        Level.WAITING,
        f"its scheduling is held back by the gate {gates}",
        queue or "Whoever set the gate takes it away when the pod may start.",
    )


def _whole_cluster(message: str, around: Around) -> Cause | None:
    if "no nodes available to schedule pods" in message:
        return Cause(
            Level.STUCK, "the cluster has no nodes", "Add a node, or wait for the autoscaler: kubectl get nodes"
        )
    missing = _NO_CLAIM.search(message)
    if missing:
        name = missing["name"]
        return Cause(
            Level.STUCK,
            f"its PersistentVolumeClaim {name} does not exist",
            f"Create it, or correct the volume's claimName: kubectl get pvc {name}",
        )
    if "unbound immediate PersistentVolumeClaims" in message:
        said = "; ".join(f"{name}: {words}" for name, words in around.claims.items())
        which = " and ".join(around.claims) or "one of its PersistentVolumeClaims"
        words = f"{which} has no volume yet" if not said else f"a PersistentVolumeClaim has no volume yet ({said})"
        return Cause(Level.STUCK, words, "See what the claim waits for: kubectl describe pvc")
    return None


def _reasons(text: str) -> list[tuple[int, str]]:
    found = []
    for part in re.split(r", (?=\d+ )", text.strip().rstrip(".")):
        number, _, words = part.partition(" ")
        found.append((int(number), words) if _COUNT.fullmatch(number) else (0, part))
    return found


def _part(some: _Nodes, text: str, pod: Json, around: Around, *, hopeless: bool) -> _Part:
    if text.startswith("Insufficient "):
        return _insufficient(some, text.removeprefix("Insufficient "), pod, around, hopeless=hopeless)
    taint = _TAINT.match(text)
    if taint:
        return _tainted(some, (taint["key"] or "").strip(), (taint["value"] or "").strip(), pod)
    if "affinity/selector" in text or "node selector" in text:
        return _unselected(some, pod, around)
    for sign, one, many, advice, passing in _SIGNS:
        if sign in text:
            return _Part(some.do(one, many), advice, passing)
    return _Part(f"{some.count} {text}" if some.count else text, "")


_SIGNS = (
    ("were unschedulable", "is cordoned", "are cordoned", "Allow pods there again: kubectl uncordon NODE", True),
    ("Too many pods", "runs as many pods as it may", "run as many pods as they may", "", True),
    (
        "anti-affinity",
        "has a pod that it must not share a node with",
        "have a pod that it must not share a node with",
        "Relax the podAntiAffinity.",
        True,
    ),
    (
        "pod affinity rules",
        "lacks the pod that it is to share a node with",
        "lack the pod that it is to share a node with",
        "Relax the podAffinity.",
        True,
    ),
    (
        "topology spread",
        "would break its topology spread constraints",
        "would break its topology spread constraints",
        "Use whenUnsatisfiable: ScheduleAnyway.",
        True,
    ),
    (
        "volume node affinity conflict",
        "does not reach its volume, which is in another zone or on another node",
        "do not reach its volume, which is in another zone or on another node",
        "Use a volume that all nodes reach.",
        False,
    ),
    (
        "available persistent volumes to bind",
        "has no PersistentVolume for its claim",
        "have no PersistentVolume for its claim",
        "See what the claim waits for: kubectl describe pvc",
        False,
    ),
    ("max volume count", "has no room for another volume", "have no room for another volume", "", True),
    ("free ports", "has given away the host port", "have given away the host port", "Do without hostPort.", True),
)
"""Words of the scheduler's other plugins: a sign in its text, what the nodes do, the advice, whether it passes."""


def _insufficient(some: _Nodes, resource: str, pod: Json, around: Around, *, hopeless: bool) -> _Part:
    wanted = pod_resources(pod, "requests").get(resource, Decimal(0))
    amount = f"{readable(resource, wanted)} {resource}"
    less = f"Ask for less in {setting(pod, 'resources', 'resources')}"
    largest = _largest(around.nodes, resource)
    if largest == 0:
        kind = "GPUs" if resource.endswith("/gpu") else resource
        return _Part(
            f"it asks for {amount}, and no node has any",
            f"Add a node with {kind} and the device plugin that offers {resource}: kubectl describe nodes",
        )
    if largest is not None and wanted > largest:
        most = readable(resource, largest)
        return _Part(f"it asks for {amount}, more than any node has ({most})", f"{less}, or add a larger node.")
    if hopeless and largest is None:
        return _Part(f"it asks for {amount}, more than any node has", f"{less}, or add a larger node.")
    return _Part(
        f"{some.do('has', 'have')} too little free {resource} (it asks for {readable(resource, wanted)})",
        f"It starts when others end. {less} to start sooner.",
        passing=True,
    )


def _largest(nodes: Iterable[Json] | None, resource: str) -> Decimal | None:
    """The most of a resource that a node offers to pods; None where the nodes are not known."""
    if nodes is None:
        return None
    amounts = ((node.get("status") or {}).get("allocatable") or {} for node in nodes)
    return max((parse_quantity(one[resource]) for one in amounts if resource in one), default=Decimal(0))


def _tainted(some: _Nodes, key: str, value: str, pod: Json) -> _Part:
    if key in _NODE_TROUBLE:
        return _Part(f"{some.do('is', 'are')} {_NODE_TROUBLE[key]}", "See kubectl describe nodes.", passing=True)
    taint = f"the taint {key}={value}" if value else f"the taint {key}" if key else "a taint"
    where = setting(pod, "tolerations", "tolerations")
    return _Part(
        f"{some.do('has', 'have')} {taint}, which it does not tolerate",
        f"Add a toleration for it to {where}, or use other nodes.",
    )


def _unselected(some: _Nodes, pod: Json, around: Around) -> _Part:
    spec = pod["spec"]
    selector = {key: value for key, value in (spec.get("nodeSelector") or {}).items() if key != _OS_LABEL}
    where = setting(pod, "node_selectors", "nodeSelector")
    if not selector:
        affinity = bool((spec.get("affinity") or {}).get("nodeAffinity"))
        return _Part(
            f"{some.do('does', 'do')} not match its {'node affinity' if affinity else f'{_OS_LABEL} label'}",
            f"Correct {setting(pod, 'affinity', 'affinity')}, or label a node." if affinity else "",
        )
    if some.count == some.total and around.nodes is not None:
        selector = _nowhere(selector, around.nodes) or selector
    labels = ", ".join(f"{key}={value}" for key, value in selector.items())
    others = _values(next(iter(selector)), around.nodes)
    seen = f" (nodes have {others})" if others else ""
    return _Part(
        f"{some.do('lacks', 'lack')} the label {labels}{seen}",
        f"Correct {where}, or label a node: kubectl label node NODE {labels.replace(', ', ' ')}",
    )


def _nowhere(selector: dict[str, str], nodes: Iterable[Json]) -> dict[str, str]:
    """Those labels that not a single node has."""
    labels = [node["metadata"].get("labels") or {} for node in nodes]
    return {key: value for key, value in selector.items() if all(one.get(key) != value for one in labels)}


def _values(key: str, nodes: Iterable[Json] | None) -> str:
    found = sorted({(node["metadata"].get("labels") or {}).get(key) or "" for node in nodes or ()} - {""})
    return ", ".join(f"{key}={value}" for value in found[:4]) + (", …" if len(found) > 4 else "")
