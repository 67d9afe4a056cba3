"""A run as text: what `runs show` prints."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from k8stui.control.describing.fired import fired_text
from k8stui.control.scripts.narrate import outcome, progress_text, tree_text
from k8stui.control.words.spans import age, span
from k8stui.model.views import RunView, StepView
from k8stui_tui.cli.colours import coloured, painter
from k8stui_tui.cli.output import ascii_only
from k8stui_tui.cli.tables import Column, render
from k8stui_tui.sanitize import cell, clip

_LONGEST_RESULT = 200


def run_text(run: RunView, *, wide: bool, now: float) -> list[str]:
    """The lines on a run.

    Args:
        run: What is known of it.
        wide: With every attempt.
        now: Seconds since the epoch.
    """
    import sys

    paint = painter(on=coloured(sys.stdout))
    facts = [
        ("run", run.run),
        ("pipeline", run.pipeline),
        ("namespace", run.namespace),
        ("status", _status(run, paint, now)),
        ("steps", f"{run.done} of {run.total} done"),
        ("submitted", f"{age(run.created, now)} ago" + (f" by {run.submitted_by}" if run.submitted_by else "")),
        ("rerun of", run.rerun_of),
        ("schedule", _schedule(run)),
        ("parameters", ", ".join(f"{name}={_short(value)}" for name, value in run.parameters.items())),
        ("image", run.image),
        ("source", run.source.target),
    ]
    lines = [f"{name:<11} {text if name == 'status' else cell(text)}" for name, text in facts if text]
    lines += ["", *tree_text(run, paint, ascii_only=ascii_only())]
    results = [(step.name, name, value) for step in run.steps for name, value in step.results.items()]
    if results:
        lines += [
            "",
            *render([Column("STEP"), Column("OUTPUT"), Column("VALUE")], [(s, n, _short(v)) for s, n, v in results]),
        ]
    if wide:
        lines += ["", *_attempts(run.steps)]
    return lines


def _status(run: RunView, paint: Any, now: float) -> str:
    if run.state.ended:
        return outcome(run, paint)
    said = f"{paint(run.state.value, run.state.value)} for {span(run.duration(now))}"
    return f"{said}: {cell(run.why)}" if run.why else said


def _schedule(run: RunView) -> str:
    if not run.schedule:
        return ""
    return f"{run.schedule}, {fired_text(run)}"


def _short(value: Any) -> str:
    return clip(cell(json.dumps(value, ensure_ascii=False)), _LONGEST_RESULT)


def _attempts(steps: Iterable[StepView]) -> list[str]:
    columns = [Column("STEP"), Column("ATTEMPT", right=True), Column("STATUS"), Column("POD"), Column("NODE")]
    columns += [Column("TIME", right=True), Column("EXIT", right=True), Column("REPORTED"), Column("REASON")]
    rows = []
    for step in steps:
        for one in step.attempts:
            begin = one.started or one.created
            took = one.finished - begin if one.finished and begin else None
            why = ": ".join(filter(None, (one.reason, one.message)))
            code = "" if one.exit_code is None else str(one.exit_code)
            place = (step.name, str(one.attempt), one.state.value, one.pod, one.node)
            rows.append((*place, span(took), code, progress_text(one), why))
    return render(columns, rows)
