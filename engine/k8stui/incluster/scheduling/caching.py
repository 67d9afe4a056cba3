"""The step cache: what a result depends on, and the index of the results of a pipeline's earlier steps. Pure.

A step is done without a pod when one with the same code, image, settings, outputs and inputs has succeeded before. The
index holds the small results themselves, so that a hit needs nothing that could have been deleted meanwhile, and what
they depended on, so that it can be told why there was no hit. The least recently used make room for new ones.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from ..contract.protocol import StepPlan
from ..wire.references import content

Json = Dict[str, Any]

SCHEMA = 1

MOST_BYTES = 512 * 1024
"""Of an index as text: half a ConfigMap, so that it costs etcd little."""

MOST_ENTRY_BYTES = 16 * 1024
"""Of one entry: a step with very many inputs is not worth the place of twenty others."""

SHOWN_CHARACTERS = 40
"""Up to this length a value stands in the index, so that a change of it can be told."""

TOUCHED = 3600.0
"""Seconds after which it is worth a write that an entry was used again."""

TOLD_CHANGES = 2

DIGEST = 16
"""Hexadecimal digits: of some thousand results of one pipeline, no two are taken for each other."""


@dataclass(frozen=True)
class Parts:
    """What a result depends on.

    Attributes:
        code: Digest of the function and the project's code that it reaches, or of the container's command.
        settings: Digest of the settings that a step can notice, such as environment variables and volumes.
        time: When the run was due, for a step that asks for it.
        image: The image of its container.
        outputs: Names of what it returns.
        inputs: Digest of each argument, and the argument itself as JSON where it is short.
    """

    code: str
    settings: str
    time: str
    image: str
    outputs: Tuple[str, ...]
    inputs: Mapping[str, Tuple[str, str]]

    @property
    def key(self) -> str:
        """The same for the same parts."""
        inputs = {name: digest for name, (digest, _) in self.inputs.items()}
        return digest_of([self.code, self.settings, self.time, self.image, list(self.outputs), inputs])


def digest_of(value: Any) -> str:
    """The digest of a JSON value, the same whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]


def parts_of(step: StepPlan, image: str, values: Mapping[str, Any]) -> Parts:
    """What the result of a step depends on.

    Args:
        step: One that may be cached.
        image: Of its container.
        values: Its arguments.
    """
    code, settings, time = (step.cache.split(".", 2) + ["", ""])[:3]
    inputs = {name: (digest_of(content(value)), _shown(value)) for name, value in values.items()}
    return Parts(code, settings, time, image, step.outputs, inputs)


