"""Loads and traces pipelines beside an event loop: user code that is slow, prints or asks must not stop a screen.

Loading runs the file. It happens in a thread of its own that the end of the program does not wait for; what the code
prints is kept, and what it asks for is answered with the end of the input.
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from k8stui.authoring.load import load
from k8stui.authoring.pipelines import Pipeline
from k8stui.model.errors import InvalidInputError, K8stuiError

if TYPE_CHECKING:
    from k8stui.authoring.yaml_pipeline import YamlPipeline

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds to wait for a file that is still being loaded before another one is refused."""

MAX_SAID = 64 * 1024
"""Characters that are kept of what a file prints."""

_one_at_a_time = threading.Lock()
"""Modules, search path and standard streams belong to the whole process."""


@dataclass(frozen=True)
class Opened(Generic[T]):
    """What became of a pipeline.

    Attributes:
        result: What was made of it.
        said: What its code printed meanwhile.
    """

    result: T
    said: str


async def opened(target: str, make: Callable[[Pipeline | YamlPipeline], T], *, patience: float = PATIENCE) -> Opened[T]:
    """Load a pipeline afresh and make something of it, in one go: its file cannot change in between.

    Args:
        target: `FILE` or `FILE:PIPELINE`.
        make: What to make, as its fields or its trace; runs where the file was loaded.
        patience: Seconds to wait for another file that is being loaded.

    Raises:
        K8stuiError: It cannot be loaded, or `make` said so; the message names file and line.
    """

    def work() -> Opened[T]:
        if not _one_at_a_time.acquire(timeout=patience):
            raise K8stuiError(
                "Another pipeline file is still being loaded",
                hint="Loading a file runs its top level: look for what takes so long there, or start k8stui again.",
            )
        try:
            with _captured() as said, _search_path_kept():
                return Opened(make(load(target)), said.getvalue()[:MAX_SAID])
        finally:
            _one_at_a_time.release()

    return await _beside(work)


async def _beside(work: Callable[[], T]) -> T:
    """Run it in a thread; unlike asyncio's own threads, one that never ends does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return  # nobody waits any more
        if error is None:
            future.set_result(result)  # type: ignore[arg-type]  # without an error it is a T
        elif isinstance(error, Exception):
            future.set_exception(error)
        else:
            future.set_exception(InvalidInputError(f"The pipeline's code ended with {type(error).__name__}"))

    def target() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # The loop is closed: the program ends.
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=target, name="k8stui-load", daemon=True).start()
    return await future


@contextmanager
def _captured() -> Iterator[io.StringIO]:
    said = io.StringIO()
    before = {name: getattr(sys, name) for name in ("stdout", "stderr", "stdin")}
    ours = {"stdout": said, "stderr": said, "stdin": io.StringIO()}
    for name, stream in ours.items():
        setattr(sys, name, stream)
    try:
        yield said
    finally:
        for name, stream in before.items():
            # A screen that was closed meanwhile has put its own streams back: those stay.
            if getattr(sys, name) is ours[name]:
                setattr(sys, name, stream)


@contextmanager
def _search_path_kept() -> Iterator[None]:
    """A file's folder must not shadow what this program imports later."""
    before = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before
