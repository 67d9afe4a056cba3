"""The containers of a pod in words. Of environment variables only names and sources: values may be secrets."""

from __future__ import annotations

from typing import Any

from k8stui.control.diagnosis.around import one_line
from k8stui.control.words.layout import Block, moment
from k8stui.control.words.spans import epoch
from k8stui.incluster.contract.podfacts import read_report

Json = dict[str, Any]

_MOST_COMMAND = 200


def container_block(container: Json, status: Json, now: float) -> Block:
    """One container.

    Args:
        container: Of the pod's spec.
        status: Its status; empty before it has one.
        now: Seconds since the epoch.
    """
    ports = [f"{one.get('containerPort')}/{one.get('protocol') or 'TCP'}" for one in container.get("ports") or ()]
    resources = container.get("resources") or {}
    return [
        ("Image", str(container.get("image") or "")),
        ("Image ID", str(status.get("imageID") or "")),
        ("Command", _command(container.get("command"))),
        ("Args", _command(container.get("args"))),
        ("Ports", ", ".join(ports)),
        *state_block("State", status.get("state") or {}, now),
        *state_block("Last State", status.get("lastState") or {}, now),
        ("Ready", "" if "ready" not in status else ("yes" if status["ready"] else "no")),
        ("Restarts", str(status["restartCount"]) if "restartCount" in status else ""),
        ("Requests", _amounts(resources.get("requests"))),
        ("Limits", _amounts(resources.get("limits"))),
        ("Environment", [*map(_variable, container.get("env") or ()), *map(_all_of, container.get("envFrom") or ())]),
        ("Mounts", [_mount(one) for one in container.get("volumeMounts") or ()]),
    ]


def state_block(title: str, state: Json, now: float) -> Block:
    """The state of a container: waiting, running or terminated, with what belongs to it."""
    for kind in ("waiting", "running", "terminated"):
        found = state.get(kind)
        if found is not None:
            break
    else:
        return []
    message = str(found.get("message") or "")
    report = read_report(message)
    if report is not None:
        message = report.sentence() if report.error else f"it {report.outcome}, as its runner reports"
    code = found.get("exitCode")
    details: Block = [
        ("Reason", str(found.get("reason") or "")),
        ("Message", one_line(message)),
        ("Exit Code", "" if code is None else str(code)),
        ("Started", _moment(found.get("startedAt"), now)),
        ("Finished", _moment(found.get("finishedAt"), now)),
    ]
    return [(title, kind), *((f"  {key}", value) for key, value in details)]


def _moment(text: str | None, now: float) -> str:
    then = epoch(text)
    return moment(then, now) if then else ""  # a container that never started has the epoch as its start


def _command(words: list[str] | None) -> str:
    text = one_line(" ".join(map(str, words or ())))
    return text if len(text) <= _MOST_COMMAND else f"{text[:_MOST_COMMAND]}… ({len(text)} characters)"


def _amounts(amounts: dict[str, Any] | None) -> str:
    return ", ".join(f"{name} {amount}" for name, amount in (amounts or {}).items())


def _variable(variable: Json) -> str:
    name, source = variable.get("name") or "", variable.get("valueFrom") or {}
    for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        if field in source:
            reference = source[field]
            optional = ", optional" if reference.get("optional") else ""
            return f"{name} from {kind} {reference.get('name')}, key {reference.get('key')}{optional}"
    if "fieldRef" in source:
        return f"{name} from field {source['fieldRef'].get('fieldPath')}"
    if "resourceFieldRef" in source:
        return f"{name} from resource {source['resourceFieldRef'].get('resource')}"
    return f"{name} set in the manifest, {len(str(variable.get('value') or ''))} characters"


def _all_of(source: Json) -> str:
    prefix = f", each with the prefix {source['prefix']}" if source.get("prefix") else ""
    for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
        if field in source:
            return f"all keys of {kind} {source[field].get('name')}{prefix}"
    return "from a source that this k8stui does not know"


def _mount(mount: Json) -> str:
    read_only = " (read-only)" if mount.get("readOnly") else ""
    return f"{mount.get('mountPath')} from {mount.get('name')}{read_only}"
