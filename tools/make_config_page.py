"""Writes docs/config.md from the settings: `python -m tools.make_config_page`; a test says when it is stale."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from k8stui_tui.config.model import settings
from k8stui_tui.config.writing import in_words

PAGE = Path(__file__).resolve().parents[1] / "docs" / "config.md"

_HEAD = """# The config file

Made from the settings (`tui/k8stui_tui/config/model.py`). The file is TOML and about the screens; of it, verbs of the
command line read `[limits]`, `[protected]` and `[audit]`. It is `$K8STUI_CONFIG`, else
`$XDG_CONFIG_HOME/k8stui/config.toml`, else `~/.config/k8stui/config.toml`. `k8stui config init` writes one in which all
of this is explained and nothing is set, `check` says whether it is well, `show` prints the settings in force, `path`
where it is.

What is not possible in it is refused with its line, as a wrong flag is: the screens do not start, and the exit code
is 2. Verbs refuse what is not possible in their tables, and names at the top that there are not.
`K8STUI_CONFIG=/dev/null k8stui` starts without a file.

"""


def page() -> str:
    """The page as it should be."""
    parts = [_HEAD]
    for table, found in groupby(settings(), lambda one: one.table):
        if table:
            parts.append(f"\n## `[{table}]`\n\n")
        for one in found:
            if one.example:
                parts.append(f"\n## `[{one.name}.…]`\n\n{one.meaning}\n\n```toml\n{one.example}\n```\n")
            else:
                parts.append(f"- `{one.name} = {in_words(one.default)}`: {one.meaning}\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
