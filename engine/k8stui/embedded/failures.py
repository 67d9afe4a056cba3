"""What the API answers when it refuses: Status objects, in the words of Kubernetes.

Clients decide by `reason` and `code`, persons read `message`; both therefore follow k8s.io/apimachinery's
`api/errors` as the contract suite sees it on a real API server.
"""

from __future__ import annotations

from dataclasses import dataclass

from k8stui.embedded.objects import Obj
from k8stui.embedded.registry import Kind


class ApiError(Exception):
    """A request that is answered with a Status object.

    Attributes:
        code: The HTTP status.
        reason: The machine-readable reason, e.g. `NotFound`.
        message: The sentence for the person.
        details: `status.details`, or None.
        retry_after: Seconds for the Retry-After header, or None.
    """

    def __init__(
        self, code: int, reason: str, message: str, *, details: Obj | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.retry_after = retry_after

    def status(self) -> Obj:
        """Return the Status object."""
        body: Obj = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details is not None:
            body["details"] = self.details
        body["code"] = self.code
        return body


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong with one field, as `status.details.causes` lists it."""

    field: str
    reason: str
    message: str

    def text(self) -> str:
        """Return the cause as it stands in the message."""
        return f"{self.field}: {self.message}"


def _details(kind: Kind, name: str, **more: object) -> Obj:
    details: Obj = {"name": name} if name else {}
    if kind.group:
        details["group"] = kind.group
    details["kind"] = kind.plural
    details.update(more)
    return details


def not_found(kind: Kind, name: str) -> ApiError:
    """Return 404 for an object."""
    return ApiError(404, "NotFound", f'{kind.qualified} "{name}" not found', details=_details(kind, name))


def no_such_resource() -> ApiError:
    """Return 404 for a path the API does not have."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", details={})


def already_exists(kind: Kind, name: str) -> ApiError:
    """Return 409 for a create of an existing name."""
    return ApiError(409, "AlreadyExists", f'{kind.qualified} "{name}" already exists', details=_details(kind, name))


def conflict(kind: Kind, name: str, why: str) -> ApiError:
    """Return 409 for a lost race."""
    message = f'Operation cannot be fulfilled on {kind.qualified} "{name}": {why}'
    return ApiError(409, "Conflict", message, details=_details(kind, name))


def modified(kind: Kind, name: str) -> ApiError:
    """Return 409 for an update of an older version."""
    return conflict(
        kind, name, "the object has been modified; please apply your changes to the latest version and try again"
    )


def invalid(kind: Kind, name: str, causes: list[Cause]) -> ApiError:
    """Return 422 with every field that is wrong."""
    texts = [cause.text() for cause in causes]
    listed = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    title = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    details: Obj = {"name": name}
    if kind.group:
        details["group"] = kind.group
    details["kind"] = kind.kind
    details["causes"] = [{"reason": c.reason, "message": c.message, "field": c.field} for c in causes]
    return ApiError(422, "Invalid", f'{title} "{name}" is invalid: {listed}', details=details)


def forbidden(kind: Kind, name: str, why: str, *, causes: list[Obj] | None = None) -> ApiError:
    """Return 403, from authorization or admission."""
    subject = f'{kind.qualified} "{name}"' if name else kind.qualified
    more = {"causes": causes} if causes else {}
    return ApiError(403, "Forbidden", f"{subject} is forbidden: {why}", details=_details(kind, name, **more))


def unauthorized() -> ApiError:
    """Return 401."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def bad_request(message: str) -> ApiError:
    """Return 400."""
    return ApiError(400, "BadRequest", message)


def expired(message: str) -> ApiError:
    """Return 410 for a resource version or continue token that is too old."""
    return ApiError(410, "Expired", message)


def unsupported_media(media: str, accepted: list[str]) -> ApiError:
    """Return 415."""
    message = f"the body of the request was in an unknown format - accepted media types include: {', '.join(accepted)}"
    return ApiError(415, "UnsupportedMediaType", f"{message} (got {media})" if media else message)


def method_not_allowed() -> ApiError:
    """Return 405."""
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def disrupted(budget: str, message: str) -> ApiError:
    """Return 429 for an eviction that a PodDisruptionBudget does not allow now."""
    cause = {"reason": "DisruptionBudget", "message": f"The disruption budget {budget} {message}"}
    return ApiError(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        details={"causes": [cause]},
    )
