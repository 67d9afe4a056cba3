"""Which files look like secrets: a code package is kept in ConfigMaps, which many may read, as long as its run. Pure.

Names that are given to secrets, and marks that stand in hardly anything else. The point is to stop a slip, not somebody
who wants to hide one.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from k8stui.model.secretmarks import secret_mark

NAMES = (
    "*credentials*.json",
    "*service-account*.json",
    "*service_account*.json",
    "client_secret*.json",
    "kubeconfig*",
    "id_rsa*",
    "id_ed25519*",
    "id_ecdsa*",
    *(f"{name}.{ending}" for name in ("secret", "secrets") for ending in ("json", "yaml", "yml", "toml", "ini", "txt")),
)
"""In small letters."""

_SPARED = ("*.py", "*.md", "*schema*")
"""Names that are not looked at: of programs, of texts about secrets, and of their shapes."""


def secret_in(name: str, data: bytes) -> str:
    """What makes a file look like a secret: `its name`, `a private key`; empty for nothing.

    Args:
        name: The file's name, without folders.
        data: What is in it.
    """
    if _is_any(name, NAMES) and not _is_any(name, _SPARED):
        return "its name"
    return secret_mark(data)


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), pattern) for pattern in patterns)
