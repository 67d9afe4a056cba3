"""Tables that are filtered by words alone: which lines pass, and what the title of the pane says of it. Pure."""

from __future__ import annotations

from k8stui_tui.widgets.bar import Fact


def has_words(text: str, words: str) -> bool:
    """Whether each of the words stands somewhere in the text, in whatever case; no words stand in every text."""
    text = text.lower()
    return all(word in text for word in words.lower().split())


def counted(kept: int, total: int, filtered: str, numbers: str = "d") -> list[Fact]:
    """How many lines there are, and by what they are filtered.

    Args:
        kept: Those that pass.
        total: All of them.
        filtered: The filter as it was typed; empty for none.
        numbers: How numbers are written, as a format of Python's.
    """
    count = f"{kept:{numbers}} of {total:{numbers}}" if filtered else f"{total:{numbers}}"
    return [Fact(count if total else "", "dim"), Fact(f"/{filtered}" if filtered else "", "accent")]
