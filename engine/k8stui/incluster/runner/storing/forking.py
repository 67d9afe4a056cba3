"""Makes a step the child of a process that archives its log (`supervising`), before anything of that is imported."""

from __future__ import annotations

import os
import signal
import sys

from ...wire.variables import ENV_ARCHIVE, ENV_POD_UID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from .archiving import Archive

PASSED_ON = (signal.SIGTERM, signal.SIGINT)
"""Signals that the step gets instead of its parent."""


def supervised(task: Mapping[str, Any], home: str) -> None:
    """Go on as a child, whose parent ends when it has ended; where there can be no child that is said.

    Args:
        task: What the step was told.
        home: A folder of our own.
    """
    limit, uid = int(os.environ.pop(ENV_ARCHIVE)), os.environ.pop(ENV_POD_UID)
    one = os.path.sameopenfile(1, 2)  # then through one pipe, so that lines stay in their order
    pipes = {number: os.pipe() for number in ((1,) if one else (1, 2))}
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    try:
        child = os.fork()
    except OSError as error:
        sys.stderr.write("k8stui: the log is not archived: %s\n" % error)
        child = 0
    else:
        if not child:
            for number in (1, 2):
                os.dup2(pipes[1 if one else number][1], number)
    for pipe in pipes.values():
        os.close(pipe[1])
        if not child:
            os.close(pipe[0])
    if not child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
        return
    try:  # noqa: SIM105  (contextlib takes its time)
        os.nice(19)  # The step has the processor first.
    except OSError:
        pass

    def archive() -> Archive:
        from .archiving import Archive

        return Archive(limit, uid, task, home)

    from .supervising import supervise

    # No clean-up of the interpreter: a library of the store may wait there for what never comes.
    os._exit(supervise(child, {pipe[0]: number for number, pipe in pipes.items()}, archive))
