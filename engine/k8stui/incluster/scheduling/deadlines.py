"""Points in time at which something is too late, one a step. Pure; what follows from them is the scheduler's."""

import heapq
from typing import Dict, List, Optional, Tuple


class Deadlines:
    """Setting, dropping and asking for the next cost no more than the logarithm of how many there are."""

    def __init__(self) -> None:
        self._at: Dict[str, float] = {}
        self._heap: List[Tuple[float, str]] = []  # also holds what was dropped or moved, until it comes up

    def set(self, name: str, at: float) -> None:
        """The step's deadline, in place of an earlier one."""
        if self._at.get(name) != at:
            self._at[name] = at
            heapq.heappush(self._heap, (at, name))

    def drop(self, name: str) -> None:
        """The step has no deadline any more."""
        self._at.pop(name, None)

    def due(self, now: float) -> List[str]:
        """The steps whose deadline has come; they have none any more."""
        found: List[str] = []
        while True:
            at = self.next()
            if at is None or at > now:
                return found
            name = heapq.heappop(self._heap)[1]
            del self._at[name]
            found.append(name)

    def next(self) -> Optional[float]:
        """The first deadline; None when there is none."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None
