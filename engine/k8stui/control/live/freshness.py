"""How far what a screen shows can be relied on: live, not yet there, or last seen so long ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from k8stui.cluster.errors import ExpiredError
from k8stui.cluster.mirror import Mirror
from k8stui.model.errors import K8stuiError, UnreachableError


@dataclass(frozen=True)
class Freshness:
    """How fresh a view is.

    Attributes:
        synced: Everything has been listed at least once. Without it a list may be short.
        connected: Changes arrive as they happen.
        error: Why not; a missing right comes as ForbiddenError.
        lost_for: Seconds since the connection was lost; None while it stands or was never there.
        age: Seconds since the last sign of life. A minute is normal where nothing happens.
    """

    synced: bool = False
    connected: bool = False
    error: K8stuiError | None = None
    lost_for: float | None = None
    age: float = 0.0

    @classmethod
    def of(cls, *mirrors: Mirror) -> Self:
        """That of a view made from several mirrors: it is no better than the worst of them.

        Of several errors one that stays counts more than one that heals by itself, and an older one more than a newer.
        """
        broken = [(error, mirror.lost_for() or 0.0) for mirror in mirrors if (error := mirror.error) is not None]
        broken.sort(key=lambda pair: (heals(pair[0]), -pair[1]))
        return cls(
            synced=all(mirror.synced for mirror in mirrors),
            connected=all(mirror.connected for mirror in mirrors),
            error=broken[0][0] if broken else None,
            lost_for=max((lost for mirror in mirrors if (lost := mirror.lost_for()) is not None), default=None),
            age=max((mirror.age() for mirror in mirrors), default=0.0),
        )


def all_there(mirror: Mirror) -> bool:
    """Whether a mirror has listed everything, or will not be let to so soon."""
    return mirror.synced or (mirror.error is not None and not heals(mirror.error))


def heals(error: K8stuiError) -> bool:
    """Whether trying again will help without anybody's doing: a lost connection, a busy server, an expired list."""
    return isinstance(error, UnreachableError | ExpiredError)
