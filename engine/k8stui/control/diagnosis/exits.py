"""How a container ended: exit codes, signals and exceptions in words.

128 + N means that signal N ended it (Kubernetes docs, "Determine the Reason for Pod Failure"; signal(7)); 126 and 127
are the shell's words for what it could not start; 128 with `StartError` is the container runtime's.
"""

from __future__ import annotations

import re

from k8stui.control.diagnosis.around import Around, Json, container_of, limit_of, log_of, one_line, setting
from k8stui.control.diagnosis.finding import Cause, Level
from k8stui.incluster.wire.report import Report

_SIGNALS = {
    129: ("SIGHUP", "its terminal went away"),
    130: ("SIGINT", "it was interrupted"),
    131: ("SIGQUIT", "it was told to quit"),
    132: ("SIGILL", "its program has an instruction that the node's CPU does not know"),
    134: ("SIGABRT", "its program aborted itself, as native code does on a failed check"),
    135: ("SIGBUS", "its program lost memory it had mapped; often /dev/shm is too small"),
    136: ("SIGFPE", "its program divided by zero in native code"),
    139: ("SIGSEGV", "its program, or a native library of it, crashed"),
    141: ("SIGPIPE", "whoever read its output went away"),
    143: ("SIGTERM", "it was asked to end and did"),
}
_START = re.compile(r'exec: "(?P<command>[^"]+)": (?P<why>[^:]+)')
_LIVENESS = re.compile(r"(Liveness|Startup) probe failed")


def ended(
    pod: Json,
    container: str,
    *,
    code: int | None,
    reason: str,
    message: str,
    report: Report | None,
    around: Around,
) -> Cause:
    """The cause of a container's bad end.

    Args:
        pod: Its pod, or a stand-in with metadata alone where it is gone.
        container: Its name.
        code: Its exit code, as far as known.
        reason: Kubernetes' word: `OOMKilled`.
        message: What the container, or the runtime, left behind.
        report: What a step's runner said.
        around: With the pod's events.
    """
    if report is not None and report.error:
        return raised(pod, report.error.get("type", ""), report.sentence())
    cause = _killed(pod, container, code, reason, message, around) or _not_started(code, reason, message)
    if cause is None:
        last = (message.strip().splitlines() or [""])[-1].strip()
        code_words = f"exit code {code}" if code is not None else "it failed"
        told = f": {last}" if last else ""
        cause = Cause(Level.FAILED, f"{code_words}{told}", _see_log(pod, container))
    status = ", ".join(filter(None, (f"exit code {code}" if code is not None else "", reason, one_line(message))))
    return cause.resting_on(f"container {container}: {status}" if status else "")


def raised(pod: Json, kind: str, sentence: str) -> Cause:
    """The cause of a step that ended with an exception.

    Args:
        pod: Its pod, or a stand-in with metadata alone.
        kind: The exception's type.
        sentence: Type, message and place: `ValueError: no rows (train.py:12)`.
    """
    if kind == "StepError":  # k8stui's own: its message tells what to do
        return Cause(Level.FAILED, sentence.removeprefix("StepError: "))
    advice = f"Its log has the whole traceback: {log_of(pod)}"
    if kind in ("ModuleNotFoundError", "ImportError"):
        advice = f"Set image= to an image that has the module. {advice}"
    elif kind == "MemoryError":
        advice = "Give it more memory in pod_settings.resources, or let it hold less at a time."
    return Cause(Level.FAILED, sentence, advice)


def _see_log(pod: Json, container: str) -> str:
    command = log_of(pod, container)
    return f"Its log may tell: {command}" if command else "Its log may tell."


def _killed(pod: Json, container: str, code: int | None, reason: str, message: str, around: Around) -> Cause | None:
    limit = limit_of(container_of(pod, container), "memory")
    memory = setting(pod, "resources", "resources.limits.memory")
    if reason == "OOMKilled" or "OOMKilled" in message:
        over = f"more memory than its limit of {limit}" if limit else "more memory than it may have"
        more = f"Raise its memory in {memory}, or let it hold less at a time."
        return Cause(Level.FAILED, f"its container used {over} and was killed (OOMKilled, exit code {code})", more)
    if reason == "DeadlineExceeded":
        seconds = (pod.get("spec") or {}).get("activeDeadlineSeconds")
        after = f" of {seconds} s" if seconds else ""
        return Cause(Level.FAILED, f"it took longer than its deadline{after} and was killed", "Give it more time.")
    probe = around.last("Unhealthy")
    if code in (137, 143) and probe and _LIVENESS.search(probe.message):
        return Cause(
            Level.FAILED,
            f"it was killed because its health check failed: {one_line(probe.message)}",
            "Give the probe more time, or see in the log why it hangs.",
            (around.tell(probe),),
        )
    if code == 137:
        if limit:
            return Cause(
                Level.FAILED,
                f"it was killed (exit code 137, SIGKILL), most likely for want of memory: its limit is {limit}",
                f"Raise its memory in {memory}, or let it hold less at a time.",
            )
        return Cause(
            Level.FAILED,
            "it was killed (exit code 137, SIGKILL): by the node for want of memory, or after it had ignored a SIGTERM",
            f"See the node's events (kubectl get events) and set a memory request in {memory}.",
        )
    if code in _SIGNALS:
        signal, words = _SIGNALS[code]
        return Cause(Level.FAILED, f"{words} (exit code {code}, {signal})", _see_log(pod, container))
    return None


def _not_started(code: int | None, reason: str, message: str) -> Cause | None:
    found = _START.search(message)
    if found or reason in ("StartError", "ContainerCannotRun"):
        command, why = (found["command"], found["why"].strip()) if found else ("", "")
        if "exec format error" in message:
            return Cause(
                Level.FAILED,
                f"its image is built for another CPU architecture than the node's ({command or 'exec format error'})",
                "Build the image for the nodes' architecture, or select other nodes.",
            )
        if "not found" in why or "no such file" in why:
            return Cause(
                Level.FAILED,
                f"command {command} is not in its image",
                "Correct the command, or use an image that has it.",
            )
        if "permission denied" in why:
            return Cause(
                Level.FAILED,
                f"command {command} may not be executed: permission denied",
                "Make the file executable in the image (chmod +x), or call it by its interpreter.",
            )
        return Cause(Level.FAILED, f"its container could not be started: {one_line(message) or reason}")
    if code == 127:
        return Cause(
            Level.FAILED,
            "a command it calls is not in its image (exit code 127)",
            "The last lines of its log name the command; use an image that has it.",
        )
    if code == 126:
        return Cause(
            Level.FAILED,
            "a command it calls may not be executed (exit code 126)",
            "Make the file executable in the image (chmod +x), or call it by its interpreter.",
        )
    return None
