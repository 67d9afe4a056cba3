"""What a step that fails says: in its log, and in short for the report. No step that succeeds imports it."""

from __future__ import annotations

import sys

from ..wire.report import FAILED, Report
from ..wire.slimjson import dumps
from .step import StepError, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_ERROR_BYTES = 1500  # as JSON text, of the message and of the rest: both fit in a termination message


def told(error: Exception | SystemExit, task: dict[str, Any], home: str) -> Report:
    """The report of what ended a step before its time; the log tells more.

    Args:
        error: A `StepError`, or what the author's code raised.
        task: What the step was told: its image.
        home: The folder that holds our package, and the author's code.
    """
    if isinstance(error, StepError):
        say(str(error))
        return _report("StepError", str(error))
    if isinstance(error, SystemExit):
        early = error.code in (None, 0)
        return _report("SystemExit", "exited before it returned its outputs" if early else str(error.code))
    return _raised(error, home, task["image"])


def _raised(error: Exception, home: str, image: str) -> Report:
    """The author's part of the traceback goes to the log."""
    import traceback

    found = traceback.TracebackException.from_exception(error)
    ours = (home + "/ours/", home + "/standins/", "<frozen")
    own = [frame for frame in found.stack if not frame.filename.startswith(ours)]
    found.stack = traceback.StackSummary.from_list(own)
    code = home + "/code/"
    sys.stderr.write("".join(found.format()).replace(code, ""))
    where = ""
    if own:
        # The author's own line says more than the one of a library that it called.
        last = next((frame for frame in reversed(own) if frame.filename.startswith(code)), own[-1])
        where = "%s:%s" % (last.filename.replace(code, ""), last.lineno)
    sentence = str(error)
    if isinstance(error, ModuleNotFoundError):
        sentence = lacking(error, image)
        say(sentence)
    return _report(kind(error)[:200], sentence, where=where[-200:])


def _report(named: str, sentence: str, **more: str) -> Report:
    return Report(FAILED, error={"type": named, "message": short(sentence), **more})


def lacking(error: ModuleNotFoundError, image: str) -> str:
    """The sentence for a module that is not in the image."""
    return "module %s is not in image %s: set image= to one that has it, or requirements=" % (error.name, image)


def kind(value: object) -> str:
    """A value's type, with its module where that is not Python's own."""
    found = type(value)
    return found.__qualname__ if found.__module__ == "builtins" else "%s.%s" % (found.__module__, found.__qualname__)


def short(text: str) -> str:
    """The beginning of the text, such that its JSON is short enough: one character may take twelve bytes."""
    while len(dumps(text)) > MAX_ERROR_BYTES:
        text = text[: min(len(text) - 1, len(text) * MAX_ERROR_BYTES // len(dumps(text)))]
    return text
