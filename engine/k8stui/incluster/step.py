"""The runner: the program of a Python step's pod.

It unpacks the author's code, calls the function with its inputs, commits what it returned (termination message) and
hands over to the master. Its own imports are few and late, because every step pays for them.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from binascii import a2b_base64

from .report import FAILED, SUCCEEDED, Report
from .variables import (
    ENV_ARCHIVE,
    ENV_CODE,
    ENV_CODE_DIGEST,
    ENV_DEBUG,
    ENV_IN_STEP,
    ENV_KEY,
    ENV_MASTER,
    ENV_REQUIREMENTS,
    ENV_STORE,
    ENV_STORE_SECRETS,
    ENV_TASK,
    ENV_TASK_PART,
    ENV_TERMINATION_LOG,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .artifacts import Artifacts

MAX_RESULT_BYTES = 3 * 1024
MAX_ERROR_BYTES = 1500  # as JSON text, of the message and of the rest: both fit in a termination message
MAX_MESSAGE_BYTES = 4096  # of a termination message, as Kubernetes keeps it
MARK = "k8stui.artifact"  # in the inputs, there may be references among them (`references`)
TERMINATED = 143  # 128 + SIGTERM, as the shell and Kubernetes count

attempt: dict[str, str] = {}
"""The attempt that this process runs: `pod`, and `master` and `key` where it may hand over; empty elsewhere."""

said: dict[str, Any] = {}
"""What the step last said by `k8stui.report` (`telling`)."""


class StepError(Exception):
    """The step cannot run or cannot keep what it made, for a reason that the author can mend."""


def main(home: str) -> int:
    """Run one attempt of one step.

    Args:
        home: A folder of our own that holds `k8stui.zip`.

    Returns:
        The exit code: 0 when the function returned and its results are committed, 1 otherwise.
    """
    import faulthandler
    import signal
    import time

    began = time.monotonic()
    signal.signal(signal.SIGTERM, _terminated)
    faulthandler.enable()  # where native code crashes there is no exception to tell the line
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # text streams in a fresh interpreter
    text = os.environ.pop(ENV_TASK, "") or _joined(ENV_TASK_PART)
    task = json.loads(text)
    key, master = os.environ.pop(ENV_KEY, ""), os.environ.pop(ENV_MASTER, "")
    if ENV_ARCHIVE in os.environ:
        from .forking import supervised

        supervised(task, home)
    attempt.update(pod=task["pod"], master=master, key=key)
    kept = _store(task, home)
    os.environ[ENV_IN_STEP] = task["step"]
    sys.dont_write_bytecode = True  # Of no use in a pod, and `_written` would count it.
    before = None
    try:
        _unpack(_joined(ENV_CODE), os.environ.pop(ENV_CODE_DIGEST, ""), home, kept)
        before = _written()
        if ENV_REQUIREMENTS in os.environ:
            _install(task, home)
        function = _load(task, home)
        inputs = task["inputs"]
        if MARK in text:
            inputs = {name: _opened(value, kept, task) for name, value in inputs.items()}
        report = Report(SUCCEEDED, results=_results(function(**inputs), task, kept))
        inputs.clear()
    except StepError as error:
        _say(str(error))
        report = Report(FAILED, error={"type": "StepError", "message": _short(str(error))})
    except Exception as error:
        report = Report(FAILED, error=_told(error, home, task["image"]))
        if _stopped:
            return TERMINATED  # what a clean-up raises after SIGTERM is no failure of the step's own
    except SystemExit as error:
        if error.code == TERMINATED:
            raise
        report = _exited(error.code, task)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    report.silent = before is not None and before == _written()
    report.seconds = time.monotonic() - began
    report.said = dict(said)
    return _commit(report, task["pod"], key, master)


def _exited(code: object, task: dict[str, Any]) -> Report:
    """`sys.exit()` in a step: a success only where no outputs were promised."""
    if code in (None, 0) and not task["outputs"]:
        return Report(SUCCEEDED)
    told = "exited before it returned its outputs" if code in (None, 0) else str(code)
    return Report(FAILED, error={"type": "SystemExit", "message": _short(told)})


def _joined(prefix: str) -> str:
    chunks: list[str] = []
    while prefix + str(len(chunks)) in os.environ:
        chunks.append(os.environ.pop(prefix + str(len(chunks))))
    return "".join(chunks)


def _say(text: str) -> None:
    sys.stderr.write("k8stui: %s\n" % text)


_stopped: list[bool] = []


def _terminated(*_: object) -> None:
    _stopped.append(True)
    sys.exit(TERMINATED)


def _short(text: str) -> str:
    """The beginning of the text, such that its JSON is short enough: one character may take twelve bytes."""
    while len(json.dumps(text)) > MAX_ERROR_BYTES:
        text = text[: min(len(text) - 1, len(text) * MAX_ERROR_BYTES // len(json.dumps(text)))]
    return text


def _written() -> int | None:
    """Bytes that this process and the children it waited for have written, to whatever file; None if nobody counts.

    Equal before and after a step, it means an empty log (proc(5): `wchar`). gVisor and the like do not have it.
    """
    try:
        with open("/proc/self/io", "rb") as file:
            return next((int(line[6:]) for line in file if line.startswith(b"wchar:")), None)
    except (OSError, ValueError):
        return None


def _unpack(code: str, digest: str, home: str, store: Callable[[], Artifacts] | None) -> None:
    """The author's code, from an object that others use, too: nothing but what the plan means is unpacked."""
    if not digest:
        return
    from .signing import sha256
    from .unzip import unzip

    data = a2b_base64(code)
    if store and not code:  # too large to travel
        data = _of_store(store, lambda artifacts: artifacts.code(digest))
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
        install(home, task["image"], _say)
    except RequirementsError as error:
        raise StepError(str(error)) from error


