"""Where the values of a step come from, and what they become once the steps before are done. Pure."""

from dataclasses import dataclass, replace
from typing import Any, Dict, List, Optional, Tuple

from ..wire.references import part

Results = Dict[str, Dict[str, Any]]
"""Values by step and output. Of a mapped step, each output is the list of its items' outputs."""


@dataclass(frozen=True)
class Input:
    """Where a step's argument comes from: a value known at submit, an output of an earlier step, or a list of both.

    The list is what a fan-in takes (`pick_best([train(x) for x in rates])`): its items are resolved one by one.
    `one_of` names the outputs of branches, of which the first that was taken counts. `index` takes one item of a list:
    an item of a mapped step has it.
    """

    value: Any = None
    step: Optional[str] = None
    output: Optional[str] = None
    items: Optional[Tuple["Input", ...]] = None
    one_of: Optional[Tuple["Input", ...]] = None
    index: Optional[int] = None

    def to_json(self) -> Dict[str, Any]:
        """One of `{"value": …}`, `{"step": …, "output": …}`, `{"items": […]}` and `{"one_of": […]}`."""
        if self.items is not None:
            return {"items": [item.to_json() for item in self.items]}
        if self.one_of is not None:
            return {"one_of": [item.to_json() for item in self.one_of]}
        return {"value": self.value} if self.step is None else {"step": self.step, "output": self.output}

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "Input":
        """The input that `to_json` wrote."""
        if "items" in data:
            return cls(items=tuple(cls.from_json(item) for item in data["items"]))
        if "one_of" in data:
            return cls(one_of=tuple(cls.from_json(item) for item in data["one_of"]))
        return cls(**data)

    @property
    def is_value(self) -> bool:
        """Whether it is known at submit."""
        return self.step is None and self.items is None and self.one_of is None

    def sources(self) -> "List[Tuple[str, str]]":
        """The outputs it takes, as (step, output), those of its items and branches included."""
        parts = self.items or self.one_of
        if parts is not None:
            return [source for part in parts for source in part.sources()]
        return [] if self.step is None else [(self.step, self.output or "")]

    def needed(self) -> List[str]:
        """The steps without which it has no value: all of its sources but branches."""
        if self.items is not None:
            return [name for item in self.items for name in item.needed()]
        return [] if self.step is None else [self.step]

    def item(self, index: int) -> "Input":
        """The input that takes one item of the list that this one comes to."""
        if self.items is not None:
            return self.items[index]
        return Input(value=self.value[index]) if self.is_value else replace(self, index=index)

    def __str__(self) -> str:
        """As a person would say it: `prepare`, `check.score`, `one_of(big, small)`, or the value."""
        if self.items is not None:
            return "[%s]" % ", ".join(map(str, self.items))
        if self.one_of is not None:
            return "one_of(%s)" % ", ".join(map(str, self.one_of))
        if self.step is None:
            return repr(self.value)
        return self.step if self.output in ("", None, "output") else "%s.%s" % (self.step, self.output)


def resolve(value: Input, results: Results) -> Any:
    """The JSON value of an input whose steps are done.

    Raises:
        KeyError: One of them has no such result.
    """
    if value.items is not None:
        return [resolve(item, results) for item in value.items]
    found: Any
    if value.one_of is not None:
        taken = [one for one in value.one_of if (one.output or "") in results.get(one.step or "", {})]
        found = resolve(taken[0], results) if taken else results[value.one_of[0].step or ""]
    elif value.step is None:
        return value.value
    else:
        found = results[value.step][value.output or ""]
    return found if value.index is None else part(found, value.index)


def kind_of(value: Any) -> str:
    """What a JSON value is, in a sentence to its author."""
    if value is None or isinstance(value, bool):
        return str(value)
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a dict"}
    return names.get(type(value), type(value).__name__)
