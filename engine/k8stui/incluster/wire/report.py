"""What a step's runner says of its end: to the master by handover, and in the termination message alike.

Every step pays for what this module imports, so it imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SUCCEEDED = "succeeded"
FAILED = "failed"


class Report:
    """The end of one attempt, in its runner's words.

    Attributes:
        outcome: `succeeded` or `failed`.
        results: Output name to JSON value, of a success.
        error: Of a failure: `type`, `message`, `where` (file:line of the author's code), as far as known.
        seconds: How long the attempt ran; Kubernetes tells whole seconds only.
        silent: It is known to have written nothing to its log until now, so that nobody needs to read or wait for that.
        said: What it last said of itself, as `Progress.to_json` writes it.
    """

    __slots__ = ("error", "outcome", "results", "said", "seconds", "silent")

    def __init__(
        self,
        outcome: str,
        *,
        results: dict[str, Any] | None = None,
        error: dict[str, str] | None = None,
        seconds: float | None = None,
        silent: bool = False,
        said: dict[str, Any] | None = None,
    ) -> None:
        self.outcome = outcome
        self.results = results or {}
        self.error = error or {}
        self.seconds = seconds
        self.silent = silent
        self.said = said or {}

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        data: dict[str, Any] = {"k8stui": 1, "outcome": self.outcome}
        if self.results:
            data["results"] = self.results
        if self.error:
            data["error"] = self.error
        if self.seconds is not None:
            data["seconds"] = round(self.seconds, 3)
        if self.silent:
            data["silent"] = True
        if self.said:
            data["said"] = self.said
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """The report that `to_json` wrote.

        Raises:
            KeyError: It is something else.
        """
        if data["k8stui"] != 1 or data["outcome"] not in (SUCCEEDED, FAILED):
            raise KeyError("outcome")
        if not (isinstance(data.get("results", {}), dict) and isinstance(data.get("error", {}), dict)):
            raise KeyError("results")
        if not isinstance(data.get("seconds", 0.0), (int, float)):
            raise KeyError("seconds")
        return cls(
            data["outcome"],
            results=data.get("results"),
            error=data.get("error"),
            seconds=data.get("seconds"),
            silent=bool(data.get("silent")),
            said=_said(data.get("said")),
        )

    def sentence(self) -> str:
        """The failure in one line, such as `ValueError: no rows (train.py:12)`."""
        text = "%s: %s" % (self.error.get("type", "error"), self.error.get("message", ""))
        return text + (" (%s)" % self.error["where"] if self.error.get("where") else "")


def _said(data: Any) -> dict[str, Any]:
    """What was said, where it keeps the rules: the outcome counts, whatever stands beside it."""
    if data is None:
        return {}
    from .progress import Progress

    try:
        return Progress.from_json(data).to_json()
    except ValueError:
        return {}
