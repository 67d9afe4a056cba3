"""Four themes: dark, light, one of high contrast, and one of the terminal's own sixteen colours.

The last is for terminals with few colours and for NO_COLOR (no-color.org): it leaves the background alone and shows the
selection reversed, so that it is seen without any colour.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from textual.theme import Theme

THEME_VARIABLE = "K8STUI_THEME"

DARK = Theme(
    name="dark",
    dark=True,
    primary="#6cb0f0",
    secondary="#9db2c9",
    accent="#6cb0f0",
    success="#8fc18a",
    warning="#e3b95f",
    error="#f07a72",
    foreground="#d6dbe1",
    background="#12161b",
    surface="#171c22",
    panel="#1c232b",
    variables={
        "dim": "#7f8b98",
        "live": "#74c5cf",
        "selection": "#24435f",
        "selection-blurred": "#222b35",
        "line": "#2c3640",
        "match": "#4a4322",
        "match-here": "#8a6f1e",
        "source-0": "#74c5cf",
        "source-1": "#b79be0",
        "source-2": "#8fc18a",
        "source-3": "#7fa6e8",
        "source-4": "#d394c0",
        "source-5": "#a9b8a0",
        "selection-text-style": "none",
        "quiet-text-style": "none",
        "button-text-style": "bold",
        "input-cursor-background": "#d6dbe1",
        "input-cursor-foreground": "#12161b",
        "input-selection-background": "#24435f",
    },
)

LIGHT = Theme(
    name="light",
    dark=False,
    primary="#0b5cad",
    secondary="#44586c",
    accent="#0b5cad",
    success="#226a28",
    warning="#7a5500",
    error="#b3261e",
    foreground="#1f262d",
    background="#fafbfc",
    surface="#f2f4f6",
    panel="#e8ecf0",
    variables={
        "dim": "#535d67",
        "live": "#0b6670",
        "selection": "#cfe3f7",
        "selection-blurred": "#e6eaee",
        "line": "#cfd6dc",
        "match": "#fbf0c0",
        "match-here": "#f8e38f",
        "source-0": "#0b6670",
        "source-1": "#7046a8",
        "source-2": "#226a28",
        "source-3": "#2a5db0",
        "source-4": "#9c3a80",
        "source-5": "#56684b",
        "selection-text-style": "none",
        "quiet-text-style": "none",
        "button-text-style": "bold",
        "input-cursor-background": "#1f262d",
        "input-cursor-foreground": "#fafbfc",
        "input-selection-background": "#cfe3f7",
    },
)

CONTRAST = Theme(
    name="contrast",
    dark=True,
    primary="#8fceff",
    secondary="#d0d8e0",
    accent="#8fceff",
    success="#8ff08f",
    warning="#ffd75f",
    error="#ff9d96",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#141414",
    variables={
        "dim": "#c4c4c4",
        "live": "#7ff0ff",
        "selection": "#000000",
        "selection-blurred": "#262626",
        "line": "#8a8a8a",
        "match": "#002447",
        "match-here": "#3a2208",
        "source-0": "#7ff0ff",
        "source-1": "#d5b8ff",
        "source-2": "#8ff08f",
        "source-3": "#a9c9ff",
        "source-4": "#ffb0e6",
        "source-5": "#d8e6c8",
        # Reversed, the line under the cursor stands out without a colour for it.
        "selection-text-style": "reverse",
        "quiet-text-style": "none",
        "button-text-style": "bold reverse",
        "input-cursor-background": "#ffffff",
        "input-cursor-foreground": "#000000",
        "input-selection-background": "#00305c",
    },
)

SIXTEEN = Theme(
    name="ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_blue",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    variables={
        "dim": "ansi_default",
        "live": "ansi_cyan",
        "selection": "ansi_default",
        "selection-blurred": "ansi_default",
        "line": "ansi_default",
        "match": "ansi_default",
        "match-here": "ansi_default",
        "source-0": "ansi_cyan",
        "source-1": "ansi_magenta",
        "source-2": "ansi_green",
        "source-3": "ansi_blue",
        "source-4": "ansi_bright_magenta",
        "source-5": "ansi_bright_cyan",
        "selection-text-style": "reverse",
        "quiet-text-style": "dim",
        "button-text-style": "bold reverse",
        # Textual's own widgets ask for these, and only its own sixteen-colour themes have them.
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "surface-active": "ansi_default",
        "foreground-disabled": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-selection-background": "ansi_default",
    },
)

THEMES = (DARK, LIGHT, CONTRAST, SIXTEEN)


def few_colours(environ: Mapping[str, str] | None = None) -> bool:
    """Whether NO_COLOR is set or the terminal has sixteen colours at most.

    COLORTERM and the `-256color` and `-direct` endings of TERM tell of more, as Rich reads them too.
    """
    environ = os.environ if environ is None else environ
    if environ.get("NO_COLOR"):
        return True
    if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return False
    return not environ.get("TERM", "").lower().endswith(("256color", "direct", "kitty"))


def theme_name(environ: Mapping[str, str] | None = None, chosen: str = "") -> str:
    """The theme to begin with: the one that K8STUI_THEME or the person names, else what the terminal says of itself.

    COLORFGBG (rxvt, Konsole and others) ends with the number of the background colour: 7 and 15 are light.

    Args:
        environ: The environment; that of the process where it is None.
        chosen: The name in the config file; the variable goes before it.
    """
    environ = os.environ if environ is None else environ
    wanted = environ.get(THEME_VARIABLE, "").lower()
    if few_colours(environ):
        return SIXTEEN.name
    names = {theme.name for theme in THEMES}
    if found := next((name for name in (wanted, chosen) if name in names), ""):
        return found
    return LIGHT.name if environ.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"} else DARK.name
