"""A request as the command of kubectl that does the same. Pure.

Values of Secrets and of environment variables never stand in it, nor long texts of ConfigMaps.
"""

from __future__ import annotations

import json
import shlex
from typing import Any

from k8stui.cluster.request import Request
from k8stui.cluster.resources import LAST_APPLIED, SECRETS, JsonObject, Resource
from k8stui.cluster.subject import Where

LONGEST = 16_384
"""Characters of a manifest that are shown."""

_LONG_TEXT = 200


def kubectl(request: Request, where: Where) -> str:
    """The command, with the cluster and namespace that are meant; a comment before it names the connector."""
    by = f"# By the service connector {where.connector}.\n" if where.connector else ""
    return by + _command(request, ["kubectl", *_cluster(where)])


def _cluster(where: Where) -> list[str]:
    """Options for the cluster; without any, a line that is pasted would act on the current context."""
    return where.options or [f"--server={where.server}"]


def _command(request: Request, start: list[str]) -> str:
    what, body = request.what, request.body
    if what.resource is None:
        return _line(*start, "get", "--raw", request.path)
    start += ["-n", what.namespace] if what.namespace else []
    match request.method, what.subresource:
        case _, "exec":
            return _line(*start, *_exec(request))
        case _, "portforward":
            return _line(*start, "port-forward", f"pod/{what.name}", f":{request.query['ports']}")
        case "POST", "":
            return _with_body([*start, "create"], body, what.resource)
        case "POST", _:
            return _with_body([*start, "create", "--raw", request.path], body, what.resource)
        case "PUT", _:
            return _with_body([*start, "replace"], body, what.resource)
        case "PATCH", subresource:
            text, hidden = _shown(body or {}, what.resource)
            more = [f"--subresource={subresource}"] if subresource else []
            return hidden + _line(*start, "patch", _kind(what.resource), what.name, *more, "--type=merge", "-p", text)
    return _line(*start, "delete", _kind(what.resource), *_deleted(request))


def _exec(request: Request) -> list[str]:
    query = request.query
    flags = "".join(letter for letter, key in (("i", "stdin"), ("t", "tty")) if query.get(key) == "true")
    container = query.get("container")
    return [
        "exec", *([f"-{flags}"] if flags else []), request.what.name,
        *(["-c", str(container)] if container else []), "--", *map(str, query["command"]),
    ]  # fmt: skip


def _deleted(request: Request) -> list[str]:
    body, query = request.body or {}, request.query
    words = [request.what.name] if request.what.name else []
    words += ["-l", str(query["labelSelector"])] if query.get("labelSelector") else []
    words += [f"--field-selector={query['fieldSelector']}"] if query.get("fieldSelector") else []
    grace, cascade = body.get("gracePeriodSeconds"), str(body.get("propagationPolicy") or "Background")
    words += [] if grace is None else ["--grace-period=0", "--force"] if grace == 0 else [f"--grace-period={grace}"]
    words += [] if cascade == "Background" else [f"--cascade={cascade.lower()}"]
    return [*words, "--wait=false"]


def _with_body(words: list[str], body: JsonObject | None, resource: Resource) -> str:
    text, hidden = _shown(body or {}, resource)
    if len(text) > LONGEST:
        return f"# The manifest is left out: it has {len(text):,} characters.\n{_line(*words, '-f', 'FILE')}"
    return f"{hidden}{_line(*words, '-f', '-')} <<'EOF'\n{text}\nEOF"


def _shown(body: JsonObject, resource: Resource) -> tuple[str, str]:
    """The body as JSON, and a comment where something in it is hidden."""
    shown = masked(body, secret=resource == SECRETS)
    text = json.dumps(shown, ensure_ascii=True)
    comment = "# Values are left out, so this line alone does not do the same: secrets, environment, long texts.\n"
    return text, "" if shown == body else comment


def masked(body: Any, *, secret: bool = False) -> Any:
    """A manifest without the values that nobody should read on a screen.

    Args:
        body: The manifest, or a part of it.
        secret: Whether it is a Secret's.
    """
    if isinstance(body, list):
        return [masked(one) for one in body]
    if not isinstance(body, dict):
        return body
    found: JsonObject = {}
    for key, value in body.items():
        if key == "annotations" and isinstance(value, dict):
            found[key] = {name: text for name, text in value.items() if name != LAST_APPLIED}
        elif key in ("data", "stringData", "binaryData") and isinstance(value, dict):
            found[key] = {name: _hidden(text, 0 if secret else _LONG_TEXT) for name, text in value.items()}
        elif key == "env" and isinstance(value, list):
            found[key] = [
                {**one, "value": _hidden(one["value"], 0)} if isinstance(one, dict) and "value" in one else one
                for one in value
            ]
        else:
            found[key] = masked(value)
    return found


def _hidden(value: object, longest: int) -> object:
    return f"<{len(value)} characters>" if isinstance(value, str) and len(value) > longest else value


def _kind(resource: Resource) -> str:
    return f"{resource.plural}.{resource.group}" if resource.group else resource.plural


def _line(*words: str) -> str:
    return shlex.join(words)
