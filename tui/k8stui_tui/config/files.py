"""Where the file of what is remembered is, by the XDG Base Directory Specification."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from k8stui.model.configfile import xdg


def memory_path(environ: Mapping[str, str] | None = None) -> Path:
    """The file of what is remembered from one session to the next."""
    environ = os.environ if environ is None else environ
    return xdg("XDG_STATE_HOME", ".local/state", environ) / "k8stui" / "state.json"
