"""Questions about oneself: may I, and who am I. POSTs that store nothing, so read-only mode lets them through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.cluster.request import Request
from k8stui.cluster.resources import JsonObject, Resource
from k8stui.cluster.shapes import RULE
from k8stui.cluster.subject import What
from k8stui.model.errors import ForbiddenError, NotFoundError
from k8stui.model.shapes import each, fields, flag, text

if TYPE_CHECKING:
    from k8stui.cluster.requests import Requests  # which asks who the user is

_ANSWER = fields(
    {
        "status": fields(
            {"allowed": flag, "resourceRules": each(RULE), "userInfo": fields({"username": text})},
        )
    },
    always=("status",),
)

UNKNOWN_USER = "unknown"
"""The name of a user whom the cluster does not tell (before Kubernetes 1.28, or where it is forbidden)."""


async def can_i(
    requests: Requests, verb: str, resource: Resource, *, namespace: str, name: str, subresource: str
) -> bool:
    """A SelfSubjectAccessReview."""
    attributes = {
        "verb": verb, "group": resource.group, "resource": resource.plural, "subresource": subresource,
        "namespace": namespace, "name": name,
    }  # fmt: skip
    body: JsonObject = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {key: value for key, value in attributes.items() if value}},
    }
    request = Request(
        What("ask for permissions"), "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=body
    )
    return bool(_ANSWER(await requests.read(request))["status"].get("allowed"))


async def my_rules(requests: Requests, namespace: str) -> tuple[list[JsonObject], bool]:
    """A SelfSubjectRulesReview: the rules on resources, and whether there may be more than these."""
    body: JsonObject = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    request = Request(
        What("ask for permissions"), "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body=body
    )
    status = _ANSWER(await requests.read(request))["status"]
    return list(status.get("resourceRules") or ()), bool(status.get("incomplete") or status.get("evaluationError"))


async def whoami(requests: Requests) -> str:
    """A SelfSubjectReview (Kubernetes 1.28 and newer)."""
    body: JsonObject = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    request = Request(What("ask who I am"), "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body=body)
    try:
        answer = await requests.read(request)
    except (ForbiddenError, NotFoundError):
        return UNKNOWN_USER
    return str((_ANSWER(answer)["status"].get("userInfo") or {}).get("username") or UNKNOWN_USER)
