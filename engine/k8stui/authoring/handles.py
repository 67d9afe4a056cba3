"""Handles: what a step call returns inside a pipeline, in place of a value that exists only once the step has run.

Everything that would need the value (`if`, a loop, arithmetic, an f-string) is refused with a sentence: Python would
otherwise quietly use the handle itself and the pipeline would not be the one its author meant. Comparing an output with
a constant gives a condition for `when=`, which refuses to be true or false in turn.
"""

from __future__ import annotations

from typing import Any, NoReturn

from k8stui.authoring import places
from k8stui.authoring.conditions import Comparison
from k8stui.model.errors import InvalidInputError


class StepHandle:
    """A step of the pipeline being traced; goes into `after=`."""

    def __init__(self, step: str) -> None:
        self.step_name = step

    @property
    def _label(self) -> str:
        return f"step {self.step_name!r}"

    def __repr__(self) -> str:
        return f"<{self._label}>"

    def _refuse(self, action: str) -> NoReturn:
        raise InvalidInputError(
            f"{places.caller()}: {self._label} cannot be {action} in a pipeline function: "
            "its value exists only when the run has reached it",
            hint="Do this inside a step that takes it as an argument.",
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # copy, pickle, inspect and the like ask for protocols that are not there
            raise AttributeError(name)
        self._refuse(f"asked for its attribute {name!r}")

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, StepHandle):
            self._refuse("compared")
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __iter__(self) -> NoReturn:
        self._refuse(
            "looped over or unpacked (several outputs are declared by the return annotation, "
            "`-> tuple[int, str]`, or by outputs=)"
        )

    def __format__(self, spec: str) -> str:
        self._refuse("put into a text")


class StepOutput(StepHandle):
    """One output of a step; goes into the arguments of later steps, alone or in a list."""

    def __init__(self, step: str, output: str) -> None:
        super().__init__(step)
        self.output_name = output

    @property
    def _label(self) -> str:
        return f"output {self.output_name!r} of step {self.step_name!r}"

    def __eq__(self, other: object) -> Any:
        return self is other if isinstance(other, StepHandle) else Comparison(self, "==", other)

    def __ne__(self, other: object) -> Any:
        return self is not other if isinstance(other, StepHandle) else Comparison(self, "!=", other)

    __hash__ = StepHandle.__hash__

    def __lt__(self, other: object) -> Comparison:
        return self._ordered("<", other)

    def __le__(self, other: object) -> Comparison:
        return self._ordered("<=", other)

    def __gt__(self, other: object) -> Comparison:
        return self._ordered(">", other)

    def __ge__(self, other: object) -> Comparison:
        return self._ordered(">=", other)

    def _ordered(self, operator: str, other: object) -> Comparison:
        if isinstance(other, StepHandle):
            self._refuse("compared with another one")
        return Comparison(self, operator, other)


def _refusing(action: str) -> Any:
    def method(self: StepHandle, *_: object) -> NoReturn:
        self._refuse(action)

    return method


_REFUSED = {
    "used as a condition": ["bool"],
    "measured": ["len"],
    "indexed": ["getitem", "contains"],
    "called": ["call"],
    "compared": ["lt", "le", "gt", "ge"],
    "turned into a number": ["int", "float", "index", "complex", "round"],
    "calculated with": [
        side + operator
        for operator in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor")
        for side in ("", "r")
    ]
    + ["neg", "pos", "abs", "invert"],
}
for _action, _names in _REFUSED.items():
    for _name in _names:
        setattr(StepHandle, f"__{_name}__", _refusing(_action))
