"""Marks of secrets that stand in hardly anything else, to stop a slip. Pure."""

from __future__ import annotations

import re

_HEADERS = rb"(?:[A-Za-z-]+:[^\r\n]*\s+)*"
"""What may stand between the first line of a key and the key itself, such as `Proc-Type: 4,ENCRYPTED`."""

_MARKS = {
    "a private key": re.compile(
        rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\[nr])*" + _HEADERS + rb"[\"'\s]*[A-Za-z0-9+/=]{40}"
    ),
    "an access key of AWS": re.compile(rb"\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}\b"),
    "a key of a kubeconfig": re.compile(rb"^\s*client-key-data:\s*\S{40}", re.MULTILINE),
    "a token of GitHub": re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})\b"),
    "a token of GitLab": re.compile(rb"\bglpat-[A-Za-z0-9_-]{20,}"),
    "a token of Slack": re.compile(rb"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
}


def secret_mark(data: bytes) -> str:
    """What of a secret stands in a text: `a private key`; empty for nothing."""
    return next((what for what, mark in _MARKS.items() if mark.search(data)), "")
