"""Which ConfigMap holds the status of which step: at most 500 steps each, and the same for every master and reader.

The steps of the plan come first, in their order. Each mapped step has shards of its own after those, as many as its
items can need, so that where an item stands does not depend on which list was known first.
"""

from typing import Any, Dict, List, Mapping

from .protocol import STEPS_PER_SHARD, Plan
from .unfolding import item_name, item_place


class Shards:
    """The status shards of a run; shard 0 is in the record itself."""

    def __init__(self, plan: Plan) -> None:
        self._steps = [step.name for step in plan.steps]
        self._shard = {name: number // STEPS_PER_SHARD for number, name in enumerate(self._steps)}
        self._first: Dict[str, int] = {}
        self._mapped: Dict[int, str] = {}
        self.count = max(1, -(-len(self._steps) // STEPS_PER_SHARD))
        for step in plan.steps:
            if step.mapped:
                self._first[step.name] = self.count
                for _ in range(-(-step.max_items // STEPS_PER_SHARD)):
                    self._mapped[self.count] = step.name
                    self.count += 1

    def of(self, name: str) -> int:
        """The shard of a step or an item."""
        known = self._shard.get(name)
        if known is not None:
            return known
        place = item_place(name)
        if place is None or place[0] not in self._first:
            raise KeyError(name)
        return self._first[place[0]] + place[1] // STEPS_PER_SHARD

    def names(self, shard: int, known: Mapping[str, Any]) -> List[str]:
        """The steps of a shard, of which `known` has some."""
        mapped = self._mapped.get(shard)
        if mapped is None:
            first = shard * STEPS_PER_SHARD
            return [name for name in self._steps[first : first + STEPS_PER_SHARD] if name in known]
        first = (shard - self._first[mapped]) * STEPS_PER_SHARD
        named = (item_name(mapped, index) for index in range(first, first + STEPS_PER_SHARD))
        return [name for name in named if name in known]
