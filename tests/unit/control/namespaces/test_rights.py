"""Which rights rules grant, as the RBAC authorizer reads them."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from k8stui.control.namespaces.rights import Right, granted, read_rights, right_of


def rule(verbs: list[str], groups: list[str], resources: list[str], **more: Any) -> dict[str, Any]:
    return {"verbs": verbs, "apiGroups": groups, "resources": resources, **more}


def test_rights_are_told_as_rbac_does() -> None:
    assert right_of("delete pods") == Right("delete", "", "pods")
    assert right_of("create pods/eviction") == Right("create", "", "pods", "eviction")
    assert right_of("patch cronjobs.batch") == Right("patch", "batch", "cronjobs")


@pytest.mark.parametrize(
    ("given", "right", "has"),
    [
        (rule(["delete"], [""], ["pods"]), "delete pods", True),
        (rule(["*"], ["*"], ["*"]), "create pods/eviction", True),
        (rule(["create"], [""], ["pods"]), "create pods/eviction", False),
        (rule(["create"], [""], ["*/eviction"]), "create pods/eviction", True),
        (rule(["create"], [""], ["jobs"]), "create jobs.batch", False),
        (rule(["delete"], [""], ["pods"], resourceNames=["one"]), "delete pods", True),
        (rule(["get", "list"], [""], ["pods"]), "delete pods", False),
    ],
)
def test_what_a_rule_grants(given: dict[str, Any], right: str, has: bool) -> None:
    assert granted([given], right_of(right)) is has


class Server:
    """Says what is in its rules, and more when it is asked for one right."""

    def __init__(self, *, incomplete: bool) -> None:
        self.incomplete = incomplete
        self.asked: list[str] = []

    async def my_rules(self, namespace: str) -> tuple[list[dict[str, Any]], bool]:
        del namespace
        return [rule(["delete"], [""], ["pods"])], self.incomplete

    async def can_i(self, verb: str, resource: Any, *, namespace: str, subresource: str) -> bool:
        del namespace
        self.asked.append(f"{verb} {resource.plural}/{subresource}")
        return verb == "create"


WANTED = ("delete pods", "create pods/eviction", "patch configmaps")


@pytest.mark.parametrize("incomplete", [False, True])
def test_what_rules_do_not_grant_is_asked_for_only_where_there_may_be_more_than_rules(incomplete: bool) -> None:
    server = Server(incomplete=incomplete)
    found = asyncio.run(read_rights(cast("Any", server), "ml", WANTED))
    assert found == {"delete pods": True, "create pods/eviction": incomplete, "patch configmaps": False}
    assert server.asked == (["create pods/eviction", "patch configmaps/"] if incomplete else [])
