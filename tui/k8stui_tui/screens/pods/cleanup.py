"""The plan of a cleanup, before, while and after it is carried out.

It shows what would go and what stays and has the server check it; then it asks. More than a few pods are confirmed by
their number, which nobody types by accident.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from k8stui.model.guards import FEW
from k8stui_tui.actions.table import of_scopes
from k8stui_tui.keys import bindings, footer_actions
from k8stui_tui.sanitize import cell
from k8stui_tui.screens.saving import write_new
from k8stui_tui.theme.glyphs import ASCII, glyphs
from k8stui_tui.widgets.bar import Bar, key_fact
from k8stui_tui.widgets.controls import Confirmed, TextControl
from k8stui_tui.wording import error_line

if TYPE_CHECKING:
    from k8stui.control.cleanup.carrying import Report
    from k8stui.control.cleanup.plan import CleanupPlan

BAR = 40
"""Columns of the progress bar."""

Make: TypeAlias = "Callable[[bool, bool], CleanupPlan]"
Check: TypeAlias = "Callable[[CleanupPlan], Awaitable[Report]]"
Carry: TypeAlias = "Callable[[CleanupPlan, Report, Callable[[Report], None]], Awaitable[Report]]"


class Stage(Enum):
    """How far it is."""

    CHECKING = 0
    ASKING = 1
    WORKING = 2
    DONE = 3


class Progress(Widget):
    """A bar with the numbers beside it."""

    DEFAULT_CSS = "Progress { height: 1; color: $live; }"

    def __init__(self) -> None:
        super().__init__()
        self.done = self.total = self.refused = 0

    def tell(self, done: int, total: int, refused: int) -> None:
        """How far it is."""
        self.done, self.total, self.refused = done, total, refused
        self.refresh()

    def render(self) -> Content:
        """As much of the bar as is done."""
        full, empty = ("#", ".") if glyphs() is ASCII else ("█", "░")
        columns = max(5, min(BAR, self.size.width - 24))
        filled = columns * self.done // max(1, self.total)
        said = f"  {self.done} of {self.total}" + (f", {self.refused} refused" if self.refused else "")
        return Content(full * filled + empty * (columns - filled) + said)


class CleanupScreen(ModalScreen["Report | None"], inherit_bindings=False):
    """Gives what became of the pods; None when nothing was done."""

    SCOPES: ClassVar[tuple[str, ...]] = ("cleanup",)
    BINDINGS = bindings("cleanup")
    AUTO_FOCUS = ""

    def __init__(
        self, make: Make, *, running: bool, check: Check, carry: Carry, folder: Path, place: Callable[[], str] = str
    ) -> None:
        """Make the dialog.

        Args:
            make: The plan, with or without pods that have not ended; by force or not.
            running: Whether these go too at first.
            check: Asks the server what it would let go.
            carry: Carries it out, telling how far it is.
            folder: Where lists are saved.
            place: Tells the protected place they are in, whose name is typed instead of their number; empty for none.
        """
        super().__init__()
        self._make, self._check, self._carry, self._folder, self._protected = make, check, carry, folder, place
        self.running, self.forced = running, False
        self.plan = make(running, self.forced)
        self.stage = Stage.CHECKING
        self._tried: Report | None = None
        self._report: Report | None = None
        self._work: Worker[None] | None = None
        self._said = ""
        self._title = Static("", markup=False, classes="asked")
        self._details = Static("", markup=False, classes="details")
        self._progress = Progress()
        self._question = Static("", markup=False, classes="details")
        self._number = TextControl("")
        self._foot = Bar(classes="dialog-footer")

    def compose(self) -> ComposeResult:
        """What goes, what stays, how far it is, the question, the keys."""
        with Vertical(id="cleanup"):
            yield self._title
            yield self._details
            yield self._progress
            yield self._question
            yield self._number
            yield self._foot

    def on_mount(self) -> None:
        """Ask the server."""
        self._look()

    def _look(self) -> None:
        self.plan = self._make(self.running, self.forced)
        self._tried, self._said, self.stage = None, "", Stage.CHECKING
        self._show()
        self._work = self.run_worker(self._checked(), exclusive=True, exit_on_error=False)

    @property
    def allowed(self) -> int:
        """How many pods the server would let go."""
        return len(self._tried.done) if self._tried else 0

    @property
    def by_number(self) -> bool:
        """Whether the number of pods, or the name of the place, is to be typed."""
        return self.allowed > FEW or (self.allowed > 0 and bool(self.forced or self._place))

    @property
    def _place(self) -> str:
        return self._protected()

    @property
    def _word(self) -> str:
        return self._place or str(self.allowed)

    async def _checked(self) -> None:
        from k8stui.control.cleanup.carrying import Report

        if self.plan.going:
            try:
                self._tried = await self._check(self.plan)
            except Exception as error:
                self._tried, self._said = Report(0), _sentence(error)
        else:
            self._tried = Report(0)
        self.plan = self.plan.only(self._tried.done)
        self.stage = Stage.ASKING
        self._show()

    async def _carried(self, report: Report) -> None:
        try:
            await self._carry(self.plan, report, self._heard)
        except asyncio.CancelledError:
            self._said = "Stopped: what had not gone by then stays."
        except Exception as error:
            self._said = _sentence(error)
        finally:
            self.stage = Stage.DONE
            self._show()

    def _heard(self, report: Report) -> None:
        self._progress.tell(report.tried, report.total, len(report.refused))

    def _show(self) -> None:
        """Show the stage."""
        way = self.plan.way.value
        force = " by force" if self.plan.forced else ""
        self._title.update(f"Plan: {way} {_pods(len(self.plan.going))}{force}")
        self._details.update("\n".join(map(cell, self._lines())))
        self._progress.display = self.stage in (Stage.WORKING, Stage.DONE) and bool(self._report)
        asking = self.stage is Stage.ASKING and self.allowed > 0
        self._question.update(self._asked())
        self._number.display = asking and self.by_number
        self.set_focus(self._number if self._number.display else None)
        here, _ = footer_actions(one for one in of_scopes(self.SCOPES) if one.id not in self._pointless())
        self._foot.show([key_fact(one, rank) for rank, one in enumerate(here, start=1)])

    def _lines(self) -> Sequence[str]:
        lines = self.plan.summary()[1:]
        if self.stage is Stage.CHECKING:
            return [*lines, "asking the server what it would let go ..."]
        if self._tried is not None and (self.allowed or self._tried.refused):
            lines += [f"dry run on the server: {self.allowed} allowed", *self._tried.lines()]
        if self.stage is Stage.DONE and self._report is not None:
            lines += self._report.lines()
        lines.append(self._said)
        return [line for line in lines if line]

    def _asked(self) -> str:
        way = self.plan.way.value
        if self.stage is Stage.ASKING:
            if not self.allowed:
                return "Nothing goes."
            if self._place and self.by_number:
                return f"{self._place} is protected. Type its name to {way} {_pods(self.allowed)}."
            return f"Type {self.allowed} to {way} them." if self.by_number else f"{way.capitalize()} them? y or n"
        if self.stage is Stage.DONE and self._report is not None:
            gone = "evicted" if way == "evict" else "deleted"
            return f"{len(self._report.done)} of {_pods(self._report.total)} {gone}."
        return ""

    def _pointless(self) -> set[str]:
        if self.stage is not Stage.ASKING:
            return {"yes", "no", "go", "running", "force"}
        number = self.by_number
        yes = set() if self.allowed and not number else {"yes", "no"}
        return yes | (set() if number else {"go"})

    @on(Confirmed)
    def _confirmed(self, event: Confirmed) -> None:
        event.stop()
        self.action_go()

    # Actions, see actions/.

    def action_yes(self) -> None:
        """Do it, where there are few."""
        if self.stage is Stage.ASKING and self.allowed and not self.by_number:
            self._begin()

    def action_no(self) -> None:
        """Do nothing, where there are few."""
        if self.stage is not Stage.WORKING and not self._number.display:
            self.action_close()

    def action_running(self) -> None:
        """Plan once more: with pods that have not ended, or without."""
        if self.stage is Stage.ASKING:
            self.running = not self.running
            self._look()

    def action_force(self) -> None:
        """Plan once more: by force, or not."""
        from k8stui.control.cleanup.plan import Way

        if self.stage is Stage.ASKING and self.plan.way is Way.DELETE:
            self.forced = not self.forced
            self._look()

    def action_go(self) -> None:
        """Do it when the number is right; close what is done."""
        if self.stage is Stage.DONE:
            self.action_close()
        elif self.stage is Stage.ASKING and self.by_number:
            if self._number.text.strip() == self._word:
                self._begin()
            else:
                other = "name" if self._place else "number"
                self._question.update(f"That is another {other}: type {self._word} to {self.plan.way.value} them.")

    def _begin(self) -> None:
        from k8stui.control.cleanup.carrying import Report

        self._report = Report(len(self.plan.going))
        self.stage = Stage.WORKING
        self._heard(self._report)
        self._show()
        self._work = self.run_worker(self._carried(self._report), exit_on_error=False)

    def action_close(self) -> None:
        """Leave; while pods go: let no more go."""
        if self.stage in (Stage.CHECKING, Stage.WORKING) and self._work is not None and not self._work.is_finished:
            self._work.cancel()
            if self.stage is Stage.WORKING:
                return
        self.dismiss(self._report)

    async def action_save(self) -> None:
        """Save the plan, or what became of it, as JSON."""
        from k8stui.control.cleanup.told import rows

        text = json.dumps(rows(self.plan, self._report or self._tried, dry=self._report is None), indent=2)
        names = (f"k8stui-cleanup-{number}.json" for number in count(1))
        file = await write_new(self._folder, names, [text + "\n"])
        self.notify(f"Saved to {cell(str(file))}", markup=False)


def _sentence(error: Exception) -> str:
    return f"Error: {error_line(error)}"


def _pods(count: int) -> str:
    return f"{count} pod{'' if count == 1 else 's'}"
