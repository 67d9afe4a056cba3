"""The dialog that starts a run: pick a pipeline, fill in its form, submit, and see what became of it.

What takes time happens in workers, through functions that it is given: it knows no cluster. An error stands where it
happened, and what was typed stays.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar, Generic, TypeAlias, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.worker import Worker

from k8stui.authoring.creating import Creating, FormChangedError, Offers, Order, RunForm
from k8stui.authoring.discover import FoundPipeline
from k8stui.authoring.forms import FormError
from k8stui.control.submitting.creating import OnStage, RunRef
from k8stui_tui.sanitize import cell
from k8stui_tui.screens.create.fill import FillPane
from k8stui_tui.screens.create.pick import PickPane
from k8stui_tui.theme.glyphs import ASCII, glyphs
from k8stui_tui.widgets.form import Form
from k8stui_tui.wording import error_lines

Discover: TypeAlias = Callable[[], Awaitable[Offers]]
OpenForm: TypeAlias = Callable[[FoundPipeline], Awaitable[RunForm]]
Ref = TypeVar("Ref")
Submit: TypeAlias = Callable[[Order, OnStage], Awaitable[Ref]]


class CreateScreen(ModalScreen[Ref | None], Generic[Ref], inherit_bindings=False):
    """Starts a run, or what else a form can; gives it, or None when the person thought better of it."""

    NAME: ClassVar[str] = "New run"

    DEFAULT_CSS = """
    CreateScreen { background: transparent; }
    CreateScreen #create {
        height: 1fr;
        margin-top: 1;
        background: $background;
        border-top: solid $line;
        border-title-color: $accent;
        border-title-style: bold;
    }
    CreateScreen #create.ascii { border-top: ascii $line; }
    """

    def __init__(
        self,
        *,
        discover: Discover,
        open_form: OpenForm,
        submit: Submit[Ref],
        folder: str,
        where: str,
        image: str,
        now: Callable[[], float] = time.time,
        first: RunForm | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            discover: Finds what can be chosen.
            open_form: Makes the form of a pipeline; loads its file.
            submit: Submits what stands in a form, telling its stages.
            folder: Below which files are looked for, as a person knows it.
            where: Cluster and namespace of the run, as a person knows them.
            image: What runs when no image is given.
            now: Seconds since the epoch.
            first: The form to begin with; None to choose a pipeline first.
        """
        super().__init__()
        self._first = first
        self._discover, self._open_form, self._submit = discover, open_form, submit
        self._where, self._image, self._now = where, image, now
        self._pick = PickPane(folder)
        self._fill: FillPane | None = None
        self._typed: dict[str, dict[str, str]] = {}
        self._work: Worker[None] | None = None
        self._stopping = False

    @staticmethod
    def using(
        creating: Creating,
        *,
        context: str = "",
        now: Callable[[], float] = time.time,
        first: RunForm | None = None,
    ) -> CreateScreen[RunRef]:
        """The dialog for a cluster and a folder.

        Args:
            creating: The verbs behind it.
            context: Name of the kubeconfig's context; empty inside a cluster.
            now: Seconds since the epoch.
            first: The form to begin with; None to choose a pipeline first.
        """
        return CreateScreen(
            discover=creating.offers,
            open_form=creating.form,
            submit=creating.submit,
            folder=creating.folder,
            where=", ".join(filter(None, (context, f"namespace {creating.namespace}"))),
            image=creating.image,
            now=now,
            first=first,
        )

    def compose(self) -> ComposeResult:
        """The first step."""
        frame = Vertical(self._pick, id="create", classes="ascii" if glyphs() is ASCII else "")
        frame.border_title = self.NAME
        yield frame

    async def on_mount(self) -> None:
        """Look for pipelines, behind the form where there is one to begin with."""
        self._look()
        if self._first is None:
            self._pick.begin()
        else:
            await self._show_form(self._first, {})

    # The first step.

    @on(PickPane.Again)
    def _look(self) -> None:
        self._pick.looking()
        self.run_worker(self._find(), group="discover", exclusive=True)

    async def _find(self) -> None:
        try:
            self._pick.show(await self._discover(), self._now())
        except Exception as error:
            self._pick.table.set_empty("")
            self._pick.said.error(error_lines(error))

    @on(PickPane.Chosen)
    def _chosen(self, event: PickPane.Chosen) -> None:
        if self._busy:
            return
        self._work = self.run_worker(self._open(event.found), group="work")

    async def _open(self, found: FoundPipeline) -> None:
        self._pick.said.stage(f"Reading {found.target}")
        try:
            made = await self._open_form(found)
        except Exception as error:
            self._pick.said.error(error_lines(error))
            return
        self._pick.quiet()
        await self._show_form(made, self._typed.get(found.target, {}))

    async def _show_form(self, made: RunForm, typed: Mapping[str, str]) -> None:
        self._fill = self.fill_pane(made, typed)
        frame = self.query_one("#create", Vertical)
        self._pick.display = False
        frame.border_title = Text(f"{self.NAME} of {cell(made.name)}")  # as text: a name is no markup
        await frame.mount(self._fill)
        self._fill.form.begin()

    def fill_pane(self, made: RunForm, typed: Mapping[str, str]) -> FillPane:
        """The second step.

        Args:
            made: The form.
            typed: What stood in it when it was left before.
        """
        return FillPane(made, where=self._where, image=self._image, now=self._now(), texts=typed)

    @on(PickPane.Cancelled)
    def _leave(self) -> None:
        if self._work is not None and self._busy:
            self._work.cancel()
            self._pick.quiet()
        else:
            self.dismiss(None)

    # The second step.

    @on(Form.Submitted)
    def _submitted(self) -> None:
        if self._fill is not None and not self._busy:
            self.submitting(self._fill)

    def submitting(self, fill: FillPane) -> None:
        """Submit what stands in a form."""
        self._stopping = False
        self._work = self.run_worker(self._send(fill), group="work")

    async def _send(self, fill: FillPane) -> None:
        try:
            ref = await self._submit(fill.order(), fill.said.stage)
        except asyncio.CancelledError:
            fill.said.note(["Stopped; what had been created was deleted again."])
            raise
        except FormError as error:
            fill.form.show_problems(error.problems)
            fill.said.error(["Some fields do not hold what they should; nothing was submitted"])
        except FormChangedError as error:
            await fill.renew(error.fields)
            fill.said.error(error_lines(error))
        except Exception as error:
            fill.said.error(error_lines(error))
        else:
            self.dismiss(ref)

    @on(Form.Cancelled)
    async def _back(self) -> None:
        fill = self._fill
        if fill is None:
            return
        if self._work is not None and self._busy:
            if not self._stopping:
                # Once: a second one would interrupt the cleaning up.
                self._stopping = True
                fill.said.stage("stopping, and deleting what was made so far")
                self._work.cancel()
            return
        self._typed[fill.made.found.target] = fill.form.texts
        self._fill = None
        await fill.remove()
        self.query_one("#create").border_title = self.NAME
        self._pick.display = True
        self._pick.begin()

    @property
    def _busy(self) -> bool:
        return self._work is not None and not self._work.is_finished
