"""The app: one store, the screens on it, and what works everywhere.

It draws before it is connected. A tick some times a second shows what changed in the store; keys do not wait for it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events
from textual.actions import ActionParseResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver

from k8stui.model.errors import InvalidInputError
from k8stui.model.variables import DEBUG_VARIABLE
from k8stui_tui.actions.action import SCREENS
from k8stui_tui.actions.table import with_keys
from k8stui_tui.clipboard import clipboard
from k8stui_tui.config.memory import Memory
from k8stui_tui.config.model import Config
from k8stui_tui.driver import TerminalDriver
from k8stui_tui.garbage import Sweeping
from k8stui_tui.going import GoingApp
from k8stui_tui.hints import Hints
from k8stui_tui.interruptions import Interruptions
from k8stui_tui.keys import bindings, keymap
from k8stui_tui.notification import end_of, notification
from k8stui_tui.palette import ActionProvider
from k8stui_tui.reach import at_hand, nodes_at_hand, refusal, refuse
from k8stui_tui.sanitize import cell
from k8stui_tui.screens.forwards import ForwardsScreen
from k8stui_tui.screens.frame import FrameScreen
from k8stui_tui.screens.help import help_text
from k8stui_tui.screens.viewer import ViewerScreen
from k8stui_tui.store import Store
from k8stui_tui.theme.roles import COMPONENTS
from k8stui_tui.theme.themes import THEMES, few_colours, theme_name
from k8stui_tui.typist import Passed, Typist
from k8stui_tui.widgets.prompt import COMMAND, FIND

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.pods.forwarding import Forward
    from k8stui.control.pods.shell import Shell
    from k8stui.model.views import RunSummaryView

TICKS = 8
"""Looks at the store in a second; a third of them at rest."""


class ControlCenter(GoingApp, inherit_bindings=False):
    """The terminal control center.

    Attributes:
        config: What the person has set.
        actions: All that can be done, with the keys of the person.
        memory: What is remembered from one session to the next.
        hints: What the person should know at the first start.
        interruptions: What is told when it is over.
        folder: Where pipelines to run are looked for.
        saves: Where files are saved.
    """

    SCOPES: ClassVar[tuple[str, ...]] = ("app",)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("app"),
        *(Binding(spec.number, spec.action.call, spec.title, show=False, id=spec.action.name) for spec in SCREENS),
    ]
    CSS_PATH: ClassVar[list[str | PurePath]] = ["theme/roles.tcss", "k8stui.tcss"]
    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    COMMANDS: ClassVar[set[Any]] = {ActionProvider}
    TITLE = "k8stui"
    DEFAULT_MODE: ClassVar[str] = "runs"

    def __init__(
        self,
        store: Store,
        *,
        config: Config | None = None,
        memory: Memory | None = None,
        theme: str = "",
        folder: Path | None = None,
        screen: str = "",
    ) -> None:
        """Make the app.

        Args:
            store: What it shows.
            config: What the person has set; the defaults when None.
            memory: What is remembered; this session only when None.
            theme: Name of the theme; config and terminal decide when it is empty.
            folder: Where pipelines to run are looked for; the working directory when None.
            screen: The one to begin with; the config's when it is empty.
        """
        self.config = config or Config()
        self.memory = memory or Memory()
        self.hints = Hints(self.memory)
        self.interruptions = Interruptions()
        self.DEFAULT_MODE = screen or self.config.screen  # type: ignore[misc]  # Textual begins in this mode, which we know only now.
        # Told now, because Textual chooses its filter for NO_COLOR before it knows the theme.
        super().__init__(store, ansi_color=True if few_colours() else None)
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme or theme_name(chosen=self.config.theme)
        self.actions = with_keys(self.config.keymap)
        self.set_keymap(keymap(self.config.keymap))
        self._typist = Typist(self, super().on_event, lambda: self._sent)
        store.hurried = lambda: self._typist.hurried
        self._sweeping = Sweeping()
        self.folder = folder or Path.cwd()
        self.saves = Path.cwd()

    def get_driver_class(self) -> type[Driver]:
        """What draws on the terminal."""
        return TerminalDriver

    def _handle_exception(self, error: Exception) -> None:
        """What is left while it is still being made fails, which is nobody's business any more."""
        if not self._exit:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """A defect of ours ends the app with a sentence; Textual would print a traceback with all values in it."""
        if os.environ.get(DEBUG_VARIABLE):
            super()._fatal_error()
            return
        error = sys.exc_info()[1]
        told = cell(f"{type(error).__name__}: {error}")
        self._exit_renderables.append(
            Text(
                f"k8stui met a defect of its own: {told}\nRuns go on without it. k8stui --debug shows where; report it."
            )
        )
        self._close_messages_no_wait()

    def on_mount(self) -> None:
        """Connect as soon as there is something to see, and begin to tick."""
        self.call_after_refresh(self._connect)
        self.set_interval(1 / TICKS, self._tick)

    def _connect(self) -> None:
        self.store.arrivals.tell = partial(self.call_later, self._look)
        self.run_worker(self.store.serve(), name="store", exit_on_error=False)

    def _tick(self) -> None:
        if not self.rests():
            self._sweeping.tick(self._typist.pressed)
            self._look()

    def _look(self) -> None:
        for run in self.store.watched.ended(self.store.board):
            self._tell_end(run)
        while self.store.news:
            self.tell(self.store.news.pop(0))
        for sentence in self.interruptions.over(self.store.freshness):
            self.tell(sentence, severity="warning")
        # Also below a dialog: who is asked whether to stop a run should see what becomes of it.
        if frame := next((screen for screen in self.screen_stack if isinstance(screen, FrameScreen)), None):
            with self.batch_update():
                frame.refresh_now()
        self.store.tell_shown()

    def _tell_end(self, run: RunSummaryView) -> None:
        """A run that is watched has ended: a message, and whatever the person has set."""
        text = end_of(run.run, run.state.value)
        self.tell(f"{text}: {run.why}" if run.why else f"{text}.", severity="error" if run.why else "information")
        if self.config.notify.bell:
            self.bell()
        self.send(notification(self.config.notify.terminal, self.TITLE, text, os.environ))

    def copy_to_clipboard(self, text: str) -> None:
        """Have the terminal keep a text in its clipboard.

        Raises:
            InvalidInputError: The config file does not want that, or the text is too long.
        """
        if not self.config.copy:
            raise InvalidInputError("Nothing was copied: the config file says copy = false.")
        code = clipboard(text, os.environ)
        self._clipboard = text  # where the input fields of Textual paste from
        self.send(code)

    async def on_event(self, event: events.Event) -> None:
        """Look at one key after the other, as they were pressed."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self._typist.take(event)
        else:
            await super().on_event(event)

    async def on_typist_passed(self, message: Passed) -> None:
        """What the last key has caused is done."""
        await self._typist.passed(message.number)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Carry out what a key is bound to; what goes wrong, or may not be done, is told."""
        try:
            if isinstance(action, str) and isinstance(default_namespace, FrameScreen):
                meant = (one for one in at_hand((default_namespace,)) if one.call == action)
                for one in meant:
                    refuse(one, (default_namespace,))
                    default_namespace.meant(one)
            if isinstance(action, str) and self.hints.used(action):
                self._keep_hints()
            return await super().run_action(action, default_namespace, namespaces)
        except Exception as error:
            self.tell_error(error)
            return True

    def _keep_hints(self) -> None:
        self.run_worker(asyncio.to_thread(self.hints.keep), name="hints", exit_on_error=False)

    # What screens use.

    async def run_shell(self, cluster: Cluster, shell: Shell) -> None:
        """Give the terminal to a shell in a container until it ends."""
        from k8stui_tui.suspending import run_shell, with_terminal

        code = await with_terminal(self, lambda: run_shell(cluster, shell))
        ended = "ended" if code == 0 else f"ended with exit code {code}"
        self.tell(f"The shell in {shell.called} {ended}.")

    def keep_forward(self, forward: Forward) -> None:
        """A port is forwarded from now on."""
        self.store.forwards.append(forward)
        self.tell(f"{forward.address} is port {forward.ports.remote} of pod {forward.pod} now. :forwards lists them.")
        self.run_worker(self._forwarded(forward), exit_on_error=False)

    async def _forwarded(self, forward: Forward) -> None:
        from k8stui.control.pods.forwarding import STOPPED

        await forward.wait()
        self.store.forwards.remove(forward)
        said = f"{forward.address} is not port {forward.ports.remote} of pod {forward.pod} any more: {forward.ended}."
        self.tell(said, severity="information" if forward.ended == STOPPED else "warning")

    # Actions, see actions/.

    def action_command(self) -> None:
        """Type a command."""
        if isinstance(self.screen, FrameScreen):
            self.screen.open_prompt(COMMAND)

    def action_find(self) -> None:
        """Type a filter or a search."""
        if isinstance(self.screen, FrameScreen):
            self.screen.open_prompt(FIND)

    def action_help(self) -> None:
        """Keys and commands of this place."""
        nodes = nodes_at_hand(self.screen)
        columns = ViewerScreen.columns_in(self.size.width)
        text = help_text(at_hand(nodes), columns=columns, refusal=lambda action: refusal(action, nodes))

        async def fetch() -> str:
            return text

        if isinstance(self.screen, FrameScreen):
            self.view(f"Keys and commands: {self.screen.TITLE_OF_SCREEN}", fetch)

    async def action_back(self) -> None:
        """One step back."""
        if isinstance(self.screen, FrameScreen) and not self.screen.leave() and self.hints.dismiss():
            self._keep_hints()

    def action_forwards(self) -> None:
        """The forwarded ports."""
        self.push_screen(ForwardsScreen(self.store.forwards))

    def action_commands(self) -> None:
        """What was done in the cluster, as commands of kubectl."""

        async def fetch() -> str:
            return self.store.commands.text() or "Nothing was changed yet, and nothing run in a container."

        self.view("Commands, the newest first", fetch, wrap=True)

    def action_theme(self, name: str) -> None:
        """Other colours."""
        self.theme = name
