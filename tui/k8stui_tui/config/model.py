"""The settings of the config file: their names, defaults and what they mean; the docs are made from here.

Plain dataclasses, because the first screen is painted before the library that checks a file is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any, Literal, NamedTuple

from annotated_types import Ge, Le

from k8stui.model.guards import Audit, Limits, Protected

Theme = Literal["", "dark", "light", "contrast", "ansi"]


def _says(meaning: str, example: str = "") -> dict[str, str]:
    """What a setting means, and an example in TOML where the default shows too little."""
    return {"meaning": meaning, "example": example}


Notification = Literal["off", "osc9", "osc777"]


@dataclass(frozen=True)
class Notify:
    """What happens when a run that is watched (`a`) ends."""

    bell: bool = field(default=True, metadata=_says("Ring the terminal's bell."))
    terminal: Notification = field(
        default="off",
        metadata=_says(
            "Have the terminal show a notification: by `osc9` (iTerm2, Windows Terminal, WezTerm, Ghostty, kitty) or "
            "`osc777` (urxvt, foot, VTE, Ghostty, WezTerm). In tmux this needs `set -g allow-passthrough on`."
        ),
    )


@dataclass(frozen=True)
class Logs:
    """What the log panes keep."""

    lines: Annotated[int, Ge(1_000), Le(1_000_000)] = field(
        default=50_000,
        metadata=_says(
            "How many lines a log pane keeps, from 1000 to 1000000; older ones are dropped, and the pane says so. "
            "50,000 lines of usual length are some 16 MB."
        ),
    )


@dataclass(frozen=True)
class Config:
    """All of it."""

    theme: Theme = field(
        default="",
        metadata=_says(
            "Colours: `dark`, `light`, `contrast` (high contrast), or `ansi`, the terminal's own sixteen. "
            "Empty: as the terminal says of itself. "
            "The variable K8STUI_THEME goes before it; NO_COLOR and terminals of sixteen colours always get `ansi`."
        ),
    )
    screen: str = field(default="runs", metadata=_says("The screen to begin with; `--screen` goes before it."))
    copy: bool = field(
        default=True,
        metadata=_says(
            "Whether `y` may put a text into the clipboard of your terminal (OSC 52). In tmux this needs "
            "`set -g set-clipboard on` or `set -g allow-passthrough on`."
        ),
    )
    notify: Notify = field(default_factory=Notify)
    logs: Logs = field(default_factory=Logs)
    limits: Limits = field(default_factory=Limits)
    protected: Protected = field(default_factory=Protected)
    audit: Audit = field(default_factory=Audit)
    keys: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=dict,
        metadata=_says(
            "Other keys for actions, by the names of docs/keys.md; `[]` leaves an action without a key. What is not "
            "named keeps its own. A key that would mean two things in one place is refused.",
            '[keys.runs]\nwhy = ["w", "f2"]\n\n[keys.list]\nmark = ["space", "ctrl+t"]',
        ),
    )

    bookmarks: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict,
        metadata=_says(
            "Filters by name, for each screen; `b` offers them. Those that are kept by keys stand elsewhere, in "
            "`$XDG_STATE_HOME/k8stui/state.json`, because this file is never written.",
            '[bookmarks.runs]\nbad = "status:failed,stopped"\n\n[bookmarks.pods]\nold = "status:evicted age:>1h"',
        ),
    )

    @property
    def keymap(self) -> dict[str, tuple[str, ...]]:
        """The keys by the actions' names."""
        return {f"{scope}.{word}": keys for scope, named in self.keys.items() for word, keys in named.items()}


class Setting(NamedTuple):
    """One line of a config file, for docs and examples.

    Attributes:
        table: The table that it stands in; empty for the top.
        name: Its name there.
        default: Its default.
        meaning: What it does.
        example: In TOML, for what has no default worth showing.
    """

    table: str
    name: str
    default: Any
    meaning: str
    example: str


def settings(of: Any = None, table: str = "") -> Iterator[Setting]:
    """Every setting there is, with its value in a config; with its default where none is given."""
    config = Config() if of is None else of
    for one in fields(config):
        value = getattr(config, one.name)
        if is_dataclass(value):
            yield from settings(value, one.name)
        else:
            yield Setting(table, one.name, value, one.metadata["meaning"], one.metadata["example"])
