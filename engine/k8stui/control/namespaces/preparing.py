"""Makes what a namespace needs for runs; safe to repeat, and tells of each object what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError
from k8stui.cluster.resources import NAMESPACES, PVCS, JsonObject
from k8stui.control.namespaces.access import make_account, missing_namespace
from k8stui.model.errors import NotFoundError
from k8stui.model.preparing import PSS_ENFORCE
from k8stui.plan.preparing import Preparation


async def prepare(cluster: Cluster, wanted: Preparation) -> AsyncIterator[str]:
    """Make it all, and tell of each object what became of it: `serviceaccount/k8stui ready in namespace ml`.

    Raises:
        InvalidInputError: The server takes one of the objects for invalid.
        NotFoundError: The namespace does not exist and is not to be made.
        ForbiddenError: This user may not make one of them.
    """
    if wanted.create_namespace or wanted.pss:
        yield await _namespace(cluster, wanted)
    for made in await make_account(cluster, wanted.namespace, name=wanted.service_account):
        yield f"{made['kind'].lower()}/{made['metadata']['name']} ready in namespace {wanted.namespace}"
    for claim in wanted.claims():
        yield await _claim(cluster, claim)


async def _namespace(cluster: Cluster, wanted: Preparation) -> str:
    name = wanted.namespace
    if wanted.create_namespace:
        try:
            await cluster.create(wanted.namespace_manifest())
        except AlreadyExistsError:
            if not wanted.pss:
                return f"namespace/{name} exists"
        else:
            return f"namespace/{name} created{f', enforces Pod Security {wanted.pss}' if wanted.pss else ''}"
    try:
        found = await cluster.get(NAMESPACES, name)
    except NotFoundError as error:
        raise missing_namespace(name) from error
    before = (found["metadata"].get("labels") or {}).get(PSS_ENFORCE)
    if before == wanted.pss:
        return f"namespace/{name} enforces Pod Security {before} already"
    await cluster.patch(NAMESPACES, name, {"metadata": {"labels": {PSS_ENFORCE: str(wanted.pss)}}})
    return f"namespace/{name} enforces Pod Security {wanted.pss}{f', no longer {before}' if before else ''}"


async def _claim(cluster: Cluster, claim: JsonObject) -> str:
    name, size = claim["metadata"]["name"], _size(claim)
    try:
        await cluster.create(claim)
    except AlreadyExistsError:
        found = await cluster.get(PVCS, name, namespace=claim["metadata"]["namespace"])
        phase = (found.get("status") or {}).get("phase", "Pending")
        kept = "" if _size(found) == size else f"; it keeps its size, not {size}"
        return f"persistentvolumeclaim/{name} exists ({_size(found)}, {phase}){kept}"
    return f"persistentvolumeclaim/{name} created ({size})"


def _size(claim: JsonObject) -> str:
    requests = (claim["spec"].get("resources") or {}).get("requests") or {}
    return str(requests.get("storage", "no size"))
