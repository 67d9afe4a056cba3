"""What the steps of a run use of CPU and memory now, where the cluster has the metrics API (metrics.k8s.io).

metrics-server, which serves it in most clusters, measures every 15 s and keeps no history: what has ended is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import Resource
from k8stui.control.runs.reading import look_at_run
from k8stui.control.selectors import of_run
from k8stui.control.words.layout import table_lines
from k8stui.incluster.contract import names
from k8stui.model.errors import NotFoundError
from k8stui.model.quantities import parse_quantity, pod_resources, readable
from k8stui.model.views import PodView

POD_METRICS = Resource("metrics.k8s.io", "v1beta1", "pods", "PodMetrics")

NO_API = "This cluster has no metrics API (metrics.k8s.io), so nobody knows what steps use."

TITLES = ("STEP", "POD", "CPU", "OF REQUEST", "OF LIMIT", "MEMORY", "OF REQUEST", "OF LIMIT")


@dataclass(frozen=True)
class Usage:
    """What one pod uses.

    Attributes:
        step: Its step; empty for the orchestrator's.
        pod: Its name.
        cpu: Cores.
        memory: Bytes.
        requests: What it asked for, by resource: cores and bytes.
        limits: What it may use at most.
        measured: When, as the API tells it.
    """

    step: str
    pod: str
    cpu: float
    memory: int
    requests: Mapping[str, float]
    limits: Mapping[str, float]
    measured: str = ""


async def read_usage(cluster: Cluster, run: str, *, namespace: str | None = None) -> list[Usage]:
    """What the pods of a run use now, as last measured; the most memory first.

    Raises:
        NotFoundError: There is no such run, or the cluster has no metrics API.
    """
    seen = await look_at_run(cluster, run, namespace=namespace)
    try:
        found = await cluster.list(POD_METRICS, namespace=namespace, labels=of_run(run))
    except NotFoundError as error:
        hint = "metrics-server serves it; where there is one, kubectl top pods works too."
        raise NotFoundError(NO_API, hint=hint) from error
    return usage_of(found, seen.view.pods, seen.pods)


def usage_of(metrics: Sequence[Mapping[str, Any]], views: Sequence[PodView], pods: Sequence[Any]) -> list[Usage]:
    """What was measured, with what each pod asked for.

    Args:
        metrics: As the metrics API sends them.
        views: The run's pods.
        pods: The same as the API sends them.
    """
    known = {view.name: view for view in views}
    specs = {pod["metadata"]["name"]: pod for pod in pods}
    usages = []
    for one in metrics:
        name = one["metadata"]["name"]
        view = known.get(name)
        if view is None:
            continue
        used = [container.get("usage") or {} for container in one.get("containers") or ()]
        usages.append(
            Usage(
                step=view.step if view.component == names.COMPONENT_STEP else "",
                pod=name,
                cpu=float(sum((parse_quantity(each.get("cpu", 0)) for each in used), Decimal(0))),
                memory=int(sum((parse_quantity(each.get("memory", 0)) for each in used), Decimal(0))),
                requests=_plain(pod_resources(specs.get(name, {}), "requests")),
                limits=_plain(pod_resources(specs.get(name, {}), "limits")),
                measured=str(one.get("timestamp") or ""),
            )
        )
    return sorted(usages, key=lambda usage: -usage.memory)


async def usage_text(cluster: Cluster, run: str, *, namespace: str | None = None) -> str:
    """The same as text to read; a sentence where nothing runs.

    Raises:
        NotFoundError: As for `read_usage`.
    """
    found = await read_usage(cluster, run, namespace=namespace)
    if not found:
        return "No pod of this run is being measured: none runs, or it has not run long enough (15 s)."
    return "\n".join(table_lines(TITLES, map(row_of, found), indent=0))


def row_of(usage: Usage) -> tuple[str, ...]:
    """One line of the table."""
    return (
        usage.step or "(orchestrator)",
        usage.pod,
        f"{usage.cpu:.3f}",
        _share(usage.cpu, usage.requests.get("cpu")),
        _share(usage.cpu, usage.limits.get("cpu")),
        readable("memory", Decimal(usage.memory)),
        _share(usage.memory, usage.requests.get("memory")),
        _share(usage.memory, usage.limits.get("memory")),
    )


def _share(used: float, given: float | None) -> str:
    return f"{used / given:.0%}" if given else "-"


def _plain(found: Mapping[str, Decimal]) -> dict[str, float]:
    return {name: float(amount) for name, amount in found.items()}
