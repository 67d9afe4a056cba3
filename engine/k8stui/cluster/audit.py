"""Who changed what, when, from where, and what became of it: lines of JSON in a file, or for syslog.

Written at the one place that all changes pass: a line before a request leaves (`asked`) and one when its answer came
(`ended`); of a command or port in a container, one when it is open (`opened`) and one when it is closed. Contents of
objects, values and arguments of commands never stand in it. `docs/security.md` has the format.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import socket
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from k8stui.cluster.request import Request
from k8stui.cluster.subject import Where
from k8stui.model.errors import K8stuiError
from k8stui.model.guards import Audit

SYSLOG = "/dev/log"
"""The socket of syslog; journald listens there too."""

_PRIORITY = 10 * 8 + 6
"""Facility authpriv, severity informational (RFC 5424, section 6.2.1)."""

Sink: TypeAlias = Callable[[bytes], None]
"""Takes a line, without its end; raises OSError."""


@dataclass(frozen=True)
class Deed:
    """A change of what is no object of a cluster but belongs to its runs: what is in an artifact store.

    Attributes:
        verb: `create` or `delete`.
        resource: `artifacts`, `logs` or `code`.
        store: The store's path.
        objects: How many.
        namespace: Of the run; empty where it is of none.
        name: Of the run, or what tells the code; empty for several.
    """

    verb: str
    resource: str
    store: str
    objects: int = 1
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.resource} in {self.store}" if self.verb == "delete" else f"send code to {self.store}"


class UnwrittenError(K8stuiError):
    """Nothing was done, because it could not be written down."""


class Trail:
    """All places to which changes are written down.

    Attributes:
        problem: Why the newest line could not be written; empty when it could.
    """

    def __init__(self, sinks: Mapping[str, Sink], required: Sequence[str] = ()) -> None:
        """Make one.

        Args:
            sinks: By their names.
            required: Those without which nothing may be done.
        """
        self._sinks, self._required = sinks, required
        self.problem = ""

    def __bool__(self) -> bool:
        """Whether anything is written anywhere."""
        return bool(self._sinks)

    def asked(self, request: Request | Deed, where: Where, user: str) -> dict[str, Any]:
        """A request is about to leave.

        Args:
            request: The request, or what is done elsewhere.
            where: The cluster.
            user: Who asks, as the cluster knows them.

        Returns:
            What to give to `ended`.

        Raises:
            UnwrittenError: It could not be written, and has to be.
        """
        entry = {"id": uuid.uuid4().hex[:16], **_who(user), **_what(request, where)}
        self._write({"stage": "asked", **entry})
        return entry

    def opened(self, entry: Mapping[str, Any]) -> None:
        """What it asked for is open from now on; `ended` follows when it is closed.

        Args:
            entry: What `asked` gave.
        """
        self._write({"stage": "opened", **entry}, after=True)

    def ended(self, entry: Mapping[str, Any], outcome: str, cause: str = "") -> None:
        """Its answer came, or what it opened is closed.

        Args:
            entry: What `asked` gave.
            outcome: `done`, `failed`, or `unknown`.
            cause: Why it was not done.
        """
        more = {"cause": cause} if cause else {}
        self._write({"stage": "ended", **entry, "outcome": outcome, **more}, after=True)

    def refused(self, request: Request | Deed, where: Where, cause: str) -> None:
        """It was not even asked for, because limits do not let it."""
        entry = {"id": uuid.uuid4().hex[:16], **_who(""), **_what(request, where)}
        self._write({"stage": "ended", **entry, "outcome": "refused", "cause": cause}, after=True)

    def _write(self, entry: Mapping[str, Any], *, after: bool = False) -> None:
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="microseconds"), **entry}).encode()
        self.problem = ""
        for name, sink in self._sinks.items():
            try:
                sink(line)
            except OSError as error:
                self.problem = f"The audit log {name} cannot be written: {error.strerror or error}."
                if name in self._required and not after:
                    raise UnwrittenError(
                        f"{self.problem} Nothing was done.",
                        hint="What is changed here has to be written down first (audit.required).",
                    ) from error


NO_TRAIL = Trail({})


def trail_of(audits: Sequence[Audit]) -> Trail:
    """The places that some settings name; nothing is opened yet."""
    sinks: dict[str, Sink] = {}
    required = []
    for audit in audits:
        named: dict[str, Sink] = {audit.file: file_sink(audit.file)} if audit.file else {}
        named |= {SYSLOG: syslog_sink} if audit.syslog else {}
        sinks |= named
        required += list(named) if audit.required else []
        if audit.required and not named:
            sinks["(none is set)"] = _nowhere
            required.append("(none is set)")
    return Trail(sinks, required)


def file_sink(path: str) -> Sink:
    """Appends to a file, which is opened for each line, so that it may be rotated."""

    def append(line: bytes) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(path, flags, 0o600)
        try:
            # One call, so that lines of several processes do not mix.
            if os.write(file, line + b"\n") <= len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(file)

    return append


def syslog_sink(line: bytes) -> None:
    """Sends to syslog, which is never waited for."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
        syslog.setblocking(False)
        syslog.connect(SYSLOG)
        syslog.send(f"<{_PRIORITY}>k8stui[{os.getpid()}]: ".encode() + line)


def _nowhere(_: bytes) -> None:
    raise OSError(errno.ENOENT, "audit.required is set, but neither audit.file nor audit.syslog")


def _who(user: str) -> dict[str, Any]:
    """The person, on this host and in the cluster."""
    found = {"os_user": _os_user(), "kubernetes_user": user}
    ssh = os.environ.get("SSH_CONNECTION", "").split()
    sudo = os.environ.get("SUDO_USER", "")
    return {**found, **({"sudo_user": sudo} if sudo else {}), **({"ssh_from": ssh[0]} if ssh else {})}


def _os_user() -> str:
    try:
        import pwd  # noqa: PLC0415 - there is none on Windows

        return pwd.getpwuid(os.getuid()).pw_name  # USER and LOGNAME are whatever the user wants.
    except (ImportError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()


def _what(request: Request | Deed, where: Where) -> dict[str, Any]:
    found = _deed(request) if isinstance(request, Deed) else _request(request)
    found |= {"context": where.context, "connector": where.connector}
    return {**{key: value for key, value in found.items() if value}, "server": where.server}


def _deed(deed: Deed) -> dict[str, Any]:
    found = {"verb": deed.verb, "resource": deed.resource, "namespace": deed.namespace, "name": deed.name}
    return {**found, "store": deed.store, "objects": deed.objects}


def _request(request: Request) -> dict[str, Any]:
    what, resource = request.what, request.what.resource
    command = request.query.get("command")
    return {
        "verb": "create" if what.verb == "get" else what.verb,  # As RBAC calls what opens a websocket.
        "resource": f"{resource.plural}.{resource.group}".rstrip(".") if resource else request.path,
        "subresource": what.subresource,
        "namespace": what.namespace or "",
        "name": what.name,
        "selector": str(request.query.get("labelSelector") or ""),
        "program": command[0] if isinstance(command, list) and command else "",
    }
