"""The environment of programs that tests start: this one's, without what points to a person's own cluster or files."""

from __future__ import annotations

import os

KEPT = ("K8STUI_STACKS", "K8STUI_SECRETS")
"""`tests/conftest.py` points them to where nothing of the person's is."""


def clean_environ() -> dict[str, str]:
    """A new copy."""
    ours = ("K8STUI_", "KUBE")
    return {key: value for key, value in os.environ.items() if key in KEPT or not key.startswith(ours)}
