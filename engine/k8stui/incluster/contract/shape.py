"""The shape of a run: its steps and which ones come after which, as far as that is known by now. Pure.

A plan's mapped steps fall into items when their lists are known; the shape grows by these, and by nothing else.
"""

from typing import Callable, Dict, FrozenSet, List

from .protocol import Plan, StepPlan


class Shape:
    """The steps of a run.

    Attributes:
        plans: Each step by name, those of the plan first; items come when they are known.
        by_slug: The same by the slug that stands in the names and labels of their pods.
        ordinary: The names of all steps but the hooks.
        hooks: The names of the hooks.
        children: The steps directly after each step, by name. Items have none: what comes after waits for all of them.
        items: The items of each mapped step whose list is known, in order.
    """

    def __init__(self, plan: Plan) -> None:
        self.plans: Dict[str, StepPlan] = {step.name: step for step in plan.steps}
        self.by_slug: Dict[str, StepPlan] = {step.slug: step for step in plan.steps}
        self.ordinary: List[str] = [step.name for step in plan.steps if not step.hook]
        self.hooks: List[str] = [step.name for step in plan.steps if step.hook]
        self.children: Dict[str, List[str]] = plan.children()
        self.items: Dict[str, List[str]] = {}
        self._optional: Dict[str, FrozenSet[str]] = {
            step.name: frozenset(name for group in step.alternatives for name in group) for step in plan.steps
        }

    def add(self, mapped: str, items: List[StepPlan]) -> None:
        """The list of a mapped step is known."""
        self.items[mapped] = [item.name for item in items]
        for item in items:
            self.plans[item.name] = self.by_slug[item.slug] = item
            self.children[item.name] = []
            self.ordinary.append(item.name)

    def may_lack(self, name: str, parent: str) -> bool:
        """Whether a step can go without this parent, where it is a branch that was not taken."""
        return parent in self._optional.get(name, ())

    def needed(self, name: str) -> List[str]:
        """The parents without which a step can't have started."""
        return [parent for parent in self.plans[name].after if not self.may_lack(name, parent)]

    def needs_record(
        self, name: str, is_recorded: Callable[[str], bool], is_cached: Callable[[str], bool] = lambda _: False
    ) -> bool:
        """Whether the end of a parent must be written down before this step's pod exists.

        In a chain it need not: the successor's manifest is the receipt of the one parent. A mapped parent has no
        attempt that could stand there, but many items; one from the cache has not succeeded in this run.
        """
        after = self.plans[name].after
        unknown = [parent for parent in after if not is_recorded(parent)]
        if not unknown or any(map(is_cached, unknown)):
            return bool(unknown)
        return len(after) > 1 or self.plans[unknown[0]].mapped != () or self._followers(unknown[0]) > 1

    def _followers(self, name: str) -> int:
        """How many pods come after a step."""
        return sum(len(self.items.get(child, (child,))) for child in self.children[name])
