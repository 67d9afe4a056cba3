"""States of runs as options name them: `running,failed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.model.errors import InvalidInputError

if TYPE_CHECKING:
    from k8stui.incluster.contract.states import RunState


def run_states(text: str) -> frozenset[RunState]:
    """The states that `--status` names; none for an empty text.

    Raises:
        InvalidInputError: One of them is none.
    """
    from k8stui.incluster.contract.states import RunState

    wanted = {part.strip() for part in text.split(",") if part.strip()}
    known = [state.value for state in RunState]
    for state in sorted(wanted.difference(known)):
        raise InvalidInputError(f"--status {state!r} is no state of a run.", hint=f"States: {', '.join(known)}.")
    return frozenset(map(RunState, wanted))
