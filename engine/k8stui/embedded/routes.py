"""From an HTTP request to what it asks for: verb, kind, namespace, name and subresource.

Rules: Kubernetes documentation, "API Concepts" (resource URIs) and "Authorization Overview" (request verbs).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from k8stui.embedded.failures import method_not_allowed, no_such_resource
from k8stui.embedded.rbac import Attempt
from k8stui.embedded.registry import NAMESPACE, Kind, find_by_path


@dataclass(frozen=True)
class Route:
    """One request for a resource.

    Attributes:
        verb: get, list, watch, create, update, patch, delete or deletecollection.
        kind: What it is about.
        namespace: Empty for cluster scope or all namespaces.
        name: Empty for collections.
        subresource: Empty for the object itself.
        attempt: The same as authorization sees it.
    """

    verb: str
    kind: Kind
    namespace: str
    name: str
    subresource: str
    attempt: Attempt


def truthy(text: str | None) -> bool:
    """Return whether a boolean query parameter is on."""
    return (text or "").lower() in ("1", "t", "true")


def route(method: str, path: str, query: Mapping[str, str]) -> Route:
    """Return what a request asks for.

    Raises:
        ApiError: 404 for an unknown path, 405 for a method that has no meaning there.
    """
    kind, namespace, rest = _resource(path)
    name, subresource = (*rest, "", "")[:2]
    if len(rest) > 2 or (subresource and not kind.has_subresource(subresource)):
        raise no_such_resource()
    verb = _verb(method, kind, name, subresource, watching=truthy(query.get("watch")))
    asked = name or _name_in_selector(query.get("fieldSelector", ""))
    resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
    scope = name if kind is NAMESPACE else namespace
    return Route(verb, kind, namespace, name, subresource, Attempt(verb, kind.group, resource, scope, asked))


def _resource(path: str) -> tuple[Kind, str, list[str]]:
    """Return the kind, the namespace and what follows the plural."""
    match path.strip("/").split("/"):
        case ["api", version, *rest]:
            group = ""
        case ["apis", group, version, *rest]:
            pass
        case _:
            raise no_such_resource()
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces" and not (group == "" and NAMESPACE.has_subresource(rest[2])):
        namespace, rest = rest[1], rest[2:]
    kind = find_by_path(group, version, rest[0]) if rest else None
    if kind is None or (namespace and not kind.namespaced):
        raise no_such_resource()
    return kind, namespace, rest[1:]


def _verb(method: str, kind: Kind, name: str, subresource: str, *, watching: bool) -> str:
    match method:
        case "GET" if name:
            verb = "get"
        case "GET":
            verb = "watch" if watching else "list"
        case "POST" if not name or subresource not in ("", "status"):
            verb = "create"
        case "PUT" if name:
            verb = "update"
        case "PATCH" if name:
            verb = "patch"
        case "DELETE" if not subresource:
            verb = "delete" if name else "deletecollection"
        case _:
            raise method_not_allowed()
    special = next((sub for sub in kind.subresources if sub[0] == subresource), None)
    if verb not in (special[3] if special else kind.verbs):
        raise method_not_allowed()
    return verb


def _name_in_selector(selector: str) -> str:
    """Return the name a list or watch is restricted to, which lets `resourceNames` rules apply to it."""
    for part in selector.split(","):
        key, equals, value = part.partition("=")
        if key.strip() == "metadata.name" and equals:
            return value.lstrip("=").strip()
    return ""
