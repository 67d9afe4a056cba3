"""What may be limited for everybody on a host, or by a person for oneself: tables of the config files.

Plain dataclasses, because the screens' config is imported before the library that checks a file is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FEW = 5
"""Things that something may be done to after a yes; for more, their number is typed."""


def _says(meaning: str) -> dict[str, str]:
    return {"meaning": meaning, "example": ""}


@dataclass(frozen=True)
class Limits:
    """What k8stui does at most."""

    read_only: bool = field(
        default=False,
        metadata=_says(
            "Change nothing in any cluster; as `--read-only` and K8STUI_READ_ONLY. Verbs and scripts go by it, too, "
            "and no option lifts it."
        ),
    )
    namespaces: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            'Keep to these namespaces, as `["ml", "team-*"]`; empty: to none in particular. As `--only-namespaces` and '
            "K8STUI_ONLY_NAMESPACES; where several say so, a namespace must be in all of them."
        ),
    )


@dataclass(frozen=True)
class Protected:
    """Where what cannot be taken back is done only after the place's name was typed."""

    contexts: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            'Contexts, service connectors or URLs of API servers, as `["*prod*", "https://10.0.0.1:6443"]`. A URL '
            "holds whatever a context is called."
        ),
    )
    namespaces: tuple[str, ...] = field(default=(), metadata=_says('Namespaces, as `["prod-*"]`.'))


@dataclass(frozen=True)
class Audit:
    """Where all that is changed is written down; `docs/security.md` has the format."""

    file: str = field(default="", metadata=_says("Append a line of JSON for each change to this file; empty for none."))
    syslog: bool = field(
        default=False, metadata=_says("Send the same lines to syslog, which journald reads too (facility authpriv).")
    )
    required: bool = field(
        default=False, metadata=_says("Change nothing that cannot be written down first; else that is only told.")
    )
