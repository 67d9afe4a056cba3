"""The runner: the program of a Python step's pod.

It unpacks the author's code, calls the function with its inputs, commits what it returned (termination message) and
hands over to the master. Its own imports are few and late, because every step pays for them.
"""

from __future__ import annotations

import os
import sys
from binascii import a2b_base64

from ..wire.report import FAILED, SUCCEEDED, Report
from ..wire.slimjson import dumps, loads
from ..wire.variables import (
    ENV_ARCHIVE,
    ENV_CODE,
    ENV_CODE_DIGEST,
    ENV_DEBUG,
    ENV_IN_STEP,
    ENV_KEY,
    ENV_MASTER,
    ENV_REQUIREMENTS,
    ENV_STORE,
    ENV_TASK,
    ENV_TASK_PART,
    ENV_TERMINATION_LOG,
)

try:
    from _signal import SIGTERM, signal  # type: ignore[import-not-found]  # `signal` costs every step 3 ms for enums
except ImportError:
    from signal import SIGTERM, signal  # the same in more words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .keeping import Store

MAX_RESULT_BYTES = 3 * 1024
MAX_MESSAGE_BYTES = 4096  # of a termination message, as Kubernetes keeps it
MARK = "k8stui.artifact"  # in the inputs, there may be references among them (`references`)
TERMINATED = 143  # 128 + SIGTERM, as the shell and Kubernetes count

attempt: dict[str, str] = {}
"""The attempt that this process runs: `pod`, and `master` and `key` where it may hand over; empty elsewhere."""

said: dict[str, Any] = {}
"""What the step last said by `k8stui.report` (`telling`)."""


class StepError(Exception):
    """The step cannot run or cannot keep what it made, for a reason that the author can mend."""


def say(text: str) -> None:
    """Write a line of our own into the step's log."""
    sys.stderr.write("k8stui: %s\n" % text)


def main(home: str) -> int:
    """Run one attempt of one step.

    Args:
        home: A folder of our own that holds this package.

    Returns:
        The exit code: 0 when the function returned and its results are committed, 1 otherwise.
    """
    import faulthandler
    import time

    began = time.monotonic()
    signal(SIGTERM, _terminated)
    faulthandler.enable()  # where native code crashes there is no exception to tell the line
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # text streams in a fresh interpreter
    text = os.environ.pop(ENV_TASK, "") or _joined(ENV_TASK_PART)
    task = loads(text)
    key, master = os.environ.pop(ENV_KEY, ""), os.environ.pop(ENV_MASTER, "")
    if ENV_ARCHIVE in os.environ:
        from .storing.forking import supervised

        supervised(task, home)
    attempt.update(pod=task["pod"], master=master, key=key)
    store = None
    if ENV_STORE in os.environ:
        from .keeping import store_of

        store = store_of(task, home)
    if master and key:
        from ..wire import handover  # noqa: F401  (now: the author's code may empty the folder for temporary files)
    os.environ[ENV_IN_STEP] = task["step"]
    before = None
    try:
        _unpack(_joined(ENV_CODE), os.environ.pop(ENV_CODE_DIGEST, ""), home, store)
        before = _written()
        if ENV_REQUIREMENTS in os.environ:
            _install(task, home)
        function = _load(task, home)
        inputs = task["inputs"]
        if MARK in text:
            from .keeping import opened

            inputs = {name: opened(value, store, task) for name, value in inputs.items()}
        report = Report(SUCCEEDED, results=_results(function(**inputs), task, store))
        inputs.clear()
    except Exception as error:
        report = _failed(error, task, home)
        if _stopped:
            return TERMINATED  # what a clean-up raises after SIGTERM is no failure of the step's own
    except SystemExit as error:
        if error.code == TERMINATED:
            raise
        done = error.code in (None, 0) and not task["outputs"]
        report = Report(SUCCEEDED) if done else _failed(error, task, home)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    report.silent = before is not None and before == _written()
    report.seconds = time.monotonic() - began
    report.said = dict(said)
    return _commit(report, task["pod"], key, master)


def _failed(error: Exception | SystemExit, task: dict[str, Any], home: str) -> Report:
    try:
        from .failing import told
    except ImportError:  # the author's code has emptied the folder for temporary files, and ours with it
        sys.excepthook(type(error), error, error.__traceback__)
        return Report(FAILED, error={"type": type(error).__name__, "message": str(error)[:200]})
    return told(error, task, home)


def _joined(prefix: str) -> str:
    chunks: list[str] = []
    while prefix + str(len(chunks)) in os.environ:
        chunks.append(os.environ.pop(prefix + str(len(chunks))))
    return "".join(chunks)


