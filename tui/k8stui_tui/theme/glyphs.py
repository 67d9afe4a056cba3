"""The few drawn characters, each one column wide, with ASCII for terminals whose locale is not UTF-8."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

ASCII_VARIABLE = "K8STUI_ASCII"


@dataclass(frozen=True)
class Glyphs:
    """One set of them.

    Attributes:
        cursor: Before the line under the cursor.
        mark: Before marked lines.
        watched: After the state of a run whose end will be told.
        branch: Before a child that has younger siblings; all four tree pieces are two columns wide.
        last: Before the last child.
        bar: Where an older branch goes on.
        blank: Where none does.
        folded: On a line whose children are hidden.
        unfolded: On a line whose folded group is open.
        rising: On the head of the column that sorts.
        falling: The same, descending.
        dot: Between facts of one kind.
        crumb: Between the parts of where one is.
        more: Where a text was cut off.
        divider: Between panes side by side.
        thumb: The part of a scrollbar that moves.
        held: In the bar of a timeline, a step that something holds back; the phases after it likewise.
        broken: Where an attempt ended badly.
        path: Beside what is part of the critical path.
        tick: A mark of an axis.
        up: Key name of the arrow up; the others likewise.
    """

    cursor: str
    mark: str
    watched: str
    branch: str
    last: str
    bar: str
    blank: str
    folded: str
    unfolded: str
    rising: str
    falling: str
    dot: str
    crumb: str
    more: str
    divider: str
    thumb: str
    held: str
    queued: str
    pulling: str
    starting: str
    running: str
    broken: str
    path: str
    tick: str
    up: str
    down: str
    left: str
    right: str


UNICODE = Glyphs(
    cursor="▌",
    mark="*",
    watched="◆",
    branch="├ ",
    last="└ ",
    bar="│ ",
    blank="  ",
    folded="+",
    unfolded="-",
    rising="↑",
    falling="↓",
    dot="·",
    crumb="›",  # noqa: RUF001 - meant
    more="…",
    divider="│",
    thumb="▐",
    held="·",
    queued="─",
    pulling="↓",
    starting="░",
    running="█",
    broken="x",
    path="»",
    tick="│",
    up="↑",
    down="↓",
    left="←",
    right="→",
)

ASCII = Glyphs(
    cursor=">",
    mark="*",
    watched="@",
    branch="|-",
    last="`-",
    bar="| ",
    blank="  ",
    folded="+",
    unfolded="-",
    rising="^",
    falling="v",
    dot="|",
    crumb=">",
    more="~",
    divider="|",
    thumb="#",
    held=".",
    queued="-",
    pulling="v",
    starting="=",
    running="#",
    broken="x",
    path=">",
    tick="|",
    up="up",
    down="down",
    left="left",
    right="right",
)


def glyphs(environ: Mapping[str, str] | None = None) -> Glyphs:
    """The set that this terminal can show.

    The locale's variables decide in the order of POSIX (LC_ALL, LC_CTYPE, LANG); where none is set, what Python made
    of it. K8STUI_ASCII=1 asks for ASCII.
    """
    environ = os.environ if environ is None else environ
    if environ.get(ASCII_VARIABLE):
        return ASCII
    named = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    encoding = named.partition(".")[2] if named else (getattr(sys.__stdout__, "encoding", "") or "")
    return UNICODE if encoding.lower().replace("-", "").startswith("utf") else ASCII
