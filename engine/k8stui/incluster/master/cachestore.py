"""Where the index of a pipeline's results is kept: one ConfigMap, read at a master's start and written at a run's end.

Two masters may write it: each write is bound to the version that was read, and who comes second puts what is new of its
own into what the first one wrote. Nothing in it is ever wrong, only missing, so a run never fails over it.
"""

from typing import Any, Dict, Mapping

from ..contract.inputs import Results
from ..contract.names import COMPONENT_CACHE, LABEL_COMPONENT, LABEL_MANAGED_BY, LABEL_PIPELINE, MANAGER
from ..contract.protocol import Plan, StepPlan
from ..contract.record import StepStatus
from ..scheduling.caching import Index
from ..scheduling.stepcache import StepCache
from .kube import Kube, KubeError
from .logs import say

Json = Dict[str, Any]

INDEX_KEY = "index.json"

WRITES = 10
"""How often the index is read and written again when others write it in between."""


class CacheStore:
    """Reads and writes the index of one pipeline.

    Args:
        kube: The API.
        plan: The plan of a run of the pipeline.

    Attributes:
        cache: What the run's scheduler asks; empty before `read`.
    """

    def __init__(self, kube: Kube, plan: Plan) -> None:
        self._kube = kube
        self._plan = plan
        self._version = ""
        self.cache = StepCache(plan, Index())

    def read(self) -> None:
        """Let the run use what earlier ones have come to; nothing where it is not to use that."""
        if not self._plan.cache or self._plan.no_cache:
            return
        try:
            self.cache.index = Index(self._text())
        except KubeError as error:
            say("k8stui: earlier results cannot be used: %s" % error)

    def keep(
        self, plans: Mapping[str, StepPlan], steps: Mapping[str, StepStatus], results: Results, now: float
    ) -> None:
        """Write what the steps of this run have come to: before its last word, so that who sees its end can rely on it.

        Args:
            plans: The steps by name.
            steps: Their status.
            results: Of the steps that are done.
            now: Seconds since the epoch.
        """
        self.cache.keep(plans, steps, results, now)
        index = self.cache.index
        if not self._plan.cache or not index.changed:
            return
        try:
            for _ in range(WRITES):
                if self._try(index):
                    return
                index.read_again(self._text())
            say("k8stui: the results are not kept for later runs: others write the index all the time")
        except KubeError as error:
            say("k8stui: the results are not kept for later runs: %s" % error)

    def _text(self) -> str:
        try:
            found = self._kube.get("configmaps", self._plan.cache)
        except KubeError as error:
            if error.status != 404:
                raise
            self._version = ""
            return ""
        self._version = found["metadata"]["resourceVersion"]
        return str((found.get("data") or {}).get(INDEX_KEY) or "")

    def _try(self, index: Index) -> bool:
        data = {INDEX_KEY: index.to_text()}
        try:
            if self._version:
                changes = {"metadata": {"resourceVersion": self._version}, "data": data}
                self._kube.patch("configmaps", self._plan.cache, changes)
            else:
                self._kube.create("configmaps", dict(self._empty(), data=data))
        except KubeError as error:
            if error.status not in (404, 409):
                raise
            return False
        return True

    def _empty(self) -> Json:
        labels = {LABEL_MANAGED_BY: MANAGER, LABEL_COMPONENT: COMPONENT_CACHE}
        for template in self._plan.templates[:1]:
            labels[LABEL_PIPELINE] = template["metadata"]["labels"][LABEL_PIPELINE]
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": self._plan.cache, "labels": labels}}
