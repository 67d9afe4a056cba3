"""Asks a provider's own API over HTTP, and tells a refusal in one way. Blocks: for threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from k8stui.model.errors import ForbiddenError, K8stuiError, NotFoundError, UnreachableError

TIMEOUT = 30.0
"""Seconds for one answer of a provider."""


class Response(Protocol):
    """What is used of an answer of the requests library."""

    status_code: int
    text: str

    def json(self) -> Any:
        """The body, parsed."""


def answer_of(ask: Callable[[], Response], *, connector: str, provider: str, what: str) -> dict[str, Any]:
    """The JSON object that a provider answers.

    Args:
        ask: Sends the request.
        connector: Its name, for errors.
        provider: Who is asked, for errors.
        what: What for, as `list the clusters`.

    Raises:
        UnreachableError: There is no answer, or none that can be used; or the credentials are not accepted.
        ForbiddenError: A right is missing.
        NotFoundError: It is not there.
    """
    import requests

    try:
        response = ask()
    except requests.RequestException as error:
        raise UnreachableError(
            f"The connector {connector!r} could not {what} at {provider}: {_reason(error)}.",
            hint=f"Is {provider} reachable from here?",
        ) from error
    try:
        body = response.json()
    except ValueError:
        body = None
    if response.status_code >= 400 or not isinstance(body, dict):
        raise _refusal(response.status_code, body, connector, provider, what)
    return body


def _refusal(status: int, body: Any, connector: str, provider: str, what: str) -> K8stuiError:
    error = body.get("error") if isinstance(body, Mapping) else None
    said = str(error.get("message") or "") if isinstance(error, Mapping) else ""
    said = said.split("\n")[0].rstrip(". ") or f"HTTP {status}"
    match status:
        case 401:
            return UnreachableError(
                f"{provider} does not accept the credentials of the connector {connector!r}: {said}.",
                hint="Log in again, or give it other credentials: k8stui service-connector update "
                f"{connector} --secret …",
            )
        case 403:
            return ForbiddenError(f"{provider} does not let the connector {connector!r} {what}: {said}.")
        case 404:
            return NotFoundError(f"The connector {connector!r} could not {what}: {said}.")
    return UnreachableError(f"The connector {connector!r} could not {what} at {provider}: {said}.")


def _reason(error: Exception) -> str:
    """The system's words at the end of a chain of libraries' ones."""
    inner: BaseException = error
    while (deeper := inner.__cause__ or inner.__context__) is not None:
        inner = deeper
    return (getattr(inner, "strerror", "") or str(inner) or type(inner).__name__).rstrip(".")
