"""Where stacks are registered, and whether any are: what can be told without all that reads them.

Nearly every verb asks whether a stack is used, and where none is registered the answer should cost nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

from k8stui.model.variables import STACKS_VARIABLE


def default_path() -> Path:
    """The file that K8STUI_STACKS names, else `stacks.yaml` where configuration lives."""
    if named := os.environ.get(STACKS_VARIABLE):
        return Path(named).expanduser()
    from platformdirs import user_config_path  # noqa: PLC0415 - not needed where the variable is set

    return user_config_path("k8stui") / "stacks.yaml"


def is_there() -> bool:
    """Whether there is a file of stacks; whether it can be read is for its reader to say."""
    try:
        default_path().stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True
