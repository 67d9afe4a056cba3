"""A run told in plain lines: for a script's output, a log file or a terminal without a screen.

Pure: views and log lines in, text out. The command line colours it by giving a painter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from k8stui.control.graph.tree import tree_lines
from k8stui.control.truth.forks import fork_text, items_by_step
from k8stui.control.words.harmless import harmless, harmless_line
from k8stui.control.words.spans import span
from k8stui.incluster.contract.podfacts import WAITING_PROBLEMS
from k8stui.incluster.contract.protocol import ON_FAILURE, ON_SUCCESS
from k8stui.incluster.contract.states import StepState

if TYPE_CHECKING:
    from k8stui.control.logs.stream import LogLine
    from k8stui.model.views import AttemptView, RunView, StepView

Painter = Callable[[str, str], str]
"""Takes a role (a state, `step:NAME` or `dim`) and the text, gives the text as it is to be shown."""

_QUIET = frozenset({StepState.WAITING, StepState.STARTING})
"""States that pass in the ordinary course of things and are not worth a line."""

_BETWEEN = frozenset({StepState.RETRYING, StepState.EVICTED})
"""States between two attempts: the end of the earlier one was told with them."""

_LONGEST_NAME = 24


def plain(_role: str, text: str) -> str:
    """The painter that changes nothing."""
    return text


class Narrator:
    """Remembers what was told, so that every change is told once."""

    def __init__(self, paint: Painter = plain, *, ascii_only: bool = False) -> None:
        self._paint, self._ascii = paint, ascii_only
        self._told: dict[str, tuple[StepState, int, bool]] = {}
        self._whys: set[str] = set()
        self._width = 0

    def changes(self, run: RunView) -> list[str]:
        """Lines on what changed since the last view."""
        self._width = max((min(len(step.name), _LONGEST_NAME) for step in run.steps), default=self._width)
        lines = []
        if run.why and run.why not in self._whys and not run.state.ended:
            lines.append(self._paint("dim", harmless(run.why)))
        self._whys.add(run.why)
        for step in run.steps:
            stuck = _is_stuck(step)
            now, before = (step.state, len(step.attempts), stuck), self._told.get(step.name)
            if before != now:
                self._told[step.name] = now
                lines += self._missed(step, before)
                if stuck or step.state not in _QUIET:
                    lines.append(f"{self._label(step.name)} * {self._state(step)}{self._detail(step)}")
        return lines

    def _missed(self, step: StepView, before: tuple[StepState, int, bool] | None) -> list[str]:
        """Ends of earlier attempts that no view showed: the next attempt's pod may come within a few milliseconds."""
        if before is None:
            return []
        state, seen, _ = before
        known = seen if state in _BETWEEN else seen - 1
        return [
            f"{self._label(step.name)} * {self._paint(one.state.value, one.state.value)}{self._because(one)}"
            for one in step.attempts[max(0, known) : -1]
        ]

    def _because(self, attempt: AttemptView) -> str:
        reason = "" if attempt.reason.lower() == attempt.state.value else attempt.reason
        why = ": ".join(filter(None, (reason, attempt.message)))
        return self._paint("dim", f": {harmless(why)}") if why else ""

    def log(self, line: LogLine) -> str:
        """One line of a step's log."""
        text = harmless_line(line.text)
        return f"{self._label(line.step)} | {text if line.kind == 'log' else self._paint('dim', text)}"

    def end(self, run: RunView) -> list[str]:
        """The tree with times, and how the run ended."""
        return [*tree_text(run, self._paint, ascii_only=self._ascii), outcome(run, self._paint)]

    def _label(self, step: str) -> str:
        return self._paint(f"step:{step}", harmless(step).ljust(self._width))

    def _state(self, step: StepView) -> str:
        return self._paint(step.state.value, step.state.value)

    def _detail(self, step: StepView) -> str:
        last = step.attempts[-1] if step.attempts else None
        parts = []
        if last and step.state is StepState.RUNNING:
            parts += [f"on {last.node}"] if last.node else []
            parts += [f"attempt {last.attempt}"] if last.attempt > 1 else []
        if step.state.ended and (took := duration(step)):
            parts.append(f"in {span(took)}")
        text = " ".join(("", *parts)) if parts else ""
        if last and step.state is StepState.EVICTED:
            return text + self._because(last)  # its pod may tell before the record does
        # The reason of the attempt before would read as one of this attempt.
        why = "" if step.state is StepState.RUNNING else harmless(why_text(step))
        return text + (self._paint("dim", f": {why}") if why else "")


