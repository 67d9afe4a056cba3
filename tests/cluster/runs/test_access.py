"""Who may submit: the account of the orchestrator is made when it is missing, by whoever may make it."""

from __future__ import annotations

import pytest
import yaml

from k8stui.plan.rbac import ROLE
from k8stui.plan.request import SERVICE_ACCOUNT
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output

pytestmark = pytest.mark.real


def test_account_role_and_binding_are_made_when_missing(space: Space) -> None:
    done = space.run("chain.py", length=1)
    assert done.code == 0, done.err
    names = [one["metadata"]["name"] for one in space.objects("serviceaccounts,roles,rolebindings")]
    assert sorted(names) == sorted(["default", SERVICE_ACCOUNT, ROLE, ROLE])


def test_a_person_who_may_not_make_roles_is_told_so_and_runs_after_an_admin_prepared_the_namespace(
    space: Space, editor: Space
) -> None:
    refused = editor.run("chain.py", length=2)
    assert refused.code == 5
    assert f"Namespace {space.namespace} has no service account 'k8stui'" in refused.err
    assert f"An admin does it once: k8stui init -n {space.namespace}" in refused.err
    assert "Traceback" not in refused.err
    assert not space.objects("jobs")
    assert len(space.objects("configmaps")) == 1  # kube-root-ca.crt is Kubernetes' own

    prepared = space.k8stui("init")
    assert prepared.code == 0, prepared.err

    done = editor.run("chain.py", length=2)
    assert done.code == 0, done.err
    assert output(done.view, "count_2") == 2
    assert done.view["submitted_by"] == f"system:serviceaccount:{space.namespace}:editor"


def test_preparing_a_namespace_twice_is_harmless(space: Space) -> None:
    assert space.k8stui("init").code == 0
    assert space.k8stui("init").code == 0


def test_the_dry_run_of_init_is_what_kubectl_applies(space: Space) -> None:
    shown = space.k8stui("init", "--dry-run")
    assert shown.code == 0
    assert SERVICE_ACCOUNT not in [one["metadata"]["name"] for one in space.objects("serviceaccounts")]
    for manifest in yaml.safe_load_all(shown.out):
        space.kubectl("apply", "-f", "-", manifest=manifest)
    assert len(space.objects("roles,rolebindings")) == 2


def test_a_missing_namespace_is_named(space: Space) -> None:
    done = space.k8stui(*space.command("chain.py"), "-n", f"{space.namespace}-not")
    assert done.code == 4
    assert f"Namespace '{space.namespace}-not' does not exist." in done.err
    assert "--create-namespace" in done.err


def test_a_namespace_is_made_where_that_is_asked_for(space: Space) -> None:
    other = f"{space.namespace}-new"
    try:
        done = space.k8stui("init", "-n", other, "--create-namespace")
        assert done.code == 0, done.err
        assert f"namespace/{other} created" in done.out
        assert space.kubectl("get", "serviceaccount", "k8stui", "-n", other, "-o", "name")
    finally:
        space.kubectl("delete", "namespace", other, "--wait=false")


def test_the_orchestrator_has_the_rights_it_uses_and_no_others(space: Space) -> None:
    assert space.k8stui("init").code == 0
    eventually(lambda: space.may(SERVICE_ACCOUNT, "create", "pods"), what="the binding has reached the authorizer")
    account = f"--as=system:serviceaccount:{space.namespace}:{SERVICE_ACCOUNT}"
    for verb, resource, may in (
        ("create", "pods", "yes"),
        ("patch", "jobs", "yes"),
        ("create", "jobs", "no"),
        ("list", "secrets", "no"),
        ("create", "roles", "no"),
    ):
        assert space.try_kubectl("auth", "can-i", verb, resource, account).out.strip() == may, (verb, resource)
    assert space.try_kubectl("auth", "can-i", "create", "pods", "--subresource=exec", account).out.strip() == "no"
    assert space.try_kubectl("auth", "can-i", "list", "pods", account, "-n", "kube-system").out.strip() == "no"
