"""An app with screens to go to, each found again as it was left: to what they are about, and to other places.

A place is a namespace, the cluster of a context or of a stack. Going to another one tells all screens.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from k8stui_tui.actions.action import Action
from k8stui_tui.engine import FACTORIES, factory_of
from k8stui_tui.screens.frame import FrameScreen
from k8stui_tui.store import Store
from k8stui_tui.telling import TellingApp

if TYPE_CHECKING:
    from k8stui.stacks.active import ActiveStack
    from k8stui_tui.screens.clusters.screen import ClustersScreen
    from k8stui_tui.screens.pods.screen import PodsScreen
    from k8stui_tui.screens.runs.screen import RunsScreen
    from k8stui_tui.screens.schedules.screen import SchedulesScreen


class GoingApp(TellingApp, inherit_bindings=False):
    """Base of the control center.

    Attributes:
        store: What the screens show.
    """

    def __init__(self, store: Store, *, ansi_color: bool | None = None) -> None:
        """Make an app that knows its screens, none of which is made yet.

        Args:
            store: What they show.
            ansi_color: As Textual takes it.
        """
        super().__init__(ansi_color=ansi_color)
        self.store = store
        self._frames: dict[str, FrameScreen] = {}
        for name in FACTORIES:
            # A mode of Textual's keeps its screen while another one is shown.
            self.add_mode(name, partial(self.frame, name))

    def frame(self, name: str) -> FrameScreen:
        """A screen as it was left: its cursor, filter and panes; made when it is first wanted."""
        if name not in self._frames:
            self._frames[name] = factory_of(name)(self.store)
        return self._frames[name]

    def show_runs(self, *, namespace: str = "", run: str = "", filtered: str = "", logs: bool = False) -> None:
        """Go to the Runs screen.

        Args:
            namespace: Of the run.
            run: The cursor goes there as soon as it is known; empty to leave it.
            filtered: Only runs that match are shown.
            logs: To its logs.
        """
        screen = cast("RunsScreen", self.frame("runs"))
        self.action_show_screen("runs")
        screen.expect(namespace, run, filtered=filtered)
        screen.go_to_pane(screen.logs_pane if logs else screen.runs_pane)

    def show_pod(self, namespace: str, name: str, *, filtered: str = "") -> None:
        """Go to a pod on the Pods screen, among those that match."""
        screen = cast("PodsScreen", self.frame("pods"))
        self.action_show_screen("pods")
        screen.expect(namespace, name, filtered=filtered)
        screen.go_to_pane(screen.pods_pane)

    def show_schedule(self, namespace: str, name: str) -> None:
        """Go to a schedule on the Schedules screen."""
        screen = cast("SchedulesScreen", self.frame("schedules"))
        self.action_show_screen("schedules")
        screen.expect(namespace, name)
        screen.go_to_pane(screen.schedules_pane)

    async def go_to_stack(self, stack: ActiveStack) -> None:
        """Look at the cluster of a stack once it has answered.

        Raises:
            K8stuiError: It cannot be reached; nothing has changed.
        """
        await self.store.go_to_stack(stack)
        self._moved()

    def go_to_context(self, name: str) -> None:
        """Look at the cluster of another context once it has answered; until then, and if it does not, stay here."""

        async def go() -> None:
            await self.store.go_to_context(name)
            self._moved()
            self.tell(f"Looking at context {name}.")

        if name == self.store.place.context and not self.store.stack:
            self.tell(f"Context {name} is looked at already.")
        else:
            self.act(go())

    def _moved(self) -> None:
        """Another place is looked at."""
        for frame in self._frames.values():
            frame.moved()

    def names_for(self, action: Action) -> Sequence[str]:
        """Arguments that an action takes, as far as they are known here: contexts, namespaces, bookmarks."""
        if action.id == "bookmarks" and isinstance(self.screen, FrameScreen):
            return sorted(self.screen.bookmarks.known)
        if action.id == "context":
            return cast("ClustersScreen", self.frame("clusters")).known_contexts()
        if action.id == "namespace":
            return cast("ClustersScreen", self.frame("clusters")).namespaces or ()
        return ()

    # Actions, see actions/.

    def action_show_screen(self, name: str) -> None:
        """Go to a screen."""
        before, wanted = self.screen, self.frame(name)
        if before is not wanted:
            self.switch_mode(name)
            if isinstance(before, FrameScreen):
                before.left()

    def action_context(self, name: str = "") -> None:
        """Look at the cluster of another context."""
        if name:
            self.go_to_context(name)
        else:
            self.action_show_screen("clusters")

    def action_namespace(self, name: str = "") -> None:
        """Look at another namespace; choose one without a name."""
        if not name:
            self.action_show_screen("clusters")
            screen = cast("ClustersScreen", self.frame("clusters"))
            screen.go_to_pane(screen.names_pane)
            return
        self.store.move("" if name == "all" else name)
        self._moved()
        if isinstance(self.screen, FrameScreen):
            self.screen.refresh_now()
