"""`k8stui doctor` and `k8stui init` where Kubernetes itself decides: rights, Pod Security, quotas, limit ranges."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space

pytestmark = pytest.mark.real


Found = dict[str, dict[str, Any]]


def _found(space: Space, code: int, *more: str) -> Found:
    done = space.k8stui("doctor", "-o", "json", *more, "--image", space.facts.images["python_default"])
    assert done.code == code, done.out + done.err
    return {one["check"]: one for one in yaml.safe_load(done.out)}


def _found_then(space: Space, levels: dict[str, str]) -> Found:
    """What is found once these checks are at their levels: admission learns of what is new a moment later."""

    def look() -> Found | None:
        found = {one["check"]: one for one in yaml.safe_load(space.k8stui("doctor", "-o", "json").out)}
        return found if {check: found[check]["level"] for check in levels} == levels else None

    found = eventually(look, what=f"the doctor finds {levels}")
    assert found is not None
    return found


def _levels(found: Found, *checks: str) -> list[str]:
    return [found[check]["level"] for check in checks]


def test_a_namespace_that_init_has_prepared_is_well_and_restricted(space: Space) -> None:
    arguments = ("init", "--pss", "restricted", "--store-size", "1Gi")
    shown = list(yaml.safe_load_all(space.k8stui(*arguments, "--dry-run").out))
    assert [one["kind"] for one in shown] == [
        "Namespace", "ServiceAccount", "Role", "RoleBinding", "PersistentVolumeClaim",
    ]  # fmt: skip
    assert not space.objects("pvc,roles")
    done = space.k8stui(*arguments)
    assert done.code == 0, done.err
    assert "--path=file:///mnt/artifacts --claim=k8stui-artifacts" in done.err
    assert [one["metadata"]["name"] for one in space.objects("pvc")] == ["k8stui-artifacts"]

    found = _found(space, 0)
    assert found["namespace"]["sentence"].endswith("enforces Pod Security restricted; default pods of runs meet it")
    assert found["account"]["sentence"] == "service account k8stui has the rights of an orchestrator"
    assert _levels(found, "version", "clock", "nodes", "admission", "quota", "limit range") == ["ok"] * 6
    assert found["server"]["level"] != "problem"  # one that is slow just now is a warning
    assert space.run("chain.py", length=1).code == 0


def test_a_pod_of_the_probe_meets_the_restricted_standard_and_reaches_the_server(space: Space) -> None:
    assert space.k8stui("init", "--pss", "restricted").code == 0
    found = _found(space, 0, "--probe")
    assert _levels(found, "probe", "probe: image", "probe: server", "probe: clock") == ["ok"] * 4
    eventually(lambda: not space.objects("pods"), what="the probe's pod is gone")


def test_an_editor_may_do_all_but_see_nodes_and_make_the_account(space: Space, editor: Space) -> None:
    found = _found(editor, 1)
    assert {check for check, one in found.items() if one["level"] == "problem"} == {"account"}
    assert "An admin does it once: k8stui init" in found["account"]["fix"]
    assert _levels(found, "rights: see nodes", "nodes") == ["warning", "unknown"]
    assert space.k8stui("init").code == 0
    assert _found(editor, 0)["account"]["level"] == "unknown"  # The role edit may not read roles.


def test_what_somebody_lacks_is_granted_by_the_yaml_that_is_printed(space: Space, nobody: Space) -> None:
    before = _found(nobody, 1)
    lacking = [check for check, one in before.items() if check.startswith("rights") and one["level"] != "ok"]
    assert len(lacking) == 11
    printed = nobody.k8stui("doctor", "--grants")
    try:
        items = list(yaml.safe_load_all(printed.out))
        space.kubectl("apply", "-f", "-", manifest={"apiVersion": "v1", "kind": "List", "items": items})
        assert space.k8stui("init").code == 0
        eventually(lambda: space.may("nobody", "list", "nodes"), what="the newest right has reached the authorizer")
        found = _found(nobody, 0)
        assert {one["level"] for check, one in found.items() if check.startswith("rights")} == {"ok"}
        assert nobody.run("chain.py", length=1).code == 0
    finally:
        space.kubectl("delete", "clusterrole", "k8stui-see-nodes", "--ignore-not-found")
        space.kubectl("delete", "clusterrolebinding", "-l", "app.kubernetes.io/managed-by=k8stui")


def test_quotas_and_limit_ranges_that_refuse_pods_of_runs_are_told_as_the_server_tells_them(space: Space) -> None:
    space.limit("tight", limits_memory="1Gi")
    found = _found_then(space, {"quota": "problem", "admission": "problem"})
    assert "must specify limits.memory" in found["admission"]["sentence"]
    limits = [{"type": "Container", "default": {"memory": "128Mi"}}]
    space.create("LimitRange", "gives", spec={"limits": limits})
    _found_then(space, {"quota": "ok", "limit range": "ok", "admission": "ok"})
    found = _found(space, 0)
    assert found["limit range"]["sentence"].endswith("steps that set no limit get memory 128Mi")
    space.create("LimitRange", "refuses", spec={"limits": [{"type": "Container", "min": {"memory": "100Mi"}}]})
    _found_then(space, {"quota": "ok", "limit range": "problem", "admission": "problem"})
    _found(space, 1)
