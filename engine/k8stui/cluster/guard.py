"""What may leave for the cluster at all: read-only mode and pinned namespaces. Pure.

Judged is the request as it goes out, its method and its path, so that nothing depends on who sends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import unquote

from k8stui.cluster.request import Request
from k8stui.cluster.subject import Where
from k8stui.model.errors import ForbiddenError
from k8stui.model.guards import Audit, Limits, Protected

_READING = frozenset({"GET", "HEAD"})

_REACHING = frozenset({"exec", "attach", "portforward", "proxy"})
"""Subresources that are opened by a GET, and let whoever opened them change something."""

_PATTERN = frozenset("*?[")

_REVIEWS = frozenset(
    {
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    }
)
"""POSTs that ask about oneself and store nothing."""


@dataclass(frozen=True)
class Source:
    """Limits, and who set them.

    Attributes:
        limits: What is limited.
        name: An option and its variable, or a file.
        lifted: What lifts it, in a sentence.
        audit: What is to be written down.
        protected: Where names are to be typed.
    """

    limits: Limits
    name: str
    lifted: str
    audit: Audit = field(default_factory=Audit)
    protected: Protected = field(default_factory=Protected)


class LimitedError(ForbiddenError):
    """It was not even asked for: the limits do not let it."""


class Guard:
    """All limits that hold; the strictest wins.

    Attributes:
        audits: What is to be written down of what is done.
    """

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self._read_only = next((one for one in sources if one.limits.read_only), None)
        self.audits = tuple(one.audit for one in sources)
        self._protected = [one.protected for one in sources]
        self._pins = [one for one in sources if one.limits.namespaces]

    @property
    def read_only(self) -> str:
        """What says that nothing may be changed; empty when something may."""
        return self._read_only.name if self._read_only else ""

    @property
    def pinned(self) -> str:
        """The namespaces to keep to, in words; empty for all."""
        return " and ".join(", ".join(one.limits.namespaces) for one in self._pins)

    @property
    def only_namespace(self) -> str:
        """The one namespace to keep to; empty where there is not exactly one."""
        closed = (one.limits.namespaces for one in self._pins if not any(map(_is_pattern, one.limits.namespaces)))
        allowed = {name for name in next(closed, ()) if self.allows(name)}
        return allowed.pop() if len(allowed) == 1 else ""

    def allows(self, namespace: str) -> bool:
        """Whether a namespace may be looked at."""
        return all(_matches(namespace, one) for one in self._pins)

    def protected(self, where: Where, namespaces: Iterable[str]) -> str:
        """The name of a place that is protected: the cluster, or those of these namespaces; empty where none is.

        The cluster goes first, so that whoever names a namespace does not mean that of another, protected cluster;
        several namespaces are all named, with commas.

        Args:
            where: The cluster.
            namespaces: Those in which something is to be done.
        """
        names = filter(None, (where.context, where.connector, where.server))
        if any(_is_like(name, one.contexts) for name in names for one in self._protected):
            return where.context or where.connector or where.server
        inside = (name for name in sorted(namespaces) if any(_is_like(name, one.namespaces) for one in self._protected))
        return ",".join(inside)

    def admit(self, request: Request) -> None:
        """Let a request leave.

        Raises:
            LimitedError: It would change something in read-only mode, or is about something else than the
                namespaces to keep to.
        """
        if self._read_only and changes(request):
            self.admit_elsewhere(str(request.what))
        if self._pins and not _is_about_oneself(request):
            self._keep_to_namespaces(request)

    def admit_elsewhere(self, deed: str) -> None:
        """Let something be changed that is no object of a cluster but belongs to its runs: artifacts, code.

        Args:
            deed: What is done, as `delete artifacts in s3://bucket`.

        Raises:
            LimitedError: In read-only mode.
        """
        if self._read_only:
            raise LimitedError(
                f"Read-only mode ({self._read_only.name}): will not {deed}.", hint=self._read_only.lifted
            )

    def _keep_to_namespaces(self, request: Request) -> None:
        namespace, resource = namespace_of(request.path), request.what.resource
        if namespace:
            left_by = next((one for one in self._pins if not _matches(namespace, one)), None)
        elif resource and not resource.namespaced and not changes(request):
            left_by = None  # Nodes and the like: RBAC says who may read what is the whole cluster's.
        else:
            left_by = self._pins[0]
        if left_by is None:
            return
        everywhere = "" if namespace or not resource else " of the whole cluster"
        raise LimitedError(
            f"Only namespace{'s' if len(left_by.limits.namespaces) > 1 else ''} "
            f"{', '.join(left_by.limits.namespaces)} ({left_by.name}): will not {request.what}{everywhere}.",
            hint=left_by.lifted,
        )


UNLIMITED = Guard()


def changes(request: Request) -> bool:
    """Whether a request changes something, or opens a way to.

    One that the server only checks (`dryRun=All`) and one that asks about oneself do not.
    """
    if _subresource(request.path) in _REACHING:
        return True  # Whatever else it says: dry runs are not known there.
    if request.method in _READING:
        return False
    return request.query.get("dryRun") != "All" and request.path not in _REVIEWS


def namespace_of(path: str) -> str:
    """The namespace that a path leads into, or is that of; empty for one of the whole cluster."""
    parts = _inside(path)
    return unquote(parts[1]) if len(parts) > 1 and parts[0] == "namespaces" else ""


def _subresource(path: str) -> str:
    """What of an object a path leads to, as `exec`; empty for the object itself, whatever that is called."""
    parts = _inside(path)
    if len(parts) > 3 and parts[0] == "namespaces":
        parts = parts[2:]
    return parts[2] if len(parts) > 2 else ""


def _inside(path: str) -> list[str]:
    """The parts of a path behind group and version."""
    return path.split("/")[3 if path.startswith("/api/") else 4 :]


def _is_about_oneself(request: Request) -> bool:
    return request.path in _REVIEWS or not request.path.startswith(("/api/", "/apis/"))


def _is_pattern(name: str) -> bool:
    return not _PATTERN.isdisjoint(name)


def _matches(namespace: str, source: Source) -> bool:
    return _is_like(namespace, source.limits.namespaces)


def _is_like(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
