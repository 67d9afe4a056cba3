"""The errors a person can meet: each is one sentence and, where there is one, what to do about it.

The command line prints them as they are and exits with `exit_code`; the screens show them where they happened.
"""

from __future__ import annotations


class K8stuiError(Exception):
    """Base of every error that is meant for a person.

    Attributes:
        message: What is wrong, naming the field or object and the value.
        hint: What to do about it; empty where there is nothing to add.
        exit_code: The exit code of the command line for this error.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


def as_told(error: Exception, *, where: str = "") -> K8stuiError:
    """Any error as one that can be told: those for persons as they are, the rest as what it is, a defect of ours.

    Args:
        error: What was raised.
        where: What shows more of a defect, such as an option of the command line.
    """
    if isinstance(error, K8stuiError):
        return error
    hint = " ".join(filter(None, ("A defect of k8stui:", where, "please report it.")))
    return K8stuiError(f"Unexpected {type(error).__name__}: {error}", hint=hint)


class InvalidInputError(K8stuiError):
    """What the user gave cannot be used: a pipeline, a setting, a parameter, a flag."""

    exit_code = 2


class WaitTimeoutError(K8stuiError):
    """The time given to waiting is over; what was waited for goes on."""

    exit_code = 3


class NotFoundError(K8stuiError):
    """The named object does not exist."""

    exit_code = 4


class ForbiddenError(K8stuiError):
    """Kubernetes refused the request for want of a right, or read-only mode did."""

    exit_code = 5


class UnreachableError(K8stuiError):
    """The cluster cannot be reached: no kubeconfig, no route, a refused or timed out connection, bad credentials."""

    exit_code = 6


class ConflictError(K8stuiError):
    """The object changed or exists already (HTTP 409), or a precondition did not hold."""

    exit_code = 7


class ForeignRunError(ConflictError):
    """The run was made by another orchestrator, and what was asked for is possible with k8stui's own only."""


class RejectedError(K8stuiError):
    """Kubernetes read the request and refused it for good: an invalid field, a quota, an admission rule."""

    exit_code = 8


class RunFailedError(K8stuiError):
    """A run that was waited for failed or was stopped."""
