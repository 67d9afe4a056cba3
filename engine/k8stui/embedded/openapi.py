"""What kubectl reads of `/openapi/v3` before it sends a manifest: that the server itself checks its fields.

Nothing else of the documents is there, so `kubectl explain` is not answered.
"""

from __future__ import annotations

from k8stui.embedded.failures import no_such_resource
from k8stui.embedded.objects import Obj
from k8stui.embedded.registry import KINDS, Kind

ROOT = "/openapi/v3"
"""Where the documents are."""


def document(path: str) -> Obj:
    """Return the list of documents, or the one of a group and version.

    Raises:
        ApiError: 404, there is no such document.
    """
    places = {_place(kind): kind.api_version for kind in KINDS}
    wanted = path.removeprefix(ROOT).strip("/")
    if not wanted:
        return {"paths": {place: {"serverRelativeURL": f"{ROOT}/{place}"} for place in places}}
    if wanted not in places:
        raise no_such_resource()
    paths = {_path(kind): {"patch": _patch(kind)} for kind in KINDS if _place(kind) == wanted and kind.stored}
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "unversioned"}, "paths": paths}


def _place(kind: Kind) -> str:
    return f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"


def _path(kind: Kind) -> str:
    scope = "/namespaces/{namespace}" if kind.namespaced else ""
    return f"/{_place(kind)}{scope}/{kind.plural}/{{name}}"


def _patch(kind: Kind) -> Obj:
    return {
        "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
        "responses": {},
        "x-kubernetes-group-version-kind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
    }
