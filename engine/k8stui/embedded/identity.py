"""Who is asking: users, and the bearer tokens that prove them.

Tokens are random and live in memory; a token that was issued to a pod dies with the pod, as bound tokens do.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from k8stui.embedded.objects import now
from k8stui.embedded.store import Store


@dataclass(frozen=True)
class User:
    """An authenticated user.

    Attributes:
        name: The user name that RBAC and audit see.
        groups: The user's groups.
        uid: The uid of a service account, else empty.
    """

    name: str
    groups: frozenset[str] = field(default_factory=frozenset)
    uid: str = ""


ADMIN = User("kubernetes-admin", frozenset(("system:masters", "system:authenticated")))
"""The user of the kubeconfig: may do everything."""


def service_account_user(namespace: str, name: str, uid: str) -> User:
    """Return the user a service account is."""
    groups = frozenset(("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"))
    return User(f"system:serviceaccount:{namespace}:{name}", groups, uid)


@dataclass(frozen=True)
class _Grant:
    user: User
    expires: datetime | None
    bound_to: str


class Tokens:
    """Issues and checks bearer tokens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._grants: dict[str, _Grant] = {}

    def issue(self, user: User, *, lifetime: timedelta | None = None, bound_to: str = "") -> str:
        """Return a new token.

        Args:
            user: Whom it proves.
            lifetime: How long it is valid, None without end.
            bound_to: The uid of an object without which the token is worth nothing; empty for none.
        """
        token = secrets.token_urlsafe(32)
        self._grants[token] = _Grant(user, now() + lifetime if lifetime else None, bound_to)
        return token

    def expire(self, token: str) -> None:
        """Make a token worth nothing from now on."""
        self._grants.pop(token, None)

    def user_of(self, token: str) -> User | None:
        """Return whom a token proves, or None when it is unknown, expired or its objects are gone."""
        grant = self._grants.get(token)
        if grant is None:
            return None
        dead = (
            (grant.expires is not None and grant.expires < now())
            or (grant.bound_to and self._store.by_uid(grant.bound_to) is None)
            or (grant.user.uid and self._store.by_uid(grant.user.uid) is None)
        )
        if dead:
            del self._grants[token]
            return None
        return grant.user
