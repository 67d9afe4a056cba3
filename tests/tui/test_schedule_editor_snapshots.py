"""The editor of schedules as pictures."""

from __future__ import annotations

from k8stui.control.schedules.editing import ScheduleEdit
from k8stui.model.schedule import Concurrency
from k8stui.model.scheduleviews import ScheduleView
from tests.tui.harness import SIZES, TIGHT, Look, Shown, Size, Step
from tests.tui.schedule_app import NIGHTLY, Engine, editor_of


class TestScheduleEditor:
    """The form of a schedule, and what becomes of it while it is typed."""

    @SIZES
    def test_plain(self, looks: Look, size: Size) -> None:
        """As it is, told in two zones."""
        assert looks(size=size, then=_edit())

    @SIZES
    def test_warnings(self, looks: Look, size: Size) -> None:
        """Other times, with what may surprise and what was changed."""
        assert looks(size=size, then=_edit("30 2 * * *"))

    @SIZES
    def test_problems(self, looks: Look, size: Size) -> None:
        """What is refused, and the zone that may be meant."""
        assert looks(size=size, then=_edit("30 2 * * 7", "new york"))

    @TIGHT
    def test_never(self, looks: Look, size: Size) -> None:
        """One that never fires is asked about."""
        assert looks(size=size, then=_edit("0 0 30 2 *", save="will never fire"))

    @SIZES
    def test_conflict(self, looks: Look, size: Size) -> None:
        """Somebody else was faster."""
        assert looks(size=size, then=_edit("30 2 * * *", save="was changed by grace", theirs="15 2 * * *"))

    def test_made_by_another_program(self, looks: Look) -> None:
        """Only its timing can be changed."""
        view = ScheduleView(name="zen-nightly", namespace="ml", origin="zenml", cron="0 2 * * *", time_zone="Etc/UTC")
        assert looks(then=_edit(view=view))


def _edit(cron: str = "", zone: str = "", *, save: str = "", theirs: str = "", view: ScheduleView = NIGHTLY) -> Step:
    async def then(shown: Shown) -> None:
        engine = Engine(view)
        editor = editor_of(engine, here="America/New_York")
        shown.app.push_screen(editor)
        await shown.until(f"Schedule {view.name}")
        if cron:
            await shown.keys("ctrl+u", *cron)
        if zone:
            await shown.keys("tab", "end", "ctrl+u", *zone)
        editor.settle()
        if theirs:
            engine.change(ScheduleEdit(cron=theirs, concurrency=Concurrency.FORBID), by="grace")
        if save:
            await shown.keys("ctrl+s")
            await shown.until(save)
        await shown.pilot.pause()

    return then
