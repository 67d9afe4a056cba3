"""The Schedules screen as pictures: every state, at the sizes where it looks different."""

from __future__ import annotations

import pytest

from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError, UnreachableError
from k8stui_tui.place import Place
from tests.tui.fakes import FakeStore
from tests.tui.harness import NARROW, SIZES, TIGHT, Look, Shown, Size, schedules_store
from tests.tui.sample_runs import NOW, every_state
from tests.tui.sample_schedules import every_schedule, their_firings


def schedules(of_schedules: Freshness | None = None, *, everywhere: bool = False) -> FakeStore:
    views = every_schedule()
    if everywhere:
        views = [view.model_copy(update={"namespace": "search"}) if place % 2 else view
                 for place, view in enumerate(views)]  # fmt: skip
    return FakeStore(
        every_state(),
        schedules=views if of_schedules is None or of_schedules.synced else (),
        firings=their_firings(),
        of_schedules=of_schedules or Freshness(synced=True, connected=True),
        now=NOW,
        place=Place("prod-eu", "ml-team", stack="gpu", everywhere=everywhere),
    )


NIGHTLY = ("3", "j", "j", "j")


class TestSchedules:
    """All schedules, the runs of one, and what there is to know of it."""

    @SIZES
    def test_usual(self, looks: Look, size: Size) -> None:
        """Schedules in every state, one with notes and changes under the cursor."""
        assert looks(*NIGHTLY, store=schedules_store(), size=size)

    @pytest.mark.parametrize("keys", [("enter",), ("tab", "tab")], ids=["runs", "details"])
    def test_one_pane(self, looks: Look, keys: tuple[str, ...]) -> None:
        """The other panes on a small terminal."""
        assert looks(*NIGHTLY, *keys, store=schedules_store(), size=NARROW)

    def test_details_alone(self, looks: Look) -> None:
        """All there is to know, on all of the terminal."""
        assert looks(*NIGHTLY, "tab", "tab", "z", store=schedules_store(), size=(120, 50))

    @pytest.mark.parametrize("place", [1, 2, 4], ids=["missed", "never", "suspended"])
    def test_what_does_not_fire(self, looks: Look, place: int) -> None:
        """One that missed times, one that never fires, and a suspended one."""
        assert looks("3", *("j" * place), store=schedules_store())

    @SIZES
    def test_empty(self, looks: Look, size: Size) -> None:
        """How to make the first one."""
        assert looks("3", store=FakeStore(every_state(), now=NOW), size=size)

    @SIZES
    def test_loading(self, looks: Look, size: Size) -> None:
        """They are not there yet, the runs are."""
        assert looks("3", store=schedules(Freshness(connected=True)), size=size)

    @SIZES
    def test_forbidden(self, looks: Look, size: Size) -> None:
        """Who may not list them is told what to ask for."""
        error = ForbiddenError(
            "User ada may not list cronjobs in namespace ml-team.",
            hint="Ask for a Role with the verbs get, list, watch on cronjobs.",
        )
        assert looks("3", store=schedules(Freshness(error=error)), size=size)

    @TIGHT
    def test_disconnected(self, looks: Look, size: Size) -> None:
        """What was last seen stays."""
        fresh = Freshness(synced=True, lost_for=42.0, error=UnreachableError("No answer from prod-eu for 42 s."))
        assert looks("3", store=schedules(fresh), size=size)

    @TIGHT
    def test_all_namespaces(self, looks: Look, size: Size) -> None:
        """With a column for the namespace."""
        assert looks("3", store=schedules(everywhere=True), size=size)

    @SIZES
    def test_delete(self, looks: Look, size: Size) -> None:
        """What becomes of the run that goes on is asked; no is the answer at hand."""
        assert looks("3", "D", store=schedules_store(), size=size)

    def test_delete_many_at_rest(self, looks: Look) -> None:
        """Several of which none runs."""
        assert looks("3", "j", "space", "space", "space", "D", store=schedules_store())

    @SIZES
    def test_calendar(self, looks: Look, size: Size) -> None:
        """The coming day and week."""

        async def arrived(shown: Shown) -> None:
            await shown.until("MORE THAN HOURLY")

        assert looks("3", "K", store=schedules_store(), size=size, then=arrived)
