"""The stacks on the screen of clusters: which there are, which one is used, and going to another one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on

from k8stui.model.errors import ForbiddenError, K8stuiError, as_told
from k8stui_tui.keys import way_to
from k8stui_tui.program import as_called
from k8stui_tui.screens.clusters import rows
from k8stui_tui.screens.listing import ListScreen
from k8stui_tui.screens.saying import Said, none_matches, told
from k8stui_tui.screens.wordfilter import counted, has_words
from k8stui_tui.store import Store
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable

if TYPE_CHECKING:
    from k8stui.control.doctor.finding import Finding
    from k8stui.model.stacks import StackDocument
    from k8stui.stacks.active import ActiveStack
    from k8stui.stacks.document import StackFile

NO_STACKS = (
    "No stack is registered: the context alone says where runs go.\n"
    "k8stui orchestrator register NAME --kubernetes_context=CONTEXT\n"
    "k8stui stack register NAME -o ORCHESTRATOR --set"
)


class StackListScreen(ListScreen, inherit_bindings=False):
    """A screen that also has a table of stacks."""

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self.stacks = LineTable(rows.STACKS.columns, id="stacks")
        self.stacks_pane = Pane("STACKS", self.stacks, id="stacks-pane")
        self.document: StackDocument | None = None
        self.verified: dict[str, list[Finding]] = {}
        self._stacks_error: K8stuiError | None = None
        self._stacks_filter = ""
        self._stacks_shown: tuple[object, ...] = ()
        self._verifying = ""
        self._lines_of: tuple[StackDocument | None, str] = (None, "")
        self._lines: list[str] = []

    @property
    def stack(self) -> str:
        """The stack under the cursor; empty for none."""
        return self.stacks.cursor_key or ""

    def pointless(self) -> frozenset[str]:
        """What is about stacks, while none is under the cursor or another table has the focus."""
        about = self.stack and self.active is self.stacks_pane
        return super().pointless() if about else super().pointless() | {"verify", "describe", "edit"}

    def read_stacks(self) -> None:
        """Read the file; what is wrong with it is told where the stacks would be."""
        try:
            self.document, self._stacks_error = self._file().read(), None
        except K8stuiError as error:
            self._stacks_error = error

    def show_stacks(self) -> None:
        """Draw the table, where anything differs."""
        used, said = self.store.place.stack, self._why_no_stacks()
        key = (id(self.document), used, self._stacks_filter, said)
        if key == self._stacks_shown:
            return
        self._stacks_shown = key
        found = rows.stack_lines(self.document, used) if self.document and not self._stacks_error else []
        kept = [one for one in found if has_words(" ".join(one), self._stacks_filter)]
        self.stacks.set_empty(*said)
        self.stacks.update_rows(rows.STACKS.rows(kept))
        self.stacks_pane.tell(counted(len(kept), len(found), self._stacks_filter))

    def stack_text(self) -> str:
        """The stack under the cursor in words, with what verifying it has come to."""
        if self.document is None or self.stack not in self.document.stacks:
            return ""
        from k8stui_tui.stacktexts import stack_lines

        if self._lines_of[0] is not self.document or self._lines_of[1] != self.stack:
            self._lines_of, self._lines = (self.document, self.stack), stack_lines(self.document, self.stack)
        checks = rows.verified_text(self.verified.get(self.stack), asking=self._verifying == self.stack)
        return "\n".join([*checks, "", *self._lines])

    def _why_no_stacks(self) -> Said:
        if self._stacks_error is not None:
            again = f"{way_to('clusters.reload')} reads it again."
            return told("The file of stacks cannot be used.", self._stacks_error, again, role="trouble")
        if self.document and self.document.stacks and self._stacks_filter:
            return none_matches(len(self.document.stacks), "stacks", self._stacks_filter)
        return as_called(NO_STACKS), "dim"

    def _file(self) -> StackFile:
        from k8stui.stacks.document import StackFile

        return StackFile(self.store.elsewhere.stacks if self.store.elsewhere else None)

    def _chosen_stack(self) -> ActiveStack | None:
        """The stack under the cursor; without one, that is told."""
        if self.document is None or not self.stack:
            self.center.tell("Go to a stack (tab): this is about stacks.")
            return None
        from k8stui.stacks.active import active_stack

        return active_stack(self.document, self.stack)

    @on(PickView.Highlighted, "#stacks")
    def _on_stack(self, event: PickView.Highlighted) -> None:
        event.stop()
        self.refresh_now()

    @on(PickView.Selected, "#stacks")
    def _use(self, event: PickView.Selected) -> None:
        event.stop()
        if event.key and (stack := self._chosen_stack()):
            self.center.act(self._go(stack))

    async def _go(self, stack: ActiveStack) -> None:
        """Use a stack here, once its cluster has answered, and from now on everywhere."""
        from k8stui.stacks.composing import activate

        if stack != self.store.stack:  # also one that was changed since
            await self.center.go_to_stack(stack)
        self.document = await asyncio.to_thread(self._file().change, lambda known: activate(known, stack.name))
        self.center.tell(f"Stack {stack.name} is active, here and for verbs and scripts.")
        self.refresh_now()

    # Actions, see actions/.

    def action_verify(self) -> None:
        """Look whether the stack can be used."""
        if stack := self._chosen_stack():
            self.run_worker(self._verify(stack), group="verify", exclusive=True, exit_on_error=False)

    async def _verify(self, stack: ActiveStack) -> None:
        from k8stui.control.clusters.stackcheck import verify_stack
        from k8stui.control.doctor.finding import Level

        self._verifying = stack.name
        self.refresh_now()
        try:
            found = self.verified[stack.name] = await verify_stack(stack)
            bad = [one for one in found if one.level is Level.PROBLEM]
            said = f"{bad[0].check}: {bad[0].sentence}" if bad else "no problem was found"
            self.center.tell(f"Stack {stack.name}: {said}.")
        except Exception as error:
            self.center.tell_error(as_told(error))
        finally:
            if self._verifying == stack.name:  # else another one is being verified by now
                self._verifying = ""
            self.refresh_now()

    def action_describe(self) -> None:
        """All of a stack in words."""
        if self._chosen_stack():
            text = self.stack_text()

            async def fetch() -> str:
                return text

            self.center.view(f"Stack {self.stack}", fetch)

    def action_edit(self) -> None:
        """Edit a stack in the person's editor."""
        if stack := self._chosen_stack():
            self.center.act(self._edit(stack.name))

    async def _edit(self, name: str) -> None:
        from k8stui_tui.editor import edit_stack
        from k8stui_tui.suspending import with_terminal

        if said_by := await self.store.read_only():
            # Editors open shells: who may only look (docs/bastion.md) gets none.
            raise ForbiddenError(f"Read-only mode ({said_by}): stacks are not edited here.")
        changed = await with_terminal(self.center, lambda: edit_stack(self._file(), name))
        self.read_stacks()
        self.verified.pop(name, None)
        here = f" {way_to('list.select')} goes where it leads now." if name == self.store.place.stack else ""
        self.center.tell(f"Stack {name} was changed.{here}" if changed else f"Stack {name}: nothing was changed.")
        self.refresh_now()
