"""What the states of all steps come to: how the run ended, and how many steps stand where. Pure."""

from typing import Dict, Mapping, Optional, Tuple

from .modes import Halt
from .record import StepStatus
from .states import RunState, StepState


def outcome(steps: Mapping[str, StepStatus], halt: Optional[Halt] = None) -> Tuple[RunState, str]:
    """How the run ended, with the sentence that tells why; asked when all steps have ended.

    Args:
        steps: All steps but the hooks, which change nothing.
        halt: What ended the run before its steps had, if anything did.
    """
    failed = [name for name, status in steps.items() if status.state is StepState.FAILED]
    stopped = any(status.state is StepState.STOPPED for status in steps.values())
    if halt is not None and halt.verdict and not all(one.state.done or one.untaken for one in steps.values()):
        return halt.ends, halt.verdict
    if stopped and not (failed and halt is not None and halt.ends is RunState.FAILED):
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
