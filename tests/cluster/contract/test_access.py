"""Who may do what: tokens, roles, reviews, and the words of a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.namespaces import rights
from k8stui_tui.actions.needs import EVERY
from tests.cluster.contract.client import WAIT, Api
from tests.cluster.contract.manifests import IMAGE, config_map, phase, pod
from tests.waiting import until_told

ASK = """
import json, os, ssl, urllib.error, urllib.request
folder = os.environ.get("K8STUI_SERVICEACCOUNT_DIR", "/var/run/secrets/kubernetes.io/serviceaccount")
namespace = open(folder + "/namespace").read()
url = "https://%s:%s/api/v1/namespaces/%s/configmaps" % (
    os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"], namespace)
request = urllib.request.Request(url, headers={"Authorization": "Bearer " + open(folder + "/token").read()})
try:
    answer = urllib.request.urlopen(request, context=ssl.create_default_context(cafile=folder + "/ca.crt"))
    print(answer.status, json.load(answer)["kind"])
except urllib.error.HTTPError as error:
    print(error.code, json.load(error)["message"])
"""


async def account(api: Api, name: str, *rules: dict[str, Any], role: str = "") -> Api:
    """Make a service account that is bound to the rules (or to a ClusterRole) and return the API as it sees it."""
    await api.create("serviceaccounts", {"metadata": {"name": name}})
    if rules:
        await api.create("roles", {"metadata": {"name": name}, "rules": list(rules)})
    if rules or role:
        reference = {"kind": "ClusterRole", "name": role} if role else {"kind": "Role", "name": name}
        await api.create(
            "rolebindings",
            {
                "metadata": {"name": name},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", **reference},
                "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": api.namespace}],
            },
        )
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    answer = await api.ok("POST", api.path("serviceaccounts", name, "token"), request)
    assert answer["status"]["expirationTimestamp"]
    return api.as_token(answer["status"]["token"])


async def allowed(api: Api, verb: str, resource: str, *, group: str = "", name: str = "", sub: str = "") -> bool:
    """Ask whether one may do something in the namespace."""
    attributes = {
        "namespace": api.namespace,
        "verb": verb,
        "resource": resource,
        "group": group,
        "name": name,
        "subresource": sub,
    }
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    answer = await api.ok("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
    found: bool = answer["status"]["allowed"]
    return found


async def granted(api: Api, verb: str, resource: str, **more: str) -> None:
    """Return when a new binding has reached the authorizer."""
    await until_told(lambda: allowed(api, verb, resource, **more), WAIT)


def rule(group: str, resources: list[str], verbs: list[str], **more: Any) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs, **more}


async def test_a_wrong_token_is_unauthorized(api: Api) -> None:
    answer = await api.as_token("nonsense").call("GET", api.path("pods"))
    assert (answer.code, answer.body["reason"]) == (401, "Unauthorized")


async def test_the_administrator_may_do_everything(api: Api) -> None:
    assert await allowed(api, "deletecollection", "secrets")
    assert await allowed(api, "anything", "whatever", group="example.com")


async def test_a_service_account_without_roles_is_refused_in_so_many_words(api: Api) -> None:
    nobody = await account(api, "nobody")
    user = f'User "system:serviceaccount:{api.namespace}:nobody"'
    where = f'in the namespace "{api.namespace}"'
    answer = await nobody.call("GET", api.path("pods"))
    assert (answer.code, answer.body["reason"]) == (403, "Forbidden")
    assert answer.body["message"] == (f'pods is forbidden: {user} cannot list resource "pods" in API group "" {where}')
    assert answer.body["details"] == {"kind": "pods"}
    answer = await nobody.call("GET", api.path("jobs", "a"))
    assert answer.body["message"] == (
        f'jobs.batch "a" is forbidden: {user} cannot get resource "jobs" in API group "batch" {where}'
    )
    answer = await nobody.call("GET", api.path("pods", "a", "log"))
    assert answer.body["message"] == (
        f'pods "a" is forbidden: {user} cannot get resource "pods/log" in API group "" {where}'
    )
    answer = await nobody.call("POST", api.path("configmaps"), config_map("a"))
    assert answer.body["message"] == (
        f'configmaps is forbidden: {user} cannot create resource "configmaps" in API group "" {where}'
    )
    answer = await nobody.call("GET", "/api/v1/nodes")
    assert answer.body["message"] == (
        f'nodes is forbidden: {user} cannot list resource "nodes" in API group "" at the cluster scope'
    )


async def test_a_role_grants_its_verbs_and_no_others(api: Api) -> None:
    reader = await account(api, "reader", rule("", ["configmaps"], ["get", "list"]))
    await granted(reader, "list", "configmaps")
    await reader.ok("GET", api.path("configmaps"))
    assert (await reader.call("POST", api.path("configmaps"), config_map("a"))).code == 403
    assert (await reader.call("GET", api.path("secrets"))).code == 403
    assert (await reader.call("GET", api.path("configmaps"), watch="1", timeoutSeconds=1)).code == 403


async def test_resource_names_restrict_a_rule_to_them(api: Api) -> None:
    await api.create("configmaps", config_map("mine"))
    await api.create("configmaps", config_map("theirs"))
    named = rule("", ["configmaps"], ["get", "list", "watch", "patch"], resourceNames=["mine"])
    owner = await account(api, "owner", named)
    await granted(owner, "get", "configmaps", name="mine")
    await owner.ok("GET", api.path("configmaps", "mine"))
    await owner.patch("configmaps", "mine", {"data": {"n": "1"}})
    assert (await owner.call("GET", api.path("configmaps", "theirs"))).code == 403
    assert (await owner.call("GET", api.path("configmaps"))).code == 403
    only = await owner.ok("GET", api.path("configmaps"), fieldSelector="metadata.name=mine")
    assert [obj["metadata"]["name"] for obj in only["items"]] == ["mine"]


async def test_a_subresource_needs_a_rule_of_its_own(api: Api) -> None:
    await api.create("pods", pod("a"))
    await api.until("pods", "a", phase("Succeeded"))
    reader = await account(api, "reader", rule("", ["pods"], ["get"]))
    await granted(reader, "get", "pods")
    assert (await reader.call("GET", api.path("pods", "a", "log"))).code == 403
    assert not await allowed(reader, "get", "pods", sub="log")


async def test_the_built_in_edit_role_edits_and_cannot_grant(api: Api) -> None:
    editor = await account(api, "editor", role="edit")
    await granted(editor, "create", "jobs", group="batch")
    for verb, resource, group in (
        ("create", "pods", ""),
        ("deletecollection", "configmaps", ""),
        ("get", "secrets", ""),
        ("update", "cronjobs", "batch"),
        ("watch", "events", ""),
    ):
        assert await allowed(editor, verb, resource, group=group), (verb, resource)
    assert await allowed(editor, "create", "pods", sub="eviction")
    assert await allowed(editor, "get", "pods", sub="log")
    assert not await allowed(editor, "create", "roles", group="rbac.authorization.k8s.io")
    assert not await allowed(editor, "create", "resourcequotas")


async def test_the_built_in_view_role_reads_all_but_secrets(api: Api) -> None:
    viewer = await account(api, "viewer", role="view")
    await granted(viewer, "list", "jobs", group="batch")
    assert await allowed(viewer, "get", "pods", sub="log")
    assert not await allowed(viewer, "get", "secrets")
    assert not await allowed(viewer, "delete", "pods")


async def test_everybody_may_ask_who_they_are(api: Api) -> None:
    somebody = await account(api, "somebody")
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer = await somebody.ok("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review)
    user = answer["status"]["userInfo"]
    assert user["username"] == f"system:serviceaccount:{api.namespace}:somebody"
    assert f"system:serviceaccounts:{api.namespace}" in user["groups"]


async def test_a_token_dies_with_its_service_account(api: Api) -> None:
    somebody = await account(api, "somebody")
    await api.ok("DELETE", api.path("serviceaccounts", "somebody"))

    async def refused() -> bool:
        return (await somebody.call("GET", api.path("pods"))).code == 401

    await until_told(refused, WAIT)


@pytest.mark.parametrize(
    ("may", "told"), [(True, "200 ConfigMapList\n"), (False, "403 configmaps is forbidden: User ")]
)
async def test_a_pod_reaches_the_api_with_its_service_accounts_rights(api: Api, may: bool, told: str) -> None:
    rules = [rule("", ["configmaps"], ["list"])] if may else []
    seen = await account(api, "worker", *rules)
    if may:
        await granted(seen, "list", "configmaps")
    manifest = pod("a", ASK, serviceAccountName="worker", automountServiceAccountToken=True, fields={"image": IMAGE})
    await api.create("pods", manifest)
    await api.until("pods", "a", phase("Succeeded"))
    assert (await api.log("a")).startswith(told)


@pytest.mark.parametrize("role", ["view", "edit"])
async def test_the_rules_of_a_role_tell_what_reviews_of_single_rights_tell(api: Api, role: str) -> None:
    user = await account(api, "asker", role=role)
    await granted(user, "list", "pods")
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": api.namespace},
    }
    answer = await user.ok("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review)
    rules = answer["status"]["resourceRules"]
    told = {text: rights.granted(rules, rights.right_of(text)) for text in EVERY}
    asked = {}
    for text in EVERY:
        one = rights.right_of(text)
        asked[text] = await allowed(user, one.verb, one.resource, group=one.group, sub=one.subresource)
    assert told == asked
    assert any(told.values()) is (role == "edit")
