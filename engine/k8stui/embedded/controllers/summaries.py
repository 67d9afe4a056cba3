"""Controllers that only keep a status true: resource quotas and disruption budgets."""

from __future__ import annotations

from typing import Any

from k8stui.embedded.controllers.base import Controller
from k8stui.embedded.eviction import budget_numbers
from k8stui.embedded.objects import Obj, copied, namespace_of, set_condition, uid_of
from k8stui.embedded.quota import usage
from k8stui.embedded.registry import BUDGET, EVENT, POD, QUOTA
from k8stui.embedded.store import Change
from k8stui.model.quantities import format_quantity


class QuotaController(Controller):
    """Writes what is used into ResourceQuotas."""

    def on_change(self, change: Change) -> None:
        """Look at the quotas of a namespace in which something came, went or ended."""
        if change.kind is QUOTA:
            self.look(uid_of(change.obj))
        elif change.kind is not EVENT and (change.verb != "MODIFIED" or change.kind is POD):
            for quota in self.resources.store.all(QUOTA, namespace_of(change.obj) or "-"):
                self.look(uid_of(quota))

    def sync(self, uid: str) -> None:
        """Write the numbers if they changed."""
        found = self.resources.store.by_uid(uid)
        if found is None:
            return
        quota = found[1]
        hard = (quota.get("spec") or {}).get("hard") or {}
        used = {name: format_quantity(amount) for name, amount in usage(self.resources.store, quota).items()}
        status = {"hard": hard, "used": used}
        if quota.get("status") != status:
            self.resources.change(QUOTA, quota, lambda obj: obj.update(status=status), subresource="status")


class BudgetController(Controller):
    """Writes the numbers of PodDisruptionBudgets, and a failed sync where they cannot be computed."""

    def on_change(self, change: Change) -> None:
        """Look at the budgets of a namespace whose pods changed."""
        if change.kind is BUDGET:
            self.look(uid_of(change.obj))
        elif change.kind is POD:
            for budget in self.resources.store.all(BUDGET, namespace_of(change.obj)):
                self.look(uid_of(budget))

    def sync(self, uid: str) -> None:
        """Write the numbers if they changed."""
        found = self.resources.store.by_uid(uid)
        if found is None:
            return
        budget = found[1]
        status = self._status(budget)
        if status != budget.get("status"):
            self.resources.change(BUDGET, budget, lambda obj: obj.update(status=status), subresource="status")

    def _status(self, budget: Obj) -> dict[str, Any]:
        status = copied(budget.get("status") or {})
        numbers = budget_numbers(self.resources.store, budget)
        generation = budget["metadata"].get("generation", 1)
        allowed: Obj = {"type": "DisruptionAllowed", "observedGeneration": generation, "message": ""}
        if numbers is None:
            status |= {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}
            allowed |= {"status": "False", "reason": "SyncFailed", "message": "found no controllers for pods"}
        else:
            status |= numbers | {"observedGeneration": generation}
            enough = numbers["disruptionsAllowed"] > 0
            reason = "SufficientPods" if enough else "InsufficientPods"
            allowed |= {"status": "True" if enough else "False", "reason": reason}
        set_condition(status, allowed)
        return status
