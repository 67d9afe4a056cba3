"""How many pods there are of each status, and which the filter lets pass, as a few of many change.

A pod that nothing happened to is not looked at again. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress, repeat
from typing import TYPE_CHECKING

from k8stui.control.live.altered import Altered, changed_places

if TYPE_CHECKING:
    from k8stui.control.pods.candidates import Candidate


class Counts:
    """How many pods there are of each status."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pods: Sequence[Candidate] = ()
        self._counts = Counter[str]()

    def of(self, pods: Sequence[Candidate]) -> Counter[str]:
        """Those of these pods.

        Args:
            pods: Not changed afterwards by the caller.
        """
        places = changed_places(pods, self._pods)
        if places is None:
            self._counts = Counter(one.pod.status for one in pods)
        for place in places or ():
            self._counts[self._pods[place].pod.status] -= 1
            self._counts[pods[place].pod.status] += 1
        self._pods = pods
        return self._counts


class Matching:
    """The pods that a filter lets pass."""

    def __init__(self) -> None:
        """Begin without a filter."""
        self._of: tuple[str, int] = ("", 0)
        self._pods: Sequence[Candidate] = ()
        self._passes: list[bool] = []
        self._kept: Sequence[Candidate] = ()

    def of(self, pods: Sequence[Candidate], text: str, now: float) -> Sequence[Candidate]:
        """Those of these pods; the same object as long as they are the same.

        Args:
            pods: Not changed afterwards by the caller.
            text: The filter; all pass an empty one.
            now: Seconds since the epoch.
        """
        if not text:
            self._of, self._pods, self._passes, self._kept = ("", 0), (), [], ()
            return pods
        from k8stui.control.cleanup.sieve import narrows, sieve

        # Only ages change by themselves, and by the minute that is soon enough.
        wanted, before = (text, int(now) // 60), self._of
        places = changed_places(pods, self._pods) if wanted[1] == before[1] else None
        passes = sieve(text, now) if places is None or places or wanted != before else None
        if passes and places is not None and wanted == before:
            self._follow(pods, places, passes)
        elif passes:
            held = places == () and narrows(text, before[0])
            tested = self._passes if held else repeat(True)
            self._passes = [past and passes(one) for past, one in zip(tested, pods, strict=False)]
            self._kept = list(compress(pods, self._passes))
        self._of, self._pods = wanted, pods
        return self._kept

    def _follow(self, pods: Sequence[Candidate], places: Sequence[int], passes: Callable[[Candidate], bool]) -> None:
        """Other pods stand in a few places."""
        before = [self._passes[place] for place in places]
        for place in places:
            self._passes[place] = passes(pods[place])
        now = [self._passes[place] for place in places]
        if before != now:
            self._kept = list(compress(pods, self._passes))
        elif any(now):
            # As many as before, in the same places: those before a place say which.
            changes, kept, counted = {}, 0, 0
            for place in compress(places, now):
                kept += sum(self._passes[counted:place])
                counted = place
                changes[kept] = pods[place]
            self._kept = Altered(self._kept, changes)