def _load(task: dict[str, Any], home: str) -> Callable[..., Any]:
    sys.path.insert(0, home + "/code")
    sys.path.append(home + "/k8stui.zip/standins")
    try:
        __import__(task["module"])
        found: Any = sys.modules[task["module"]]
    except ModuleNotFoundError as error:
        raise StepError(_lacking(error, task["image"])) from error
    for name in task["function"].split("."):
        found = getattr(found, name)
    function: Callable[..., Any] = found
    return function


def _lacking(error: ModuleNotFoundError, image: str) -> str:
    return "module %s is not in image %s: set image= to one that has it, or requirements=" % (error.name, image)


def _store(task: dict[str, Any], home: str) -> Callable[[], Artifacts] | None:
    """What gives the artifact store, for which nothing is imported before it is used; None where there is none."""
    given, secrets = os.environ.pop(ENV_STORE, ""), os.environ.pop(ENV_STORE_SECRETS, "")
    if not given:
        return None

    @functools.cache
    def store() -> Artifacts:
        from .artifacts import Artifacts

        return Artifacts(json.loads(given), json.loads(secrets or "{}"), task, home)

    return store


def _opened(value: Any, store: Callable[[], Artifacts] | None, task: dict[str, Any]) -> Any:
    from .references import is_reference

    if isinstance(value, list):
        return [_opened(one, store, task) for one in value]
    if not is_reference(value):
        return value
    if store is None:
        raise StepError("an input of step %s is in an artifact store, and this run has none" % task["step"])
    return _of_store(store, lambda artifacts: artifacts.open(value))


def _of_store(store: Callable[[], Artifacts], use: Callable[[Artifacts], Any]) -> Any:
    from .stores import StoreError

    try:
        return use(store())
    except StoreError as error:
        raise StepError(str(error)) from error


def _results(value: Any, task: dict[str, Any], store: Callable[[], Artifacts] | None = None) -> dict[str, Any]:
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
            sizes[name] = len(_text(one))
        except (TypeError, ValueError, RecursionError) as error:
            if store is None:
                raise StepError(
                    "output %r of step %s is %s, which is not JSON (%s): register an artifact store, or return plain "
                    "values" % (name, task["step"], _kind(one), error)
                ) from error
            sizes[name] = sys.maxsize
    size = 1 + sum(len(_text(name)) + 2 + sizes[name] for name in sizes)  # {"name":value,...}
    if size <= MAX_RESULT_BYTES:
        return results
    if store is None:
        raise StepError(
            "the outputs of step %s are %d bytes, more than the %d that travel between pods without an artifact "
            "store: register one (artifact_store), or return where the data is kept"
            % (task["step"], size, MAX_RESULT_BYTES)
        )
    kept: dict[str, Any] = _of_store(store, lambda artifacts: artifacts.keep(results, sizes, MAX_RESULT_BYTES))
    return kept


def _text(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def _kind(value: object) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def _told(error: Exception, home: str, image: str) -> dict[str, str]:
    """Print the author's part of the traceback; return the failure in short."""
    import traceback

    found = traceback.TracebackException.from_exception(error)
    own = [frame for frame in found.stack if "k8stui.zip" not in frame.filename and "<frozen" not in frame.filename]
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
        sentence = _lacking(error, image)
        _say(sentence)
    return {"type": _kind(error)[:200], "message": _short(sentence), "where": where[-200:]}


def _commit(report: Report, pod: str, key: str, master: str) -> int:
    text = json.dumps(report.to_json(), separators=(",", ":"))
    if len(text) > MAX_MESSAGE_BYTES and report.said:
        report.said = {}  # the outcome goes first; the master has heard most of it before
        text = json.dumps(report.to_json(), separators=(",", ":"))
    try:
        with open(os.environ.get(ENV_TERMINATION_LOG, "/dev/termination-log"), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        _say("could not write the termination message: %s" % error)
        if report.results and not master:
            return 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if master and key:
        from .handover import HandoverError, hand_over

        try:
            hand_over(master, key, pod, text)
        except HandoverError as error:
            if os.environ.get(ENV_DEBUG):
                _say("handover did not work, the pod's status tells: %s" % error)
    return 0 if report.outcome == SUCCEEDED else 1
