"""Stacks | contexts | what one answers | namespaces: where one looks, and where else one could."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from k8stui.model.errors import ForbiddenError, K8stuiError, as_told
from k8stui_tui.keys import bindings, way_to
from k8stui_tui.screens.clusters import rows
from k8stui_tui.screens.clusters.probing import Probing
from k8stui_tui.screens.clusters.stacks import StackListScreen
from k8stui_tui.screens.saying import AGAIN, Said, none_matches, told
from k8stui_tui.screens.wordfilter import counted, has_words
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable
from k8stui_tui.widgets.textview import TextView

if TYPE_CHECKING:
    from k8stui.control.clusters.contexts import ContextView

NO_CONTEXTS = "There is no kubeconfig with contexts to choose from."


class ClustersScreen(StackListScreen, inherit_bindings=False):
    """Stacks and clusters one can go to."""

    SCOPES: ClassVar[tuple[str, ...]] = ("frame", "clusters")
    BINDINGS = bindings("frame", "clusters")
    TITLE_OF_SCREEN = "Clusters"

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self.table = LineTable(rows.CONTEXTS.columns, id="contexts")
        self.text = TextView(empty="", wrap=True, id="context-text")
        self.names = LineTable(rows.NAMESPACES.columns, id="namespaces")
        self.table.marking = self.names.marking = self.stacks.marking = False  # Nothing is done to many of them.
        self.contexts_pane = Pane("CONTEXTS", self.table, id="contexts-pane")
        self.text_pane = Pane("DETAILS", self.text, id="context-text-pane")
        self.names_pane = Pane("NAMESPACES", self.names, id="namespaces-pane")
        self.probing = Probing(store)
        self.contexts: Sequence[ContextView] = ()
        self.namespaces: Sequence[str] | None = None
        self._contexts_error: K8stuiError | None = None
        self._namespaces_error: K8stuiError | None = None
        self._of: object = None
        self._names_filter = ""
        self._names_shown: tuple[object, ...] = ()
        self._detailed = self.stacks_pane
        self._began = False

    def body(self) -> ComposeResult:
        """Stacks and contexts above; what is known of one, and namespaces, side by side below."""
        yield self.stacks_pane
        yield self.contexts_pane
        with Horizontal(id="below-contexts"):
            yield self.text_pane
            yield self.names_pane

    @property
    def panes(self) -> Sequence[Pane]:
        """Stacks, contexts, namespaces, what is known of one."""
        return self.stacks_pane, self.contexts_pane, self.names_pane, self.text_pane

    @property
    def context(self) -> ContextView | None:
        """The context under the cursor."""
        return next((one for one in self.contexts if one.name == self.table.cursor_key), None)

    # For the frame.

    def on_mount(self) -> None:
        """Read stacks and contexts; begin with the stacks, where there are any."""
        self.read_stacks()
        if not (self.document and self.document.stacks):
            self._wanted_pane = self._wanted_pane or self.contexts_pane
        self._read()
        super().on_mount()
        self._settle()

    def tick(self) -> None:
        """Show what changed in the store."""
        if self.store.cluster is not None and self.store.cluster is not self._of:
            self._of, self.namespaces, self._namespaces_error = self.store.cluster, None, None
            self.run_worker(self._list_namespaces(), group="namespaces", exclusive=True, exit_on_error=False)
        self.show_stacks()
        self._show_contexts()
        self._show_text()
        self._show_namespaces()

    def crumbs(self) -> Sequence[str]:
        """The stack or context under the cursor."""
        name = self.stack if self._about_stack else self.context.name if self.context else ""
        return (name,) if name else ()

    def filter_of(self, view: LineView) -> str:
        """What a table is filtered by."""
        if view is self.stacks:
            return self._stacks_filter
        return self._names_filter if view is self.names else super().filter_of(view)

    def filtered(self, view: LineView, text: str) -> None:
        """Show only lines that match."""
        if view is self.names:
            self._names_filter = text
        elif view is self.stacks:
            self._stacks_filter = text
        else:
            super().filtered(view, text)
            return
        self.refresh_now()

    def filter_hint(self, view: LineView) -> str:
        """Words only."""
        return "words that must be found" if isinstance(view, LineTable) else ""

    # Contexts.

    def known_contexts(self) -> Sequence[str]:
        """Names of the contexts there are; read now where the screen has not been shown yet."""
        if not self.contexts:
            self._read()
        return [one.name for one in self.contexts]

    def _read(self) -> None:
        from k8stui.control.clusters.contexts import read_contexts

        elsewhere = self.store.elsewhere
        try:
            self.contexts = read_contexts(elsewhere.kubeconfig) if elsewhere else ()
            self._contexts_error = None
        except K8stuiError as error:
            self._contexts_error = error

    def _show_contexts(self) -> None:
        said = self._why_no_contexts()
        key = (self.contexts, self._filter, self.store.place.context, said)
        if key == self._shown:
            return
        self._shown = key
        kept = [one for one in self.contexts if has_words(_searched(one), self._filter)]
        self.table.set_empty(*said)
        used = self.store.place.context
        self.table.update_rows(rows.CONTEXTS.rows(rows.context_lines(kept, used)))
        if used and not self._began:  # Whoever opens what the cursor is on at once stays where they are.
            self._began = True
            if not self.table.held:
                self.table.go_to(used)
        self.contexts_pane.tell(*self.facts(len(kept), len(self.contexts)))

    def _why_no_contexts(self) -> Said:
        if self._contexts_error is not None:
            return told(
                "The kubeconfig cannot be read.", self._contexts_error, f"{way_to('clusters.reload')} reads it again."
            )
        if self.contexts and self._filter:
            return none_matches(len(self.contexts), "contexts", self._filter)
        return NO_CONTEXTS, "dim"

    @on(PickView.Highlighted, "#contexts")
    def _highlighted(self, event: PickView.Highlighted) -> None:
        event.stop()
        self.settle_soon(self._settle)
        self.refresh_now()

    def _settle(self) -> None:
        one = self.context
        if one and one.name not in self.probing.found and self.probing.asking != one.name:
            self.run_worker(self._ask(one.name), group="probe", exclusive=True, exit_on_error=False)

    async def _ask(self, name: str) -> None:
        await self.probing.ask(name)
        self.refresh_now()

    @property
    def _about_stack(self) -> bool:
        """Whether the details are about a stack: the table that had the focus last says so."""
        pane = self.active
        if pane in (self.stacks_pane, self.contexts_pane):
            self._detailed = pane
        return self._detailed is self.stacks_pane

    def _show_text(self) -> None:
        if self._about_stack:
            self.text.set_text(self.stack_text())
            self.text_pane.tell([Fact(f"stack {self.stack}" if self.stack else "", "strong")])
            return
        one = self.context
        found = self.probing.found.get(one.name) if one else None
        if one is None:
            self.text.set_text("")
        elif found is None:
            self.text.set_text(f"Asking {one.server or one.name} ...")
        elif isinstance(found, K8stuiError):
            self.text.set_text(rows.failure_text(one, found, self.text.text_columns))
        else:
            self.text.set_text(rows.facts_text(one, found, self.text.text_columns))
        self.text_pane.tell([Fact(one.name if one else "", "strong")])

    @on(PickView.Selected, "#contexts")
    def _chosen(self, event: PickView.Selected) -> None:
        event.stop()
        if event.key:
            self.center.go_to_context(event.key)

    # Namespaces.

    async def _list_namespaces(self) -> None:
        from k8stui.control.clusters.contexts import list_namespaces

        cluster = self.store.cluster
        if cluster is None:
            return
        try:
            self.namespaces = await list_namespaces(cluster)
        except Exception as error:
            self._namespaces_error = as_told(error)
        self.refresh_now()

    def _show_namespaces(self) -> None:
        place, board = self.store.place, self.store.board
        used = rows.ALL if place.everywhere else place.namespace
        runs, said = board.runs if board else (), self._why_no_namespaces()
        key = (id(runs), len(runs), self.namespaces, used, self._names_filter, said)
        if key == self._names_shown:
            return
        self._names_shown = key
        going_on = Counter(run.namespace for run in runs if not run.state.ended)
        known = self.namespaces or ()
        found = rows.namespace_lines(known, used, going_on) if known else []
        kept = [one for one in found if has_words(one.title, self._names_filter)]
        self.names.set_empty(*said)
        self.names.update_rows(rows.NAMESPACES.rows(kept))
        shown = sum(one.key != rows.ALL for one in kept)
        self.names_pane.tell(counted(shown, len(known), self._names_filter))

    def _why_no_namespaces(self) -> Said:
        if self.store.error is not None:
            return told("Not connected.", self.store.error, AGAIN, role="trouble")
        error = self._namespaces_error
        if isinstance(error, ForbiddenError):
            return told("Not allowed to list namespaces.", error, "Type the name of the one you mean: :ns NAME")
        if error is not None:
            return told("The namespaces cannot be read.", error, f"{way_to('clusters.reload')} reads them again.")
        if self.namespaces and self._names_filter:
            return none_matches(len(self.namespaces), "namespaces", self._names_filter)
        return "Loading the namespaces ..." if self.store.cluster else "Connecting ...", "dim"

    @on(PickView.Selected, "#namespaces")
    def _moved(self, event: PickView.Selected) -> None:
        event.stop()
        if event.key:
            self.center.action_namespace(event.key)
            self.center.tell(f"Looking at {'all namespaces' if event.key == rows.ALL else f'namespace {event.key}'}.")

    # Actions, see actions/.

    def action_reload(self) -> None:
        """Read stacks, kubeconfig and namespaces again, and ask the context again."""
        self._of = None
        self.read_stacks()
        self.probing.found.clear()
        self.verified.clear()
        self._read()
        self.refresh_now()
        self._settle()


def _searched(one: ContextView) -> str:
    return f"{one.name} {one.cluster} {one.server} {one.user} {one.namespace}"
