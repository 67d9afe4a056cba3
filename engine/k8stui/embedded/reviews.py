"""Reviews: questions that are answered and not stored - who am I, and what may I do?"""

from __future__ import annotations

from k8stui.embedded.identity import User
from k8stui.embedded.objects import Obj, timestamp
from k8stui.embedded.rbac import Attempt, Authorizer
from k8stui.embedded.registry import ACCESS_REVIEW, RULES_REVIEW, SUBJECT_REVIEW, Kind


def answer(kind: Kind, asked: Obj, user: User, authorizer: Authorizer) -> Obj:
    """Return the review with its status filled in."""
    review: Obj = {
        "kind": kind.kind,
        "apiVersion": kind.api_version,
        "metadata": {"creationTimestamp": timestamp()},
        "spec": asked.get("spec") or {},
    }
    if kind is ACCESS_REVIEW:
        review["status"] = _access(review["spec"], user, authorizer)
    elif kind is RULES_REVIEW:
        namespace = str(review["spec"].get("namespace") or "")
        review["status"] = {
            "resourceRules": list(authorizer.rules(user, namespace)) + _everything(user),
            "nonResourceRules": [],
            "incomplete": False,
        }
    elif kind is SUBJECT_REVIEW:
        del review["spec"]
        info: Obj = {"username": user.name, "groups": sorted(user.groups)}
        if user.uid:
            info["uid"] = user.uid
        review["status"] = {"userInfo": info}
    return review


def _everything(user: User) -> list[Obj]:
    masters = "system:masters" in user.groups
    return [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}] if masters else []


def _access(spec: Obj, user: User, authorizer: Authorizer) -> Obj:
    wanted = spec.get("resourceAttributes")
    if not wanted:
        return {"allowed": "system:masters" in user.groups}
    resource, sub = str(wanted.get("resource") or ""), str(wanted.get("subresource") or "")
    attempt = Attempt(
        verb=str(wanted.get("verb") or ""),
        group=str(wanted.get("group") or ""),
        resource=f"{resource}/{sub}" if sub else resource,
        namespace=str(wanted.get("namespace") or ""),
        name=str(wanted.get("name") or ""),
    )
    return {"allowed": authorizer.allows(user, attempt)}
