"""Under which name this program was called: `k8stui`, or as a plugin of kubectl, which help and advice then name.

kubectl finds plugins by the names of files on PATH: `kubectl k8stui …` executes `kubectl-k8stui …`, and completes its
words by `kubectl_complete-k8stui`. All are the same program, so that a link to `k8stui.pyz` under these names does.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import PurePath

from k8stui_tui.verbs import VERBS

PLUGIN = "kubectl-k8stui"
COMPLETER = "kubectl_complete-k8stui"

ASKS = "_K8STUI_COMPLETE"
"""By this variable shells ask for completion. Typer's scripts have it, which stand in people's files and so stay."""

_AS_PLUGIN = "kubectl k8stui"


def called_as() -> str:
    """The name of the file that was executed."""
    return PurePath(sys.argv[0]).name


def as_plugin() -> str | None:
    """What a person typed who called it as a plugin; None where the program was called by a name of its own."""
    return _AS_PLUGIN if called_as() == PLUGIN else None


def as_called(text: str) -> str:
    """Our own words with commands as the person would type them: who has the plugin may have no `k8stui`."""
    if "k8stui " not in text or not as_plugin():
        return text
    return _command().sub(_AS_PLUGIN, text)


@cache
def _command() -> re.Pattern[str]:
    verbs = "|".join(sorted(VERBS, key=len, reverse=True))
    return re.compile(rf"(?<![\w./-])k8stui(?= (?:{verbs}|--help)(?![\w-]))")
