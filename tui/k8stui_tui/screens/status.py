"""What the status line of every screen says: where one is, what is forwarded, how fresh all that is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.control.words.spans import age
from k8stui.model.errors import ForbiddenError, K8stuiError
from k8stui_tui.place import Place
from k8stui_tui.theme.glyphs import Glyphs
from k8stui_tui.widgets.bar import Fact

if TYPE_CHECKING:
    from k8stui.control.live.freshness import Freshness
    from k8stui.control.pods.forwarding import Forward

SILENT = 100.0
"""Seconds without a sign of life after which a connection is doubted: a server says something about once a minute."""

_WHICH = re.compile(r"(?<=[Tt]he cluster) at \S*[^\s:.,](?: \((?:context|connector) [^)]*\))?")
"""What `Where` says of a cluster, but that it is one."""

LONGEST_CONTEXT = 28
"""Columns of a context's name that are shown."""


def crumbs(title: str, below: Sequence[str], glyphs: Glyphs) -> list[Fact]:
    """The program, the screen, and what is below it."""
    found = [Fact(" k8stui  ", "accent", 9), Fact(f" {title}", "strong", tight=True)]
    found += [Fact(f" {glyphs.crumb} {crumb}", "strong", 2 + depth, tight=True) for depth, crumb in enumerate(below)]
    return found


def where(place: Place, glyphs: Glyphs) -> list[Fact]:
    """Stack, context and namespace."""
    context = place.context
    if len(context) > LONGEST_CONTEXT:
        # What tells contexts apart stands at their end: arn:aws:eks:eu-west-1:0123:cluster/prod.
        context = glyphs.more + context[1 - LONGEST_CONTEXT :]
    inside = "all namespaces" if place.everywhere else place.namespace
    stack = Fact(f"stack {place.stack}" if place.stack else "", "dim", 6)
    return [stack, Fact(f" {glyphs.dot} ".join(filter(None, (context, inside))), "dim")]


def limits(place: Place) -> list[Fact]:
    """What is to be known before something is done here: what is protected, what may not be done or is not logged."""
    pinned = Fact(f"only {place.pinned}" if place.pinned else "", "caution", 4)
    unwritten = Fact("audit log fails" if place.unwritten else "", "trouble", 3)
    protected = Fact(f"PROTECTED {place.protected}" if place.protected else "", "trouble")
    return [unwritten, protected, pinned, Fact("READ-ONLY" if place.read_only else "", "caution")]


def forwarded(forwards: Sequence[Forward]) -> str:
    """The ports that are forwarded; empty for none."""
    if len(forwards) > 1:
        return f"{len(forwards)} ports forwarded"
    return f"port {forwards[0].ports.local} forwarded" if forwards else ""


def why_stale(fresh: Freshness | None, error: K8stuiError | None, *, cut_off: bool) -> str:
    """Why what is shown may be out of date; empty while it is not.

    Args:
        fresh: Of what is shown; None without a connection.
        error: Why there is no connection.
        cut_off: What is shown is from before the connection was lost.
    """
    if cut_off:
        error = error or (fresh.error if fresh else None)
    elif fresh is None or not fresh.synced or fresh.connected or fresh.error is None:
        return ""
    else:
        error = fresh.error
    # Which cluster it is stands in the line above.
    said = _WHICH.sub("", error.message) if error else ""
    return f"Shown is what was last seen; trying again. {said}".strip()


def how_fresh(fresh: Freshness | None, error: K8stuiError | None, *, renewed: bool = False) -> Fact:
    """How far what is shown can be trusted.

    Args:
        fresh: Of what is shown; None without a connection.
        error: Why there is no connection.
        renewed: Whether the connection has just taken up another authority or user.
    """
    if error is not None:
        return Fact("not connected", "trouble")
    if fresh is None:
        return Fact("connecting", "caution")
    if fresh.connected and fresh.age > SILENT:
        return Fact(f"silent for {int(fresh.age)}s", "caution")
    if isinstance(fresh.error, ForbiddenError):
        return Fact("not allowed", "caution")
    if fresh.connected and fresh.synced:
        return Fact("live, login renewed" if renewed else "live", "good")
    if not fresh.synced:
        return Fact("no answer", "trouble") if fresh.error else Fact("loading", "caution")
    return Fact(f"lost {age(0.0, fresh.lost_for or 0.0)} ago", "trouble")