def _is_stuck(step: StepView) -> bool:
    """Whether its container can't be started, such as for want of its image."""
    return step.state is StepState.STARTING and bool(WAITING_PROBLEMS.search(step.why.partition(":")[0]))


def duration(step: StepView) -> float | None:
    """Seconds of a step's last attempt; None while it is not over."""
    if step.finished is None or step.started is None:
        return None
    return max(0.0, step.finished - step.started)


def tries_text(step: StepView) -> str:
    """How often a step was tried and what became of the earlier attempts: `attempt 3, 1 failed, 1 evicted`.

    Empty for a step that needed one attempt.
    """
    if len(step.attempts) < 2:
        return ""
    ends = Counter(attempt.state.value for attempt in step.attempts[:-1])
    count = f"{len(step.attempts)} attempts" if step.state.ended else f"attempt {step.attempts[-1].attempt}"
    return ", ".join([count, *(f"{number} {end}" for end, number in ends.items())])


def why_text(step: StepView) -> str:
    """Why a step is as it is: of a cached one, where its result is from."""
    return step.cache if step.state is StepState.CACHED else step.why


def hook_text(step: StepView) -> str:
    """When a hook is called; empty for a step that is none."""
    return {ON_SUCCESS: "hook, for a run that succeeds", ON_FAILURE: "hook, for a run that fails"}.get(step.hook, "")


def progress_text(step: StepView | AttemptView) -> str:
    """What a step says of itself with `k8stui.report`: `64 %  loss 0.21`; empty when it says nothing."""
    parts = [] if step.progress is None else [f"{step.progress * 100:.0f} %"]
    for name, value in step.metrics.items():
        text = harmless(value) if isinstance(value, str) else f"{value:.4g}"
        parts.append(text if name == "message" else f"{harmless(name)} {text}")
    return "  ".join(parts)


def outcome(run: RunView, paint: Painter = plain) -> str:
    """How a run ended, in one sentence: `succeeded in 4m12s`."""
    took = span(run.duration(run.finished)) if run.finished else ""
    said = paint(run.state.value, run.state.value) + (
        f" {'in' if run.state.value == 'succeeded' else 'after'} {took}" if took else ""
    )
    return f"{said}: {harmless(run.why)}" if run.why else said


def tree_text(run: RunView, paint: Painter = plain, *, ascii_only: bool = False) -> list[str]:
    """The DAG as a tree: status, time, attempts and, where there is something to say, why."""
    steps = {step.name: step for step in run.steps}
    shape = tree_lines(((step.name, step.after) for step in run.steps), ascii_only=ascii_only)
    labels = [line.prefix + harmless(line.name) for line in shape]
    wide = max(map(len, labels), default=0)
    items = items_by_step(run.steps)
    texts = []
    for line, label in zip(shape, labels, strict=True):
        step = steps[line.name]
        state = paint(step.state.value, step.state.value.ljust(9))
        tail = "  ".join(filter(None, _tail(step, line.also_after, fork_text(step, items.get(step.name, ())), paint)))
        texts.append(f"{label.ljust(wide)}  {state}  {span(duration(step)):>6}  {tail}".rstrip())
    return texts


def _tail(step: StepView, also_after: Iterable[str], fork: str, paint: Painter) -> list[str]:
    others = ", ".join(map(harmless, also_after))
    return [
        tries_text(step),
        progress_text(step),
        paint("dim", harmless(fork)) if fork else "",
        harmless(why_text(step)),
        paint("dim", hook_text(step)),
        paint("dim", f"also after {others}") if others else "",
    ]
