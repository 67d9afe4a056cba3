"""Answers of the API server as errors for a person: what was refused, and what to do about it.

The text of the server is kept as it is (the screens' border makes it harmless); the hint is ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from k8stui.cluster import retry
from k8stui.cluster.resources import JsonObject
from k8stui.cluster.subject import What, Where
from k8stui.model.errors import (
    ConflictError,
    ForbiddenError,
    K8stuiError,
    NotFoundError,
    RejectedError,
    UnreachableError,
)
from k8stui.model.shapes import parsed


class AlreadyExistsError(ConflictError):
    """An object of that name exists already."""


class NamespaceMissingError(NotFoundError):
    """The namespace in which something was looked for, or was to be made, does not exist."""


class ExpiredError(ConflictError):
    """The resourceVersion or list position is too old for the server (HTTP 410): list anew."""


class DisruptionBudgetError(RejectedError):
    """A PodDisruptionBudget does not allow the eviction now."""


class QuotaUsedUpError(RejectedError):
    """A quota of the namespace has no room for it now; it may have when something else ends."""


class AccountMissingError(RejectedError):
    """The service account of a pod does not exist, or not yet."""


class InvalidObjectError(RejectedError):
    """The server takes an object for wrong, and may quote what is in it.

    Attributes:
        plain: The sentence without values, which may be secrets.
    """

    def __init__(self, message: str, *, plain: str) -> None:
        super().__init__(message)
        self.plain = plain


class NotStartedError(RejectedError):
    """The logs of a container were asked for that has not started yet."""


class BusyError(UnreachableError):
    """The server asked to come back later, or failed inside.

    Attributes:
        retry_after: Seconds the server asked to wait; 0 when it did not say.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after: float = 0) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Status:
    """A refusal: the HTTP status with the fields of Kubernetes' Status object, empty where it sent none."""

    code: int
    reason: str = ""
    message: str = ""
    details: JsonObject = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def retry_after(self) -> float:
        """Seconds the server asks to wait, by its `Retry-After` header or the Status; 0 when it does not say."""
        asked = self.details.get("retryAfterSeconds")
        return retry.retry_after(self.headers) or (
            float(asked) if isinstance(asked, int) and 0 <= asked < 1 << 31 else 0.0
        )

    @property
    def causes(self) -> list[JsonObject]:
        """The invalid fields of a 422, as `{field, message, reason}`."""
        causes = self.details.get("causes")
        return [cause for cause in causes if isinstance(cause, dict)] if isinstance(causes, list) else []


def read_status(code: int, body: bytes, headers: Mapping[str, str] | None = None) -> Status:
    """The Status in an answer's body; plain text of proxies and kubelets becomes the message."""
    try:
        found = parsed(body)
    except ValueError:
        return Status(code, message=body[:1000].decode("utf-8", "replace").strip(), headers=headers or {})
    return status_of(found, code=code, headers=headers)


def status_of(parsed: object, *, code: int = 0, headers: Mapping[str, str] | None = None) -> Status:
    """A Status from parsed JSON, as an answer's body or the object of an ERROR event of a watch."""
    fields = parsed if isinstance(parsed, dict) else {}
    own_code = fields.get("code")
    details = fields.get("details")
    return Status(
        code=code or (own_code if isinstance(own_code, int) else 0),
        reason=str(fields.get("reason") or ""),
        message=str(fields.get("message") or ""),
        details=details if isinstance(details, dict) else {},
        headers=headers or {},
    )


def error_of(status: Status, what: What, where: Where) -> K8stuiError:  # noqa: PLR0911 - one line per kind of answer
    """The error for an answer that stands."""
    said = status.message or f"HTTP {status.code}"
    match status.code:
        case 401:
            return UnreachableError(
                f"The credentials for {where} were not accepted: {said}.".replace("..", "."),
                hint=f"They may have expired: log in again, or k8stui service-connector update {where.connector} …"
                if where.connector
                else "They may have expired: log in again, or check the user (kubectl config view --minify).",
            )
        case 403:
            return _forbidden(status, what)
        case 404:
            return _not_found(status, what)
        case 409:
            return _conflict(status, what)
        case 410:
            return ExpiredError(f"Could not {what}: {said}", hint="The list moved on; list again.")
        case 429 if "disruption budget" in said:
            return _budget(status, what)
        case 429:
            return BusyError(
                f"{_upper(where)} is overloaded and asks to come back later: {said}", retry_after=status.retry_after
            )
        case 400 if what.subresource == "log" and "waiting to start" in said:
            return NotStartedError(said)
        case code if code >= 500:
            return BusyError(
                f"{_upper(where)} failed to {what} (HTTP {code}): {said}",
                hint="If it lasts: kubectl get --raw=/readyz?verbose",
                retry_after=status.retry_after,
            )
    return _rejected(status, what)


def _upper(where: Where) -> str:
    text = str(where)
    return text[0].upper() + text[1:]


_RBAC = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<resource>[\w./-]*)" in API group "(?P<group>[\w.-]*)"'
    r'(?: in the namespace "(?P<namespace>[\w.-]*)")?'
)
"""What RBAC says. What is no name is not taken into a line that a person may paste into a shell."""


