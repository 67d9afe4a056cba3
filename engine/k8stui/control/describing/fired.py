"""Says in words how a run of a schedule came to be: by itself, or by whose hand. Pure."""

from __future__ import annotations

from k8stui.control.words.spans import minute
from k8stui.incluster.contract import names
from k8stui.model.views import RunView


def fired_text(run: RunView) -> str:
    """How a run came from its schedule: `scheduled for 2026-11-24 02:05 UTC`, `triggered by ada`; empty for none."""
    if not run.schedule:
        return ""
    if run.trigger == names.TRIGGER_BACKFILL:
        return f"backfill of {minute(run.scheduled)}" + (f" by {run.submitted_by}" if run.submitted_by else "")
    if run.trigger or run.scheduled is None:
        return f"triggered by {run.submitted_by or 'hand'}"
    return f"scheduled for {minute(run.scheduled)}"