def _shown(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return text if len(text) <= SHOWN_CHARACTERS else ""


class Index:
    """The results of earlier steps of one pipeline.

    Args:
        text: What `to_text` wrote; anything else, or what a newer k8stui wrote, is an empty index.
    """

    def __init__(self, text: str = "") -> None:
        self._entries = _entries_of(text)
        self._newest: Optional[Dict[str, Json]] = None
        self._used: Dict[str, float] = {}
        self._added: Dict[str, Json] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def changed(self) -> bool:
        """Whether there is something new that is worth a write."""
        return bool(self._added) or any(
            key in self._entries and now - self._entries[key]["used"] > TOUCHED for key, now in self._used.items()
        )

    def find(self, parts: Parts, now: float) -> Optional[Json]:
        """The entry for these parts: `run` and `step` it is from, and its `results`."""
        entry = self._entries.get(parts.key)
        if entry is None or any(output not in entry["results"] for output in parts.outputs):
            return None
        self._used[parts.key] = now
        return entry

    def why_not(self, step: StepPlan, parts: Parts) -> str:
        """What differs from the newest result of the step: `parameter n changed 3 -> 4 since run X`; empty for none."""
        if self._newest is None:
            oldest_first = sorted(self._entries.values(), key=lambda one: float(one["at"]))
            self._newest = {known["step"]: known for known in oldest_first}
        entry = self._newest.get(step.name)
        if entry is None:
            return ""
        changes = list(_changes(step, entry, parts))
        if not changes:
            return "its result in run %s is not complete" % entry["run"]
        more = " and %d more" % (len(changes) - TOLD_CHANGES) if len(changes) > TOLD_CHANGES else ""
        return "%s%s since run %s" % (", ".join(changes[:TOLD_CHANGES]), more, entry["run"])

    def add(self, step: str, run: str, parts: Parts, results: Json, now: float) -> None:
        """Keep the result of a step that has succeeded."""
        entry = {
            "step": step,
            "run": run,
            "at": now,
            "used": now,
            "code": parts.code,
            "settings": parts.settings,
            "image": parts.image,
            "inputs": {name: list(pair) for name, pair in parts.inputs.items()},
            "results": results,
        }
        if parts.time:
            entry["time"] = parts.time
        if len(_text(entry)) <= MOST_ENTRY_BYTES:
            self._added[parts.key] = entry

    def read_again(self, text: str) -> None:
        """Take what another master wrote meanwhile as the base of what is new in this one."""
        self._entries, self._newest = _entries_of(text), None

    def to_text(self, most: int = MOST_BYTES) -> str:
        """The index with what is new as JSON of at most so many bytes: the least recently used are left out."""
        entries = dict(self._entries)
        for key, entry in self._added.items():
            if key not in entries or entries[key]["at"] <= entry["at"]:
                entries[key] = entry
        for key, now in self._used.items():
            if key in entries:
                entries[key] = dict(entries[key], used=max(now, entries[key]["used"]))
        kept: Json = {}
        room = most - len(_text({"schema": SCHEMA, "entries": {}}))
        for key in sorted(entries, key=lambda one: (-entries[one]["used"], one)):
            room -= len(_text({key: entries[key]})) - 1  # the braces of one are the comma of many
            if room < 0:
                break
            kept[key] = entries[key]
        return _text({"schema": SCHEMA, "entries": kept})


def _entries_of(text: str) -> Dict[str, Json]:
    try:
        data = json.loads(text or "{}")
        if data.get("schema") != SCHEMA:
            return {}
        return {key: entry for key, entry in data["entries"].items() if _is_entry(entry)}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}


def _changes(step: StepPlan, entry: Json, parts: Parts) -> Iterable[str]:
    if entry["code"] != parts.code:
        yield "its code changed"
    if entry["image"] != parts.image:
        yield "its image changed %s -> %s" % (entry["image"], parts.image)
    if entry["settings"] != parts.settings:
        yield "its environment or volumes changed"
    if entry.get("time", "") != parts.time:
        yield "the time it was due at changed"
    known: Dict[str, List[str]] = entry["inputs"]
    for name, (digest, shown) in parts.inputs.items():
        if name not in known:
            yield "%s is new" % _input(step, name)
        elif known[name][0] != digest:
            told = " %s -> %s" % (known[name][1], shown) if known[name][1] and shown else ""
            yield "%s changed%s" % (_input(step, name), told)
    for name in known:
        if name not in parts.inputs:
            yield "parameter %s is gone" % name
    if any(output not in entry["results"] for output in parts.outputs):
        yield "its outputs changed"


def _input(step: StepPlan, name: str) -> str:
    planned = step.inputs.get(name)
    sources = sorted({source for source, _ in planned.sources()}) if planned else []
    if not sources:
        return "parameter %s" % name
    return "%s from %s" % (name, sources[0] if len(sources) == 1 else "%d steps" % len(sources))


def _is_entry(entry: Any) -> bool:
    texts = ("step", "run", "code", "settings", "image")
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(key), str) for key in texts)
        and all(isinstance(entry.get(key), (int, float)) for key in ("at", "used"))
        and isinstance(entry.get("results"), dict)
        and isinstance(entry.get("inputs"), dict)
        and all(isinstance(pair, list) and len(pair) == 2 for pair in entry["inputs"].values())
    )


def _text(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"))
