"""API-initiated eviction and the disruption budgets it respects.

Rules: Kubernetes documentation, "API-initiated Eviction" and "Specifying a Disruption Budget for your Application".
"""

from __future__ import annotations

from k8stui.embedded.deletion import Deletion
from k8stui.embedded.failures import ApiError, disrupted
from k8stui.embedded.objects import (
    Obj,
    condition,
    controller_of,
    is_deleting,
    is_terminal,
    labels_of,
    name_of,
    namespace_of,
    phase_of,
    set_condition,
    uid_of,
)
from k8stui.embedded.registry import BUDGET, POD
from k8stui.embedded.resources import Resources
from k8stui.embedded.selectors import selector_matches
from k8stui.embedded.store import Store


def evict(resources: Resources, namespace: str, name: str, deletion: Deletion, *, dry_run: bool = False) -> None:
    """Delete a pod in an orderly way, with the condition that says why.

    Raises:
        ApiError: 404, 409 for a precondition, 429 when a budget does not allow it now, 403 for several budgets.
    """
    pod = resources.get(POD, namespace, name)
    deletion.check(POD, pod)
    budgets = [
        budget
        for budget in resources.select(BUDGET, namespace)
        if selector_matches((budget.get("spec") or {}).get("selector"), labels_of(pod))
    ]
    if len(budgets) > 1:
        raise ApiError(
            500,
            "InternalError",
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
        )
    counted = phase_of(pod) == "Running" and not is_deleting(pod)
    if budgets and counted:
        _check_budget(resources.store, budgets[0])
    if dry_run:
        return
    target = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
        "lastProbeTime": None,
    }
    if not is_terminal(pod):
        resources.change(POD, pod, lambda obj: set_condition(obj["status"], target), subresource="status")
    resources.delete(POD, namespace, name, Deletion(grace=deletion.grace, propagation="Background", uid=uid_of(pod)))


def budget_numbers(store: Store, budget: Obj) -> dict[str, int] | None:
    """Return `expectedPods`, `currentHealthy`, `desiredHealthy` and `disruptionsAllowed`.

    None when the budget cannot be computed: percentages and `maxUnavailable` need controllers with a scale, and no
    kind of this cluster has one. Pods without a controller are left out of such a budget.
    """
    spec = budget.get("spec") or {}
    pods = [
        pod for pod in store.all(POD, namespace_of(budget)) if selector_matches(spec.get("selector"), labels_of(pod))
    ]
    minimum = spec.get("minAvailable")
    expected, desired = len(pods), 0
    if "maxUnavailable" in spec or isinstance(minimum, str):
        if any(controller_of(pod) for pod in pods):
            return None
        expected = 0
    else:
        desired = int(minimum or 0)
    healthy = [pod for pod in pods if (condition(pod, "Ready") or {}).get("status") == "True" and not is_deleting(pod)]
    return {
        "expectedPods": expected,
        "currentHealthy": len(healthy),
        "desiredHealthy": desired,
        "disruptionsAllowed": max(0, len(healthy) - desired) if expected else 0,
    }


def _check_budget(store: Store, budget: Obj) -> None:
    numbers = budget_numbers(store, budget)
    if numbers is None:
        numbers = {"disruptionsAllowed": 0, "desiredHealthy": 0, "currentHealthy": 0}
    if numbers["disruptionsAllowed"] < 1:
        desired, current = numbers["desiredHealthy"], numbers["currentHealthy"]
        raise disrupted(name_of(budget), f"needs {desired} healthy pods and has {current} currently")
