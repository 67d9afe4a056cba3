"""What an action is, and what a screen is; the screens that there are."""

from __future__ import annotations

from dataclasses import dataclass

from k8stui.model.errors import InvalidInputError

MOVE, LOOK, ACT, FIND, GO, PROGRAM = "Move", "Look", "Act", "Find", "Go to", "Program"
GROUPS = (ACT, LOOK, FIND, GO, MOVE, PROGRAM)
"""Headings of the help, in their order."""


@dataclass(frozen=True)
class Action:
    """Something a person can do.

    Attributes:
        id: Names it within its scope; its handler is `action_<id>`.
        keys: As Textual names them; none for what is only a command.
        title: Two or three words, for the footer and the palette.
        help: A sentence.
        scope: Where it works: `app`, `frame` (every screen), a kind of view (`list`, `tree` …) or a screen by name.
        group: Its heading in the help.
        dangerous: It changes or deletes something in the cluster, and asks first.
        verb: The same on the command line; empty where that has no meaning.
        names: What calls it on the `:` line, the first one being shown; none where it can't be called there.
        argument: What its command takes, `NAME` or `[NAME]`; empty for nothing.
        footer: Its rank in the footer, 1 first; 0 keeps it out.
        target: What its handler is given, for actions that share one handler.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    scope: str
    group: str
    dangerous: bool = False
    verb: str = ""
    names: tuple[str, ...] = ()
    argument: str = ""
    footer: int = 0
    target: str = ""

    @property
    def name(self) -> str:
        """What the config file and Textual's keymap call it: `runs.why`, `app.pods`."""
        return f"{self.scope}.{self.word}"

    @property
    def word(self) -> str:
        """The same within its scope."""
        return self.target or self.id

    @property
    def call(self) -> str:
        """The action as Textual's bindings spell it."""
        return f"{self.id}({self.target!r})" if self.target else self.id

    @property
    def handler(self) -> str:
        """The method that carries it out."""
        return f"action_{self.id}"


@dataclass(frozen=True)
class ScreenSpec:
    """A screen of its own, reached by a number.

    Attributes:
        name: Also its `:` command.
        number: Its key.
        title: Its name in the breadcrumb.
        help: A sentence on what it is for.
        aliases: More `:` commands.
    """

    name: str
    number: str
    title: str
    help: str
    aliases: tuple[str, ...] = ()

    @property
    def action(self) -> Action:
        """The action that goes there."""
        return Action(
            "show_screen",
            (self.number,),
            self.title,
            self.help,
            "app",
            GO,
            names=(self.name, *self.aliases),
            target=self.name,
        )


SCREENS = (
    ScreenSpec("runs", "1", "Runs", "Runs, their steps and their logs.", ("run", "r", "jobs", "job")),
    ScreenSpec("pods", "2", "Pods", "Pods, anybody's: find those that are to go, and clean up.", ("pod", "po")),
    ScreenSpec("schedules", "3", "Schedules", "Schedules: when they fire, and what became of their runs.",
               ("schedule", "sched", "cronjobs", "cronjob", "cj")),
    ScreenSpec("events", "4", "Events", "What is wrong now, and what Kubernetes said lately.",
               ("event", "ev", "diagnosis")),
    ScreenSpec("clusters", "5", "Clusters", "Stacks, contexts, namespaces: where one looks, and where else one could.",
               ("cluster", "contexts", "stacks", "stack")),
)  # fmt: skip
"""Every screen there is. An app shows those it was given a factory for."""


def screen_called(name: str) -> str:
    """The screen that a person means by its name or one of its aliases.

    Raises:
        InvalidInputError: There is no such screen.
    """
    wanted = name.strip().lower()
    for spec in SCREENS:
        if wanted in (spec.name, *spec.aliases):
            return spec.name
    raise InvalidInputError(f"There is no screen {name!r}.", hint=f"There are {screen_names()}.")


def screen_names() -> str:
    """The names of all screens, for a sentence."""
    *others, last = (spec.name for spec in SCREENS)
    return f"{', '.join(others)} and {last}"
