"""The plugins of k9s that `docs/kubectl.md` shows, as k9s would execute them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PAGE = Path(__file__).parents[1] / "docs" / "kubectl.md"


def plugins() -> dict[str, dict[str, Any]]:
    """The plugins by their names, as they stand there."""
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)["plugins"]
    return found


def command(plugin: Mapping[str, Any], selected: Mapping[str, str]) -> list[str]:
    """What is executed, with what is selected in place of k9s's variables.

    Raises:
        KeyError: One stands there that k9s does not have.
    """

    def filled(word: str) -> str:
        # As k9s does: internal/view/env.go.
        return re.sub(r"\$(!?[\w|-]+)", lambda found: selected[found[1].upper()], word)

    return [plugin["command"], *map(filled, plugin["args"])]
