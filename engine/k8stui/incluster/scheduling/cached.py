"""The part of the scheduler that ends steps without a pod, because an earlier run has done them before. Pure."""

from collections import deque
from typing import List, Optional, Set

from ..contract.protocol import Plan
from ..contract.states import StepState
from .restoring import RestorableGraph
from .stepcache import StepCache


class CachedGraph(RestorableGraph):
    """A graph some of whose steps are done before they start.

    Args:
        plan: What is executed.
        cache: Where earlier results are found; None for nowhere.
    """

    def __init__(self, plan: Plan, cache: Optional[StepCache] = None) -> None:
        super().__init__(plan)
        self._cache = cache
        self._asked: Set[str] = set()

    def is_cached(self, name: str) -> bool:
        """Whether a step's result was taken from an earlier run."""
        return self.steps[name].state is StepState.CACHED

    def _take_cached(self, now: float) -> bool:
        """End the steps that have just become ready and were done before, and those that become ready by that.

        Each step is looked up once. What has become ready since the last time stands at the end of the queue.
        """
        if self._cache is None:
            return False
        found, kept, todo = False, [], deque(self._unasked())
        while todo:
            name = todo.popleft()
            self._asked.add(name)
            if self._was_done(self._cache, name, now):
                found = True
                todo.extend(self._unasked())
            else:
                kept.append(name)
        self._ready.extend(kept)
        if found and not self._open:
            self._call_hooks()
        return found

    def _unasked(self) -> List[str]:
        names: List[str] = []
        while self._ready and self._ready[-1] not in self._asked:
            names.append(self._ready.pop())
        return names[::-1]

    def _was_done(self, cache: StepCache, name: str, now: float) -> bool:
        status = self.steps[name]
        if status.attempts or not self._may_start(name):
            return False
        results, status.cache = cache.look(self._plans[name], self.results, now)
        if results is None:
            return False
        if results:
            self.results[name] = results
        self.notes.append((name, "is not run: its result is that of " + status.cache))
        self._end(name, StepState.CACHED, "")
        return True
