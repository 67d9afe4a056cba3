"""What the master is told by its own threads and by the system, beside what the watchers and the creators tell."""

from ..wire.report import Report


class Reported:
    """A runner handed over."""

    __slots__ = ("pod", "report")

    def __init__(self, pod: str, report: Report) -> None:
        self.pod = pod
        self.report = report


class Told:
    """A runner told its progress."""

    __slots__ = ("pod",)

    def __init__(self, pod: str) -> None:
        self.pod = pod


class Terminated:
    """SIGTERM arrived."""
