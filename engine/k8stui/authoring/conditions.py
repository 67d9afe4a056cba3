"""Conditions: `deploy(model, when=good)`, `when=score > 0.9`: whether a step runs is decided by what others return.

A condition is an argument of the step that it concerns, as `after=` is. A block (`with when(…):`) would look as if
Python ran it or not, while it does always; it could not say what becomes of values that leave it; and a branch needs no
more than its first step to have the condition, because what comes after a step that is skipped is skipped as well. An
output that is compared with a constant becomes a `Comparison`, so that everyday thresholds need no step of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from k8stui.authoring import places
from k8stui.incluster.contract.branching import Condition
from k8stui.incluster.contract.inputs import Input
from k8stui.model.errors import InvalidInputError

if TYPE_CHECKING:
    from k8stui.authoring.handles import StepOutput


class Comparison:
    """An output compared with a constant, which is decided when the run has reached it; goes into `when=`.

    Attributes:
        output: What is compared.
        operator: One of `==`, `!=`, `<`, `<=`, `>`, `>=`.
        value: What it is compared with.
    """

    def __init__(self, output: StepOutput, operator: str, value: Any) -> None:
        self.output, self.operator, self.value = output, operator, value

    def __repr__(self) -> str:
        return f"<{self.output!r} {self.operator} {self.value!r}>"

    def __bool__(self) -> NoReturn:
        raise InvalidInputError(
            f"{places.caller()}: step {self.output.step_name!r} cannot be compared in a pipeline function: "
            "its value exists only when the run has reached it",
            hint=f"Give the comparison to the step that depends on it: when=... {self.operator} {self.value!r}; "
            "each of several in a list, when=[..., ...], must hold.",
        )


def conditions_of(when: Any, *, where: str) -> tuple[Condition, ...]:
    """The conditions that `when=` gives.

    Args:
        when: None, an output, a comparison, or a list of these, which must all hold.
        where: The place and the step, for errors.

    Raises:
        InvalidInputError: It is something else, such as a value that is known already.
    """
    from k8stui.authoring.handles import StepOutput  # noqa: PLC0415  (outputs make comparisons)

    if when is None:
        return ()
    if isinstance(when, list | tuple):
        return tuple(condition for one in when for condition in conditions_of(one, where=where))
    if isinstance(when, StepOutput):
        return (Condition(Input(step=when.step_name, output=when.output_name)),)
    if isinstance(when, Comparison):
        source = Input(step=when.output.step_name, output=when.output.output_name)
        return (comparison(source, when.operator, when.value, where=where),)
    if isinstance(when, bool):
        raise InvalidInputError(
            f"{where}: when={when} is known before the run", hint="Use `if` in the pipeline function for that."
        )
    raise InvalidInputError(
        f"{where}: when={when!r} is no output of a step",
        hint="Give an output that is True or False (when=check()), or compare one: when=score > 0.9.",
    )


def comparison(source: Input, operator: str, value: Any, *, where: str) -> Condition:
    """A comparison with a constant.

    Raises:
        InvalidInputError: The constant is not JSON, or nothing can be more or less than it.
    """
    from k8stui.authoring.inputs import input_of  # noqa: PLC0415  (as above)

    constant = input_of(value, where=f"{where}, when=").value
    if operator not in ("==", "!=") and (isinstance(constant, bool) or not isinstance(constant, int | float | str)):
        raise InvalidInputError(
            f"{where}: when={source} {operator} {value!r}: only numbers and texts are more or less than others"
        )
    return Condition(source, operator, constant)
