"""What of a cluster says which artifacts are needed. What cannot be read is an error, so that nothing is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.control.reclaiming.doomed import Known, references_in
from k8stui.control.runs.reading import list_runs
from k8stui.control.selectors import OURS, matching
from k8stui.control.stores.owning import ROOT_CA, place_of
from k8stui.incluster.contract import names
from k8stui.model.errors import ForbiddenError
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.model.views import RunSummaryView
from k8stui.plan.storing import owner_of

_REFERRING = (names.COMPONENT_RECORD, names.COMPONENT_STATUS, names.COMPONENT_RESULTS, names.COMPONENT_JOURNAL,
              names.COMPONENT_INPUTS, names.COMPONENT_CACHE)  # fmt: skip
"""The ConfigMaps in which a reference to an artifact may stand."""


async def known_of(
    cluster: Cluster, namespaces: Sequence[str], store: ArtifactStoreConfig, codes: Collection[str] = ()
) -> Known:
    """What is known of some namespaces.

    The store must have been listed before: a run that wrote into it has had its record then.

    Args:
        cluster: Where.
        namespaces: Which ones.
        store: The artifact store.
        codes: The SHA-256 of the code packages in it; whether they are named takes a look at all plans.

    Raises:
        ForbiddenError: Something of one of them may not be read.
        K8stuiError: It cannot be read.
    """
    places: dict[str, str] = {}
    runs: set[tuple[str, str]] = set()
    going: set[tuple[str, str]] = set()
    busy: set[tuple[str, str]] = set()
    references: set[str] = set()
    named: set[str] = set()
    for namespace in namespaces:
        place = await place_of(cluster, namespace, store)
        if not place:
            raise ForbiddenError(
                f"Which artifacts are of namespace {namespace} is not known: its ConfigMap {ROOT_CA} cannot be read.",
                hint="Ask for the right to get it. Nothing was deleted.",
            )
        places[owner_of(place, "").partition("-")[0].removeprefix("o")] = namespace
        # In this order: what a run ends with is written before it is told to have ended, and references are read then.
        first = await list_runs(cluster, namespace=namespace)
        referring = matching(OURS, component=_REFERRING)
        async for page in cluster.pages(CONFIGMAPS, namespace=namespace, labels=referring, page_size=100):
            for one in page.items:
                references.update(key for text in (one.get("data") or {}).values() for key in references_in(text))
        if codes:
            planned = matching(OURS, component=(names.COMPONENT_PLAN, names.COMPONENT_TEMPLATE))
            async for page in cluster.pages(CONFIGMAPS, namespace=namespace, labels=planned, page_size=50):
                for one in page.items:
                    named.update(_named(codes, (one.get("data") or {}).values()))
        pods = await cluster.list(PODS, namespace=namespace, labels=OURS, metadata_only=True)
        last = await list_runs(cluster, namespace=namespace)
        runs.update((namespace, run.run) for run in (*first, *last))
        of_pods = {(namespace, str((pod["metadata"]["labels"]).get(names.LABEL_RUN_ID))) for pod in pods}
        told = {(namespace, run.run) for run in last}
        going |= (of_pods - told).union((namespace, run.run) for run in (*first, *last) if not run.state.ended)
        runs |= of_pods
        busy.update((namespace, owner_of(place, one).partition("-")[2]) for one in _busy(first, last))
    return Known(places, frozenset(runs), frozenset(going), frozenset(busy), frozenset(references), frozenset(named))


def _named(codes: Collection[str], texts: Iterable[str]) -> set[str]:
    """Those that stand in parts of plans: where one is cut in two, one of its halves is whole."""
    known = list(texts)
    return {one for one in codes if any(one[:32] in text or one[32:] in text for text in known)}


def _busy(first: Sequence[RunSummaryView], last: Sequence[RunSummaryView]) -> set[str]:
    """The pipelines of runs that go on, or were begun between two looks."""
    before = {run.run for run in first}
    return {run.pipeline for run in (*first, *last) if not run.state.ended or run.run not in before}
