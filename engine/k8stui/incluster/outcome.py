"""What the states of all steps come to: how the run ended, and how many steps stand where. Pure."""

from typing import Dict, Mapping, Tuple

from .record import StepStatus
from .states import RunState, StepState


def outcome(steps: Mapping[str, StepStatus]) -> Tuple[RunState, str]:
    """How the run ended, with the sentence that tells why; asked when all steps have ended."""
    failed = [name for name, status in steps.items() if status.state is StepState.FAILED]
    if any(status.state is StepState.STOPPED for status in steps.values()):
        return RunState.STOPPED, "stopped on request"
    if failed:
        more = " and %d more failed" % (len(failed) - 1) if len(failed) > 1 else ""
        return RunState.FAILED, "step %s failed: %s%s" % (failed[0], steps[failed[0]].why, more)
    return RunState.SUCCEEDED, ""


def counts(steps: Mapping[str, StepStatus]) -> Dict[str, int]:
    """How many steps are in each state."""
    found: Dict[str, int] = {}
    for status in steps.values():
        found[status.state.value] = found.get(status.state.value, 0) + 1
    return found
