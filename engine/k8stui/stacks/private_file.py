"""Files that only their owner may read, written by several programs at once: locked, and replaced as a whole.

A crash leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from k8stui.model.errors import K8stuiError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file, across processes; waits until others let go. The folder is made where it is missing.

    The lock is on a file beside it, because the file itself is replaced.

    Raises:
        K8stuiError: The folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise K8stuiError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace_private(path: Path, text: str) -> None:
    """Put a new file with mode 0600 in the place of an old one, all at once. A link stays, what it points to changes.

    Raises:
        K8stuiError: It cannot be written.
    """
    target = path.resolve()
    made = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=target.parent, prefix=f".{target.name}.", encoding="utf-8", delete=False
        ) as file:
            made = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(target)
    except OSError as error:
        if made:
            Path(made).unlink(missing_ok=True)
        raise K8stuiError(f"{path} cannot be written: {error.strerror}.") from error
