"""A timeline in words: the critical path, and what is not known. Pure."""

from __future__ import annotations

from typing import Any

from k8stui.control.timeline.parts import Phase, Timeline
from k8stui.control.words.spans import iso, span

ORCHESTRATOR = "(orchestrator)"
"""What stands for the time before the first step had a pod."""

WHOLE = "Of pods that are gone, waiting for a node and pulling the image count as starting: nothing tells them apart."
LOST = "Of some attempts nobody saw the end: their bars stop where they were last known."


def path_head(made: Timeline) -> str:
    """The critical path in one sentence; empty where there is none."""
    if not made.path:
        return ""
    steps = sum(bool(link.name) for link in made.path)
    total = sum(link.seconds for link in made.path)
    running = sum(link.running for link in made.path)
    share = f", {running / total:.0%} of it running" if total > 0 else ""
    so_far = " so far" if made.live else ""
    worst = max((link for link in made.path if link.name), key=lambda link: link.seconds, default=made.path[0])
    costly = f"; longest: {worst.name or ORCHESTRATOR} {span(worst.seconds)}" if steps > 1 else ""
    return f"Critical path{so_far}: {span(total)} over {steps} step{'s' if steps != 1 else ''}{share}{costly}."


def unknown(made: Timeline) -> list[str]:
    """Sentences on what the timeline cannot tell."""
    whole, lost = any(row.whole for row in made.rows), any(row.lost for row in made.rows)
    return [*([WHOLE] if whole else []), *([LOST] if lost else [])]


def structured(made: Timeline) -> dict[str, Any]:
    """The timeline as plain data: times in RFC 3339, durations in seconds."""
    return {
        "run": made.run,
        "begin": iso(made.begin),
        "end": iso(made.end),
        "live": made.live,
        "seconds": round(made.seconds, 3),
        "steps": [
            {
                "name": row.name,
                "state": row.state.value,
                "ready": iso(row.ready),
                "end": iso(row.end),
                "critical": row.name in made.critical,
                "seconds": _seconds(row.seconds),
                "spans": [
                    {
                        "phase": one.phase.value,
                        "begin": iso(one.begin),
                        "end": iso(one.end),
                        "seconds": round(one.seconds, 3),
                        "source": one.source.value,
                        "attempt": one.attempt or None,
                        "outcome": one.state.value if one.state else None,
                    }
                    for one in row.spans
                ],
            }
            for row in made.rows
        ],
        "critical_path": [
            {
                "step": link.name or None,
                "begin": iso(link.begin),
                "end": iso(link.end),
                "seconds": round(link.seconds, 3),
                "phases": _seconds(link.phases),
            }
            for link in made.path
        ],
        "unknown": unknown(made),
    }


def _seconds(phases: Any) -> dict[str, float]:
    return {phase.value: round(phases[phase], 3) for phase in Phase if phase in phases}
