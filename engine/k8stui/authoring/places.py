"""Where in the author's code something was written: errors name the place, since a sentence without one is a riddle."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

_HERE = str(Path(__file__).parent)


def shown(path: str | Path) -> str:
    """A path as a person would type it here: relative to the working directory where it lies below it."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def caller() -> str:
    """`file:line` of the innermost frame that is not ours: the line of the author's code that called us."""
    frame = sys._getframe(1)  # noqa: SLF001  (inspect.stack reads source files for every frame: 100 times slower)
    while _is_ours(frame) and frame.f_back is not None:
        frame = frame.f_back
    return f"{shown(frame.f_code.co_filename)}:{frame.f_lineno}"


def _is_ours(frame: FrameType) -> bool:
    code = frame.f_code
    made_by_dataclass = code.co_filename == "<string>" and code.co_name == "__init__"
    return made_by_dataclass or code.co_filename.startswith(_HERE)


def definition(function: Callable[..., Any]) -> str:
    """`file:line` where a function is defined."""
    code = getattr(function, "__code__", None)
    return f"{shown(code.co_filename)}:{code.co_firstlineno}" if code else repr(function)


def of_error(error: BaseException) -> str:
    """`file:line` of the innermost frame of an exception that is not ours; empty when there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{shown(error.filename)}:{error.lineno}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((_HERE, "<frozen"))
    ]
    return f"{shown(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
