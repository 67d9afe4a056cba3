"""What this user may do in a namespace, asked before it is done: so that nobody fills in a form in vain.

A right is told as RBAC does: `delete pods`, `create pods/eviction`, `patch cronjobs.batch`. One SelfSubjectRulesReview
answers most; what it does not grant is asked for by itself where the review says that it is incomplete (a webhook or
another authorizer may grant more than the rules tell).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import Resource
from k8stui.model.errors import ForbiddenError

T = TypeVar("T")


class Right(NamedTuple):
    """A right.

    Attributes:
        verb: As `delete`.
        group: The API group; empty for the core group.
        resource: The plural.
        subresource: As `eviction`; empty for the object itself.
    """

    verb: str
    group: str
    resource: str
    subresource: str = ""


async def allowed(asked: Awaitable[T]) -> T | None:
    """The answer; None where this user may not have it."""
    try:
        return await asked
    except ForbiddenError:
        return None


def right_of(text: str) -> Right:
    """A right from its words: `patch cronjobs.batch`."""
    verb, _, what = text.partition(" ")
    what, _, subresource = what.partition("/")
    resource, _, group = what.partition(".")
    return Right(verb, group, resource, subresource)


def granted(rules: Iterable[Mapping[str, Any]], right: Right) -> bool:
    """Whether rules grant a right, if only on objects of certain names; as the RBAC authorizer reads them."""
    return any(_grants(rule, right) for rule in rules)


def _grants(rule: Mapping[str, Any], right: Right) -> bool:
    def has(field: str, *values: str) -> bool:
        listed = rule.get(field) or ()
        return "*" in listed or any(value in listed for value in values)

    if not right.subresource:
        return has("verbs", right.verb) and has("apiGroups", right.group) and has("resources", right.resource)
    names = (f"{right.resource}/{right.subresource}", f"*/{right.subresource}")
    return has("verbs", right.verb) and has("apiGroups", right.group) and has("resources", *names)


async def read_rights(cluster: Cluster, namespace: str, wanted: Iterable[str]) -> dict[str, bool]:
    """Which rights this user has.

    Args:
        cluster: Where.
        namespace: In which namespace.
        wanted: The rights that are asked about.

    Raises:
        K8stuiError: The server does not say.
    """
    rules, incomplete = await cluster.my_rules(namespace)
    found = {text: granted(rules, right_of(text)) for text in wanted}
    open_ = [text for text, has in found.items() if not has] if incomplete else []
    answers = await asyncio.gather(*(may(cluster, right_of(text), namespace) for text in open_))
    return {**found, **dict(zip(open_, answers, strict=True))}


async def may(cluster: Cluster, right: Right, namespace: str = "") -> bool:
    """Whether this user has a right in a namespace; without one, in the whole cluster.

    Raises:
        K8stuiError: The server does not say.
    """
    resource = Resource(right.group, "", right.resource, "", namespaced=bool(namespace))
    return await cluster.can_i(right.verb, resource, namespace=namespace or None, subresource=right.subresource)
