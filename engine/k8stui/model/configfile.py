"""Where a person's config file is, by the XDG Base Directory Specification."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from k8stui.model.variables import CONFIG_VARIABLE

SETTINGS = ("theme", "screen", "copy", "notify", "logs", "limits", "protected", "audit", "keys", "bookmarks")
"""What may stand at the top of it. Verbs have to know, too: a table that is misspelt would limit nothing."""


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """The config file: what K8STUI_CONFIG names, else `k8stui/config.toml` where configuration lives."""
    environ = os.environ if environ is None else environ
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    return xdg("XDG_CONFIG_HOME", ".config", environ) / "k8stui" / "config.toml"


def xdg(variable: str, folder: str, environ: Mapping[str, str]) -> Path:
    """What a variable names, else a folder of the home folder."""
    # A path that is not absolute is to be ignored, says the specification.
    named = Path(environ.get(variable, ""))
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return named if named.is_absolute() else home / folder
