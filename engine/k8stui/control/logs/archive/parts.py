"""The parts of an archived log, from what they are called: which there are, and whether they are all of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from k8stui.control.logs.stream import LogLine
from k8stui.control.logs.times import split_times
from k8stui.model.views import AttemptView

_NAME = re.compile(r"(?P<uid>[^.]+)\.(?P<number>\d{5,18})(?P<last>\.end)?(?:-(?P<left_out>\d{1,18}))?\.log")


@dataclass(frozen=True, order=True)
class Part:
    """A part of a log, as `incluster.runner.storing.archiving.part_name` calls it.

    Attributes:
        uid: Of the pod.
        number: From 1 on.
        name: What it is called.
        last: Whether the step ended, and nothing comes after it.
        left_out: Bytes of the log that are not in the archive, before this part.
        size: Its bytes.
    """

    uid: str
    number: int
    name: str
    last: bool = False
    left_out: int = 0
    size: int = 0


def parts_of(sizes: Mapping[str, int], uid: str) -> list[Part]:
    """The parts of a pod's log in their order; all there are where the pod's uid is not known.

    Args:
        sizes: Of the files in the pod's folder, by their names.
        uid: Of the pod; empty where it is not known.
    """
    found = []
    for name, size in sizes.items():
        match = _NAME.fullmatch(name)
        if match and uid in ("", match["uid"]):
            left_out = int(match["left_out"] or 0)
            found.append(Part(match["uid"], int(match["number"]), name, bool(match["last"]), left_out, size))
    return sorted(found)


def missing_before(part: Part, before: Part | None) -> str:
    """What is to be said before a part; empty for nothing."""
    follows = before.number if before is not None and before.uid == part.uid else 0
    lost = part.number - follows - 1
    said = [f"{lost} part{' is' if lost == 1 else 's are'} missing here from the archive"] if lost else []
    if part.left_out:
        said.append(f"{part.left_out:,} bytes are left out here: the log is longer than archive_logs_limit")
    return "; ".join(said)


def missing_after(part: Part, attempt: AttemptView) -> str:
    """What is to be said after the last part that there is; empty where the log is complete."""
    if part.last:
        return ""
    why = attempt.reason or (f"exit code {attempt.exit_code}" if attempt.exit_code else "")
    ended = f" ({why})" if why else ""
    return (
        f"the archive is not complete, it ends here: the pod was ended at once{ended}, or the store took no more; what "
        "was written last may be missing"
    )


def lines_of(data: bytes, place: LogLine) -> list[LogLine]:
    """What stands in a part.

    Args:
        data: Its content.
        place: A line of the log, whose time and text are replaced.
    """
    times, texts = split_times(data.removesuffix(b"\n").split(b"\n"))
    pairs = zip(times, texts, strict=True)
    return [LogLine(time, place.pod, place.step, place.run, text, archived=True) for time, text in pairs]
