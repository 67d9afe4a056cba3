"""`one_of(big, small)`: where branches meet again; `unmapped(model)`: what every item of a mapped step gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k8stui.authoring import places
from k8stui.authoring.handles import StepHandle, StepOutput
from k8stui.incluster.contract.inputs import Input
from k8stui.model.errors import InvalidInputError


class OneOf:
    """Branches of which those that were not taken are no hindrance; goes into arguments and into `after=`."""

    def __init__(self, branches: tuple[StepHandle, ...]) -> None:
        self.branches = branches

    def __repr__(self) -> str:
        return f"one_of({', '.join(map(repr, self.branches))})"


def one_of(*branches: Any) -> OneOf:
    """The first of these outputs whose branch was taken.

    The step that takes it waits until all branches have ended. It runs if any was taken, and is skipped when none was;
    a branch that failed is a failure, as for every other step.

    Args:
        branches: Outputs of two or more steps; in `after=` any steps.

    Raises:
        InvalidInputError: They are something else.
    """
    where = f"{places.caller()}: one_of()"
    for branch in branches:
        if not isinstance(branch, StepHandle):
            raise InvalidInputError(
                f"{where} got {branch!r}, which is no output of a step",
                hint="Give what the calls of the branches' last steps returned: one_of(big, small).",
            )
    if len({branch.step_name for branch in branches}) < 2:
        raise InvalidInputError(f"{where} needs the outputs of two steps or more, of which one may be skipped")
    return OneOf(branches)


class Unmapped:
    """A value that every item gets as it is."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"unmapped({self.value!r})"


def unmapped(value: Any) -> Unmapped:
    """In `step.map(…)`: an output that every item gets as a whole, instead of one part of it each."""
    return Unmapped(value)


def told_apart(arguments: Mapping[str, Any], *, where: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The arguments of `.map()`, and the names of those that are lists to be mapped over.

    Raises:
        InvalidInputError: None is an output, or one is a list with outputs in it.
    """
    mapped = tuple(name for name, value in arguments.items() if isinstance(value, StepOutput | OneOf))
    plain = {name: value.value if isinstance(value, Unmapped) else value for name, value in arguments.items()}
    for name, value in arguments.items():
        if isinstance(value, list | tuple) and any(isinstance(item, StepHandle) for item in value):
            raise InvalidInputError(
                f"{where}, parameter {name!r}: the outputs in a list are known to be as many as they are",
                hint=f"Call the step for each of them, or give all to every item: {name}=unmapped([...]).",
            )
    if not mapped:
        raise InvalidInputError(
            f"{where}: none of the arguments of map() is an output of a step",
            hint="For a list that is known here, call the step in a loop: [score(x) for x in items].",
        )
    return plain, mapped


def check_alternatives(groups: Iterable[Iterable[str]], needed: Iterable[str], *, where: str) -> None:
    """Make sure that a step does not wait in any case for a branch that it can do without.

    Raises:
        InvalidInputError: It does.
    """
    for name in set(needed).intersection(name for group in groups for name in group):
        raise InvalidInputError(f"{where} waits for {name!r} in any case, and one_of() says that it can do without it")


def groups_of(value: Input) -> list[tuple[str, ...]]:
    """The branches that an input names, as groups of steps."""
    if value.items is not None:
        return [group for item in value.items for group in groups_of(item)]
    return [] if value.one_of is None else [tuple(dict.fromkeys(one.step or "" for one in value.one_of))]
