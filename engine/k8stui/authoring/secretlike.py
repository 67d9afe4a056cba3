"""Which files look like secrets: a code package is kept in ConfigMaps, which many may read, as long as its run. Pure.

Names that are given to secrets, and marks that stand in hardly anything else. The point is to stop a slip, not somebody
who wants to hide one.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

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
"""In small letters; those of Python files are not looked at, whose names say what they do."""

_MARKS = {
    "a private key": re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "an access key of AWS": re.compile(rb"\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}\b"),
    "a key of a kubeconfig": re.compile(rb"^\s*client-key-data:\s*\S{40}", re.MULTILINE),
    "a token of GitHub": re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})\b"),
    "a token of GitLab": re.compile(rb"\bglpat-[A-Za-z0-9_-]{20,}"),
    "a token of Slack": re.compile(rb"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
}


def secret_in(name: str, data: bytes) -> str:
    """What makes a file look like a secret: `its name`, `a private key`; empty for nothing.

    Args:
        name: The file's name, without folders.
        data: What is in it.
    """
    if not name.endswith(".py") and any(fnmatchcase(name.lower(), pattern) for pattern in NAMES):
        return "its name"
    return next((what for what, mark in _MARKS.items() if mark.search(data)), "")
