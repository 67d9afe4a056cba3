"""What steps returned, for looking at: types, sizes and values. Nothing is ever unpickled for that.

Results are JSON. Of what is in the artifact store, the step that kept it has said what it is and how it begins, so that
it can be looked at from where the store cannot be reached. A text that holds a pickle, as some write with `base64`, is
told by its opcodes alone (`pickletools`).
"""

from __future__ import annotations

import binascii
import json
import pickletools
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import find_step, look_at_run
from k8stui.control.truth.forks import planned
from k8stui.control.words.harmless import harmless_line
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.wire.references import is_reference
from k8stui.model.views import RunView

MOST_LINES = 40
"""Lines of one value that are shown."""

_LONGEST = 160
_MOST_OPCODES = 100_000


@dataclass(frozen=True)
class Output:
    """One output of a step.

    Attributes:
        step: The step.
        name: Of the output.
        kind: Its type in words: `list of 4`, `text of 12 characters`; why it is not there, otherwise.
        size: Bytes of its JSON; None where it is not there.
        value: It.
        there: Whether it is.
    """

    step: str
    name: str
    kind: str
    size: int | None = None
    value: Any = None
    there: bool = True


async def read_outputs(cluster: Cluster, run: str, step: str = "", *, namespace: str | None = None) -> list[Output]:
    """The outputs of a run, or of one of its steps.

    Raises:
        NotFoundError: There is no such run, or it has no such step.
    """
    seen = await look_at_run(cluster, run, namespace=namespace)
    if step:
        find_step(seen.view, step)
    return outputs_of(seen.view, seen.plan, step)


def outputs_of(run: RunView, plan: Plan | None, step: str = "") -> list[Output]:
    """The outputs of all steps, or of one and its items, those that are not there included as far as they are planned.

    Args:
        run: The run.
        plan: Its plan; None where it is gone.
        step: Only of this one.
    """
    found = []
    for one in run.steps:
        if step and step not in (one.name, one.item_of):
            continue
        for name, value in one.results.items():
            size = size_of(value)
            found.append(Output(one.name, name, kind_of(value), size, value))
        shape = planned(plan, one.name) if plan else None
        missing = [name for name in shape.outputs if name not in one.results] if shape and not shape.mapped else []
        found += [Output(one.name, name, f"not there: the step is {one.state.value}", there=False) for name in missing]
    return found


def size_of(value: Any) -> int:
    """Bytes of a value: of its JSON, or in the artifact store."""
    if is_reference(value) and isinstance(value.get("size"), int):
        return int(value["size"])
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def kind_of(value: Any) -> str:
    """The type of a value in words; of one in the artifact store what the step that kept it said."""
    if is_reference(value):
        pickled = ", a pickle; not opened" if value.get("type") == "pickle" else ""
        return f"{value.get('kind') or value.get('type')}{pickled}, in the artifact store"
    if isinstance(value, str):
        told = pickle_text(value)
        return f"text of {_count(len(value), 'character')}{f', {told}' if told else ''}"
    if isinstance(value, list):
        return f"list of {len(value)}"
    if isinstance(value, dict):
        return f"object of {_count(len(value), 'key')}"
    known = {bool: "boolean", int: "whole number", float: "number", type(None): "null"}
    return known.get(type(value), type(value).__name__)


def pickle_text(text: str) -> str:
    """What a text holds if that is a pickle in base64: its protocol and what it would import; empty otherwise."""
    if len(text) < 8 or not text.startswith("gA"):  # A pickle of protocol 2 or newer begins with the byte 0x80.
        return ""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return inspected(data)


def inspected(data: bytes) -> str:
    """A pickle by its opcodes, without executing any; empty for what is none."""
    wanted, texts, protocol = dict[str, None](), list[str](), 0
    try:
        for number, (code, argument, _) in enumerate(pickletools.genops(data)):
            if number > _MOST_OPCODES:
                break
            if code.name == "PROTO":
                protocol = int(argument or 0)
            elif code.name == "GLOBAL":
                wanted[str(argument).replace(" ", ".")] = None
            elif code.name == "STACK_GLOBAL" and len(texts) >= 2:
                wanted[".".join(texts[-2:])] = None
            elif "UNICODE" in code.name:
                texts.append(str(argument))
    except Exception:  # Whatever pickletools cannot read is no pickle.
        return ""
    imports = f" that would import {', '.join(wanted)}" if wanted else ""
    return f"a pickle (protocol {protocol}, {_count(len(data), 'byte')}){imports}; not opened"


def output_lines(outputs: Sequence[Output], *, most: int = MOST_LINES) -> list[str]:
    """The outputs as text to read: what each is, and its value below.

    Args:
        outputs: Those of one run.
        most: Lines of a value at most.
    """
    lines: list[str] = []
    for step, some in _by_step(outputs):
        lines += [*([""] if lines else []), harmless_line(step)]
        for one in some:
            size = f", {_count(one.size, 'byte')}" if one.size is not None else ""
            lines.append(f"  {harmless_line(one.name)}: {harmless_line(one.kind)}{size}")
            lines += [f"    {line}" for line in _value_lines(one, most)] if one.there else []
    return lines


def short_value(output: Output, longest: int = _LONGEST) -> str:
    """The value in one line; cut off where it is long."""
    if not output.there:
        return ""
    if is_reference(output.value):
        text = str(output.value.get("head") or output.value.get("uri"))
    else:
        text = json.dumps(output.value, ensure_ascii=False)
    return text if len(text) <= longest else f"{text[:longest]}…"


def _value_lines(output: Output, most: int) -> list[str]:
    if is_reference(output.value):
        told = [output.value[key] for key in ("head", "uri") if output.value.get(key)]
        return [harmless_line(str(one)) for one in (*told, f"sha256 {output.value.get('sha256')}")]
    whole = json.dumps(output.value, ensure_ascii=False)
    text = whole if len(whole) <= _LONGEST else json.dumps(output.value, ensure_ascii=False, indent=2)
    lines = [harmless_line(line) for line in text.splitlines()]
    if len(lines) <= most:
        return lines
    return [
        *lines[:most],
        f"… {len(lines) - most} more lines; all: k8stui runs results RUN {output.step} -o json",
    ]


def _by_step(outputs: Iterable[Output]) -> list[tuple[str, list[Output]]]:
    found: dict[str, list[Output]] = {}
    for one in outputs:
        found.setdefault(one.step, []).append(one)
    return list(found.items())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
