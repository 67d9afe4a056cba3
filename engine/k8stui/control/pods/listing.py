"""Lists pods: k8stui's own, or all of a namespace."""

from __future__ import annotations

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.pods.views import pod_view
from k8stui.control.selectors import OURS, matching
from k8stui.model.errors import InvalidInputError
from k8stui.model.views import PodView


async def list_pods(
    cluster: Cluster,
    *,
    namespace: str | None = None,
    all_namespaces: bool = False,
    run: str = "",
    pipeline: str = "",
    everything: bool = False,
) -> list[PodView]:
    """Pods, the newest first.

    Args:
        cluster: Where.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.
        run: Only those of this run.
        pipeline: Only those of this pipeline (its label value).
        everything: Also pods that k8stui did not make.
    """
    labels = matching("" if everything else OURS, run=run or None, pipeline=pipeline or None)
    found = await cluster.list(PODS, namespace=namespace, all_namespaces=all_namespaces, labels=labels)
    return sorted(map(pod_view, found), key=lambda pod: (-(pod.created or 0), pod.namespace, pod.name))


async def pod_of_run(cluster: Cluster, name: str, *, namespace: str | None = None) -> PodView:
    """A pod that a run of k8stui or ZenML has; `run` tells which.

    Raises:
        NotFoundError: There is no such pod.
        InvalidInputError: It belongs to no run.
    """
    pod = pod_view(await cluster.get(PODS, name, namespace=namespace))
    if not pod.run:
        raise InvalidInputError(
            f"The pod {name} belongs to no run of k8stui or ZenML.", hint=f"kubectl shows its log: kubectl logs {name}"
        )
    return pod