def _forbidden(status: Status, what: What) -> K8stuiError:
    said = status.message or "forbidden"
    denied = _RBAC.search(said)
    if denied:
        verb, resource, group = denied["verb"], denied["resource"], denied["group"]
        place = f" in namespace {denied['namespace']}" if denied["namespace"] else " in the whole cluster"
        flag = f" -n {denied['namespace']}" if denied["namespace"] else " -A"
        role = "Role" if denied["namespace"] else "ClusterRole"
        noun = resource.replace("/", " --subresource=", 1)
        if group:
            noun = noun.replace(resource.split("/", maxsplit=1)[0], f"{resource.split('/', maxsplit=1)[0]}.{group}", 1)
        return ForbiddenError(
            f"User {denied['user']!r} may not {verb} {resource}{place}.",
            hint=f"A {role} must allow verb {verb!r} on resource {resource!r} of apiGroup {group!r}. "
            f"Check with: kubectl auth can-i {verb} {noun}{flag}",
        )
    if "attempting to grant RBAC permissions" in said:
        return ForbiddenError(
            f"Could not {what}: {said}", hint="Kubernetes lets nobody grant rights they do not have: ask an admin."
        )
    for sign, hint in _REFUSALS:
        if sign in said:
            return _KINDS.get(sign, RejectedError)(f"Could not {what}: {said}", hint=hint)
    return ForbiddenError(f"Not allowed to {what}: {said}")


_QUOTA_USED_UP, _ACCOUNT_MISSING = "exceeded quota", "error looking up service account"

_REFUSALS = (
    ("must specify", "The namespace's quota wants this resource set: give the step a resource request and limit."),
    (_QUOTA_USED_UP, "The namespace's quota is used up: free some of it (kubectl describe quota) or ask for more."),
    ("being terminated", "The namespace is being deleted; use another one."),
    (_ACCOUNT_MISSING, "The service account does not exist (yet) in this namespace."),
    ("violates PodSecurity", "The namespace enforces a Pod Security Standard that these settings break."),
    ("admission webhook", "A policy of this cluster refused the object."),
    ("ValidatingAdmissionPolicy", "A policy of this cluster refused the object."),
)
"""What admission plugins write into a 403, which is then no matter of rights."""

_KINDS = {_QUOTA_USED_UP: QuotaUsedUpError, _ACCOUNT_MISSING: AccountMissingError}
"""Those of them that have errors of their own."""


def _not_found(status: Status, what: What) -> K8stuiError:
    missing, kind = str(status.details.get("name") or ""), str(status.details.get("kind") or "")
    if kind == "namespaces" and what.namespace and what.resource and what.resource.plural != "namespaces":
        return NamespaceMissingError(
            f"Namespace {missing or what.namespace} does not exist.", hint="kubectl get namespaces lists them."
        )
    if what.resource and not missing and "could not find the requested resource" in status.message:
        return NotFoundError(f"This cluster does not serve {what.resource.api_version} {what.resource.kind}.")
    if missing and what.name and missing != what.name:
        return NotFoundError(f"Could not {what}: {status.message}")
    return NotFoundError(
        f"{what.object} does not exist." if what.name else f"Could not {what}: {status.message or 'not found'}"
    )


def _conflict(status: Status, what: What) -> K8stuiError:
    if status.reason == "AlreadyExists":
        return AlreadyExistsError(f"{what.object} exists already.")
    if "recondition" in status.message:
        return ConflictError(f"{what.object} was replaced by another one of that name: {status.message}")
    return ConflictError(
        f"{what.object} changed in the meantime: {status.message or 'conflict'}", hint="Look at it again and repeat."
    )


def _budget(status: Status, what: What) -> K8stuiError:
    detail = "; ".join(str(cause.get("message")) for cause in status.causes if cause.get("message"))
    return DisruptionBudgetError(
        f"{what.object} may not be evicted now: {detail or status.message}",
        hint="A PodDisruptionBudget protects it (kubectl get pdb). Deleting the pod goes past the budget.",
    )


def _rejected(status: Status, what: What) -> K8stuiError:
    fields = [f"{cause['field']}: {_short(str(cause.get('message')))}" for cause in status.causes if cause.get("field")]
    if status.code == 422 and fields:
        names = ", ".join(str(cause["field"]) for cause in status.causes if cause.get("field"))
        plain = f"{what.object} is invalid: {names}"
        return InvalidObjectError(f"{what.object} is invalid: " + "; ".join(fields), plain=plain)
    if status.code == 413:
        return RejectedError(f"{what.object} is too large for the API server: {status.message or 'HTTP 413'}")
    message = f"Could not {what}: {status.message or f'HTTP {status.code}'}"
    return InvalidObjectError(message, plain=f"Could not {what}: HTTP {status.code} {status.reason}".rstrip())


def _short(text: str, limit: int = 400) -> str:
    """The beginning and the end of a long text: an invalid patch is answered with the whole object in the middle."""
    return text if len(text) <= limit else f"{text[: limit // 4]} … {text[-(limit * 3 // 4) :]}"