_stopped: list[bool] = []


def _terminated(*_: object) -> None:
    _stopped.append(True)
    sys.exit(TERMINATED)


def _written() -> int | None:
    """Bytes that this process and the children it waited for have written, to whatever file; None if nobody counts.

    Equal before and after a step, it means an empty log (proc(5): `wchar`). gVisor and the like do not have it.
    """
    try:
        with open("/proc/self/io", "rb") as file:
            return next((int(line[6:]) for line in file if line.startswith(b"wchar:")), None)
    except (OSError, ValueError):
        return None


def _unpack(code: str, digest: str, home: str, store: Store | None) -> None:
    """The author's code, from an object that others use, too: nothing but what the plan means is unpacked."""
    if not digest:
        return
    from ..wire.signing import sha256
    from .unzip import unzip

    data = a2b_base64(code)
    if store and not code:  # too large to travel
        from .keeping import of_store

        data = of_store(store, lambda artifacts: artifacts.code(digest))
    found = sha256(data).hexdigest()
    if found != digest:
        raise StepError(
            "the code package is not the one of this run (SHA-256 %s, not %s): somebody replaced it. Delete %s "
            "and submit the run again"
            % (
                found[:12],
                digest[:12],
                "code/%s.zip" % digest if not code else "the ConfigMaps code-%s-*" % digest[:40],
            )
        )
    unzip(data, home + "/code")


def _install(task: dict[str, Any], home: str) -> None:
    from .requiring import RequirementsError, install

    try:
        install(home, task["image"], say)
    except RequirementsError as error:
        raise StepError(str(error)) from error


def _load(task: dict[str, Any], home: str) -> Callable[..., Any]:
    sys.path.insert(0, home + "/code")
    sys.path.append(home + "/standins")
    try:
        __import__(task["module"])
        found: Any = sys.modules[task["module"]]
    except ModuleNotFoundError as error:
        from .failing import lacking

        raise StepError(lacking(error, task["image"])) from error
    for name in task["function"].split("."):
        found = getattr(found, name)
    function: Callable[..., Any] = found
    return function


def _results(value: Any, task: dict[str, Any], store: Store | None = None) -> dict[str, Any]:
    """The outputs by name, as JSON that is small enough to travel: values, or references to what the store keeps."""
    names = task["outputs"]
    if not names:
        return {}
    values: tuple[Any, ...]
    if len(names) == 1:
        values = (value,)
    else:
        values = tuple(value) if isinstance(value, (tuple, list)) else ()
        if len(values) != len(names):
            raise StepError("step %s must return %d values (%s)" % (task["step"], len(names), ", ".join(names)))
    results = dict(zip(names, values))
    sizes = {}
    for name, one in results.items():
        try:
            sizes[name] = len(dumps(one))
        except (TypeError, ValueError, RecursionError) as error:
            if store is None:
                from .failing import kind

                raise StepError(
                    "output %r of step %s is %s, which is not JSON (%s): register an artifact store, or return plain "
                    "values" % (name, task["step"], kind(one), error)
                ) from error
            sizes[name] = sys.maxsize
    size = 1 + sum(len(dumps(name)) + 2 + sizes[name] for name in sizes)  # {"name":value,...}
    if size <= MAX_RESULT_BYTES:
        return results
    if store is None:
        raise StepError(
            "the outputs of step %s are %d bytes, more than the %d that travel between pods without an artifact "
            "store: register one (artifact_store), or return where the data is kept"
            % (task["step"], size, MAX_RESULT_BYTES)
        )
    from .keeping import of_store

    kept: dict[str, Any] = of_store(store, lambda artifacts: artifacts.keep(results, sizes, MAX_RESULT_BYTES))
    return kept


def _commit(report: Report, pod: str, key: str, master: str) -> int:
    text = dumps(report.to_json())
    if len(text) > MAX_MESSAGE_BYTES and report.said:
        report.said = {}  # the outcome goes first; the master has heard most of it before
        text = dumps(report.to_json())
    try:
        with open(os.environ.get(ENV_TERMINATION_LOG, "/dev/termination-log"), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        say("could not write the termination message: %s" % error)
        if report.results and not master:
            return 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if master and key:
        from ..wire.handover import HandoverError, hand_over

        try:
            hand_over(master, key, pod, text)
        except HandoverError as error:
            if os.environ.get(ENV_DEBUG):
                say("handover did not work, the pod's status tells: %s" % error)
    return 0 if report.outcome == SUCCEEDED else 1
