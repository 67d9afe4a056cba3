"""What all screens share: status line, panes, prompt, footer, and how one moves between them.

A screen says which panes it has and what they show (`tick`); the frame does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.actions.action import Action
from k8stui_tui.actions.needs import NEEDS, refused
from k8stui_tui.actions.table import of_scopes
from k8stui_tui.commandline import completions, parse
from k8stui_tui.keys import bindings, footer_actions
from k8stui_tui.reach import at_hand, nodes_at_hand, perform
from k8stui_tui.screens import status
from k8stui_tui.screens.bookmarking import Bookmarking
from k8stui_tui.screens.paned import PanedScreen
from k8stui_tui.screens.saving import check_name, save_lines
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Bar, Fact, Note, key_fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.logacts import LogActs
from k8stui_tui.widgets.prompt import COMMAND, FIND, KEEP, Prompt
from k8stui_tui.widgets.reading import ReadView
from k8stui_tui.wording import error_line

if TYPE_CHECKING:
    from k8stui.control.live.freshness import Freshness
    from k8stui_tui.app import ControlCenter

KEEP_HINT = "only lines with a regular expression, !hides those with one:   error   !healthz   epoch !warn"


class FrameScreen(PanedScreen, inherit_bindings=False):
    """Base of the screens."""

    SCOPES: ClassVar[tuple[str, ...]] = ("frame",)
    BINDINGS = bindings("frame")
    TITLE_OF_SCREEN: ClassVar[str] = ""

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__()
        self.store, self.cut_off = store, False
        self.status = Bar(id="status")
        self.stale = Note(rows=4)  # In 80 columns so many say why a cluster does not answer.
        self.hints = Note()
        self.footer = Bar(id="footer")
        self.prompt = Prompt(self._completions, id="prompt")
        self._typing_from: Widget | None = None
        self._left_out: frozenset[str] = frozenset()
        self._judged = [action for action in of_scopes(self.SCOPES) if (action.scope, action.id) in NEEDS]
        self._hinted: tuple[str, ...] = ()

    @property
    def center(self) -> ControlCenter:
        """The app, as what it is."""
        return cast("ControlCenter", self.app)

    @property
    def bookmarks(self) -> Bookmarking:
        """The filters of this screen by name."""
        return Bookmarking(self, self.TITLE_OF_SCREEN.lower())

    # What screens say.

    def body(self) -> ComposeResult:
        """The panes in their places."""
        raise NotImplementedError

    def tick(self) -> None:
        """Show what changed in the store; called several times a second while the screen is the active one."""

    @property
    def freshness(self) -> Freshness | None:
        """How far what the screen shows can be trusted; None without a connection."""
        return self.store.freshness

    def left(self) -> None:
        """Another screen takes its place; what only this one needs need not be followed."""

    def meant(self, action: Action) -> None:
        """An action of the screen is carried out, by key or by name."""

    def moved(self) -> None:
        """Another namespace or cluster is looked at; what was marked is not there."""

    def crumbs(self) -> Sequence[str]:
        """Where one is, below the screen itself."""
        return ()

    def tally(self) -> Sequence[Fact]:
        """What the right end of the status line counts."""
        return ()

    def pointless(self) -> frozenset[str]:
        """Actions of the screen that would do nothing now; the footer offers others in their place."""
        return frozenset()

    def acts_in(self) -> frozenset[str]:
        """Namespaces in which an act would change something now."""
        place = self.store.place
        return frozenset() if place.everywhere or not place.namespace else frozenset({place.namespace})

    def filtered(self, view: LineView, text: str) -> None:
        """Something was typed after `/` while that list had the focus."""

    def filter_of(self, view: LineView) -> str:  # noqa: ARG002 - for subclasses
        """What that list is filtered by."""
        return ""

    def filter_hint(self, view: LineView) -> str:  # noqa: ARG002 - for subclasses
        """What can be typed to filter or search that list."""
        return ""

    # The frame.

    def compose(self) -> ComposeResult:
        """Status line, panes, prompt, hints, footer."""
        yield self.status
        yield self.stale
        with Container(id="body"):
            yield from self.body()
        yield self.prompt
        yield self.hints
        yield self.footer

    def on_mount(self) -> None:
        """Begin with the first pane, or with the one that was asked for before."""
        self._arrange(self.size.width, self.size.height)
        pane = self._wanted_pane or self.panes[0]
        self._mark_active(pane)
        self.set_focus(pane.view)
        self.refresh_now()

    def on_screen_resume(self) -> None:
        """Back from a dialog, or from another screen: what was missed is shown at once."""
        self.refresh_now()

    def refresh_now(self) -> None:
        """Show the state of the store, status line and footer included."""
        if self.is_mounted and self in self.app.screen_stack:
            self.tick()
            self.show_status()
            if self.not_offered() != self._left_out or self.center.hints.left != self._hinted:
                self.show_footer()

    def show_status(self) -> None:
        """Say where one is and how fresh that is."""
        place, fresh, glyphs = self.store.place, self.freshness, self.status.glyphs
        under_way = self.center.under_way
        self.status.show(
            status.crumbs(self.TITLE_OF_SCREEN, self.crumbs(), glyphs),
            [
                Fact(status.forwarded(self.store.forwards), "accent", 5),
                Fact(f"{under_way} under way" if under_way else "", "caution", 1),
                *self.tally(),
                *status.where(place, glyphs),
                status.how_fresh(fresh, self.store.error, renewed=self.store.just_renewed),
                *status.limits(place),
                Fact(" ", tight=True),
            ],
        )
        self.stale.say(status.why_stale(fresh, self.store.error, cut_off=self.cut_off), "caution")

    def refusal(self, action: Action) -> str:
        """Why an action may not be done now, in a sentence; empty when it may, as far as is known."""
        return self._refusal(action, *self._rights()) if (action.scope, action.id) in NEEDS else ""

    def _rights(self) -> tuple[Sequence[str], Sequence[Mapping[str, bool]]]:
        """Namespaces in which an act would change something, and what is known to be allowed in each."""
        where = sorted(self.acts_in())
        return where, [self.store.permissions.of(namespace) for namespace in where]

    def _refusal(self, action: Action, where: Sequence[str], known: Sequence[Mapping[str, bool]]) -> str:
        needs = NEEDS[action.scope, action.id]
        # Of several namespaces one where it may be done is enough: each object says for itself what became of it.
        lacking = tuple(need for need in needs if known and all(rights.get(need) is False for rights in known))
        place = f"namespace {where[0]}" if len(where) == 1 else "these namespaces"
        return refused(action.title, needs, place, read_only=self.store.place.read_only, lacking=lacking)

    def not_offered(self) -> frozenset[str]:
        """Actions of the screen that the footer does not tell: they would do nothing, or may not be done."""
        where, known = self._rights()
        return self.pointless() | {action.id for action in self._judged if self._refusal(action, where, known)}

    def show_footer(self) -> None:
        """The keys that matter where the focus is."""
        self._left_out, self._hinted = self.not_offered(), self.center.hints.left
        actions = self.prompt.offered if self.prompt.is_open else at_hand(nodes_at_hand(self))
        self.hints.say_facts(*(((), ()) if self.prompt.is_open else self.center.hints.facts(actions)))
        here, everywhere = footer_actions(
            action for action in actions if action.scope not in self.SCOPES or action.id not in self._left_out
        )
        self.footer.show(
            [key_fact(action, 2 + place) for place, action in enumerate(here)],
            [*(key_fact(action, 1) for action in everywhere), Fact(" ", tight=True)],
        )

    def on_descendant_focus(self) -> None:
        """Another pane is active."""
        self._mark_active()
        self.show_footer()
        self.show_status()

    def action_bookmarks(self, name: str = "") -> None:
        """Filter by a bookmark, or choose one."""
        self.bookmarks.go(name)

    def leave(self) -> bool:
        """One step back: out of a search, a filter, a zoomed pane, to the pane before; False at the outermost."""
        active = self.active
        view = active.view
        if isinstance(view, ReadView) and view.unwind():
            pass
        elif self.filter_of(view):
            self.filtered(view, "")
        elif self._zoomed:
            self.action_zoom()
        elif active is not self.panes[0]:
            self.go_to_pane(self.panes[max(0, self.panes.index(active) - 1)])
        else:
            return False
        return True

    # The prompt.

    def open_prompt(self, kind: str) -> None:
        """Begin to type a command, or a filter or search for the active pane."""
        self._typing_from = self.focused
        view = self.active.view
        text = hint = ""
        if kind == FIND:
            text = view.needle if isinstance(view, ReadView) else self.filter_of(view)
            hint = self.filter_hint(view)
        elif kind == KEEP and isinstance(view, LogPane):
            text, hint = view.sifting, KEEP_HINT
        self.prompt.open(kind, text, hint)

    @on(Prompt.Typed)
    def _typed(self, event: Prompt.Typed) -> None:
        if event.kind != COMMAND:
            self._find(event.kind, event.text)

    @on(Prompt.Left)
    def _left(self, event: Prompt.Left) -> None:
        self._close_prompt()
        if event.kind != COMMAND:
            self._find(event.kind, "")

    @on(Prompt.Done)
    async def _done(self, event: Prompt.Done) -> None:
        if event.kind != COMMAND:
            if self._find(event.kind, event.text):
                self._close_prompt()
            return
        nodes = nodes_at_hand(self, self._typing_from)
        if not event.text:
            self._close_prompt()
            return
        try:
            action, argument = parse(event.text, at_hand(nodes))
        except K8stuiError as error:
            self.prompt.complain(error_line(error))
            return
        self._close_prompt()
        await self.center.run_guarded(perform(action, nodes, argument))

    def _find(self, kind: str, text: str) -> bool:
        """Show what is typed for the active pane; False when it can't be, which is said."""
        view = self.active.view
        if kind == KEEP and isinstance(view, LogPane):
            try:
                view.sift(text)
            except InvalidInputError as error:
                self.prompt.complain(error.message)
                return False
        elif isinstance(view, ReadView):
            view.find(text)
        else:
            self.filtered(view, text)
        return True

    @on(LogActs.Save)
    def _save_log(self, event: LogActs.Save) -> None:
        event.stop()
        if isinstance(event.pane, LogPane):
            self.center.act(self._saved(event.pane, event.name))

    async def _saved(self, pane: LogPane, name: str) -> None:
        entries = list(pane.entries)
        if name and await self.store.read_only():
            check_name(name)
        file = await save_lines(self.center.saves, entries, label=pane.label, name=name)
        self.center.tell(f"{len(entries):,} lines saved to {file}")

    def _close_prompt(self) -> None:
        self.prompt.close()
        self.set_focus(self._typing_from or self.panes[0].view)
        self._typing_from = None

    def _completions(self, text: str) -> Sequence[str]:
        if self.prompt.kind != COMMAND:
            return ()
        return completions(text, at_hand(nodes_at_hand(self, self._typing_from)), self.center.names_for)
