"""What a running step says of itself with `k8stui.report`: how far it is, and what it has measured.

The rules stand here once, for the runner that tells the author what is wrong and for the master that believes nobody.
"""

from __future__ import annotations

import json
import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Union

    Metrics = dict[str, Union[float, str]]

MAX_METRICS = 20
MAX_NAME = 40  # characters
MAX_TEXT = 80  # characters of a metric that is a text
MAX_BYTES = 2048  # as JSON text, of all metrics: a status shard holds those of 500 steps


class Progress:
    """The newest of everything that an attempt has said.

    Attributes:
        progress: From 0 to 1; None when it has not said.
        metrics: Finite numbers and short texts by name.
    """

    __slots__ = ("metrics", "progress")

    def __init__(self, progress: float | None = None, metrics: Metrics | None = None) -> None:
        self.progress = progress
        self.metrics: Metrics = metrics or {}

    def to_json(self) -> dict[str, Any]:
        """What was said, without what was not."""
        data: dict[str, Any] = {}
        if self.progress is not None:
            data["progress"] = self.progress
        if self.metrics:
            data["metrics"] = self.metrics
        return data

    @classmethod
    def from_json(cls, data: Any) -> Progress:
        """The progress that `to_json` wrote.

        Raises:
            ValueError: It is something else, or breaks a rule.
        """
        try:
            found, problems = cls().merged(data.get("progress"), data.get("metrics", {}))
        except AttributeError as error:
            raise ValueError("no progress") from error
        if problems:
            raise ValueError("; ".join(problems.values()))
        return found

    def merged(self, progress: Any, metrics: Mapping[str, Any]) -> tuple[Progress, dict[str, str]]:
        """What is known, with news on top.

        Returns:
            All that is known now, and a sentence by name on each of the news that cannot be used.
        """
        found = Progress(self.progress, self.metrics)
        problems: dict[str, str] = {}
        if progress is not None:
            try:
                found.progress = _share(progress)
            except ValueError as error:
                problems["progress"] = str(error)
        for name, value in metrics.items():
            try:
                found.metrics = _with(found.metrics, name, value)
            except ValueError as error:
                problems[name] = str(error)
        return found, problems


def _share(value: Any) -> float:
    share = round(_number("progress", value), 4)  # a sum of many small parts may come to 1.0000000000000002
    if not 0 <= share <= 1:
        raise ValueError("progress must be from 0 to 1, not %s" % _shown(value))
    return share


def _with(metrics: Metrics, name: str, value: Any) -> Metrics:
    if not name or len(name) > MAX_NAME:
        raise ValueError("the name of metric %s is longer than %d characters" % (_shown(name), MAX_NAME))
    if name not in metrics and len(metrics) >= MAX_METRICS:
        raise ValueError("metric %s is one more than the %d that are kept" % (name, MAX_METRICS))
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ValueError("metric %s is a text of more than %d characters" % (name, MAX_TEXT))
    found = dict(metrics)
    found[name] = value if isinstance(value, str) else _number("metric " + name, value)
    if len(json.dumps(found)) > MAX_BYTES:
        raise ValueError("metric %s does not fit: all metrics may be %d bytes" % (name, MAX_BYTES))
    return found


def _number(what: str, value: Any) -> float:
    try:
        # Arrays and tensors of one element are numbers too, and may raise anything.
        number = math.nan if isinstance(value, str) else float(value)
    except Exception:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("%s must be a finite number, not %s" % (what, _shown(value)))
    return number


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:
        text = type(value).__name__
    return text if len(text) <= MAX_NAME else text[:MAX_NAME] + "…"
