"""What admins do on a real cluster: apply exported schedules, upgrade with objects of older versions, uninstall."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.schedules import scheduled
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output
from tests.older import VERSIONS, objects, owned_by

pytestmark = pytest.mark.real


def ended_well(space: Space, schedule: str) -> dict[str, Any]:
    """The run of a schedule that is triggered and watched at once."""
    run = space.k8stui("schedule", "trigger", schedule, "-o", "name").out.strip()
    done = space.watch(run)
    assert done.code == 0, done.err
    return done.view


def test_an_exported_schedule_is_applied_and_everything_of_ours_uninstalled(space: Space) -> None:
    before = there(space)
    name = scheduled(space, "chain.py", "0 0 29 2 *", "--suspend", "--param", "length=1")
    done = space.k8stui("schedule", "export", name)
    assert done.code == 0, done.err
    assert space.k8stui("schedule", "delete", name).code == 0
    eventually(lambda: not space.objects("configmaps", f"k8stui.io/schedule={name}"), what="its template is gone")
    for manifest in yaml.safe_load_all(done.out):
        space.kubectl("apply", "--server-side", "-f", "-", manifest=manifest)
    assert output(ended_well(space, name), "count") == 1

    plan = json.loads(space.k8stui("uninstall", "--dry-run", "-o", "json").out)
    assert {one["kind"] for one in plan if one["goes"]} == {"ServiceAccount", "Role", "RoleBinding"}
    assert space.k8stui("uninstall", "--yes").code == 7
    done = space.k8stui("uninstall", "--runs", "--schedules", "--yes")
    assert done.code == 0, done.err
    eventually(
        lambda: there(space) == before,
        what="nothing of ours is left, and all that was there before",
    )


def there(space: Space) -> set[str]:
    """What there is, but for what Kubernetes puts into each namespace at some time."""
    kinds = "serviceaccounts,roles,rolebindings,configmaps,secrets,cronjobs,jobs,pods"
    found = {f"{one['kind']}/{one['metadata']['name']}" for one in space.objects(kinds)}
    return found - {"ServiceAccount/default", "ConfigMap/kube-root-ca.crt"}


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_older_version_left_goes_on(space: Space, version: str) -> None:
    assert space.k8stui("init").code == 0
    made = objects(version, namespace=space.namespace, image=space.facts.images["python_default"])
    for manifests in made.values():
        created = json.loads(space.kubectl("create", "-f", "-", "-o", "json", manifest=manifests[0]))
        for manifest in owned_by(created, manifests[1:]):
            space.kubectl("create", "-f", "-", manifest=manifest)
    run = made["run"][0]["metadata"]["labels"]["run"]
    assert output(space.watch(run).view, "double") == 8
    assert output(ended_well(space, "older"), "double") == 8
    assert space.k8stui("schedule", "edit", "older", "--param", "n=5", "--yes").code == 0
    assert output(ended_well(space, "older"), "double") == 10
    assert space.k8stui("schedule", "delete", "older").code == 0
