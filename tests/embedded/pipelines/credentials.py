"""Steps that are given credentials, and tell no more of them than a test may see."""

import hashlib
import os
import time
from pathlib import Path

from k8stui import pipeline, step


@step
def digest(flag: str) -> str:
    """What the credential's value amounts to, once a file is there; fails where the file says so."""
    while not Path(flag).exists():
        time.sleep(0.05)
    if "fail" in Path(flag).read_text():
        raise ValueError("told to fail")
    return hashlib.sha256(os.environ["STORE_KEY"].encode()).hexdigest()


@pipeline
def keyed(flag: str) -> None:
    digest(flag)
