"""Where artifacts are kept: in a folder that the pod mounts, by the standard library alone, or a bucket (`buckets`).

Both write to one side first and show what is complete only, so a writer that dies leaves no half artifact.
"""

from __future__ import annotations

import json
import os

from ...wire.variables import ENV_MOUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Protocol, TypeVar

    T = TypeVar("T")

    class Store(Protocol):
        """What keeps artifacts."""

        def put(self, key: str, write: Callable[[str], None]) -> tuple[int, str]:
            """Keep what `write` writes to the path that it is given; size in bytes and SHA-256."""

        def put_file(self, key: str, path: str) -> None:
            """Keep a copy of a file, in the place of what is there."""

        def fetch(self, key: str) -> tuple[str, bool]:
            """A file with the content, and whether it is a copy that the caller has to remove."""


FOLDER = "artifacts/"
"""What all keys of artifacts begin with."""

LOGS = "logs/"
"""And those of archived logs."""


def code_key(sha256: str) -> str:
    """The key of a code package that is too large to travel."""
    return "code/%s.zip" % sha256


CHUNK = 1 << 20

MODULES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
"""The package with the fsspec filesystem of each scheme."""


class StoreError(Exception):
    """The store or what is in it cannot be used; the message is a sentence for the author."""


def open_store(path: str, options: Mapping[str, Any], home: str, image: str, *, install: bool = True) -> Store:
    """The store at a URL.

    Args:
        path: Without a slash at its end.
        options: Of its fsspec filesystem.
        home: A folder for what is on its way.
        image: Of this container, for messages.
        install: Whether to install what the image lacks for it; else it is taken from where the step has installed it.

    Raises:
        StoreError: It is not there, or the image lacks what it takes.
    """
    scheme, _, rest = path.partition("://")
    if scheme == "file":
        return FileStore(rest)
    from .buckets import RemoteStore

    return RemoteStore(path, options, home, image, install=install)


def digest(path: str) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    from hashlib import sha256

    size, found, buffer = 0, sha256(), bytearray(CHUNK)
    view = memoryview(buffer)
    with open(path, "rb", buffering=0) as file:
        while True:
            count = file.readinto(buffer)
            if not count:
                return size, found.hexdigest()
            size += count
            found.update(view[:count])


class FileStore:
    """A folder, such as the one where pods mount a PersistentVolumeClaim."""

    def __init__(self, root: str) -> None:
        self._root = mounted(root)
        if not os.path.isdir(self._root):
            raise StoreError(
                "the artifact store file://%s is not there: no folder is mounted at that path. Register it with "
                "--claim=NAME of a PersistentVolumeClaim, or mount a volume there (pod_settings)" % root
            )

    def put(self, key: str, write: Callable[[str], None]) -> tuple[int, str]:
        """Keep what `write` writes to the path that it is given; size in bytes and SHA-256."""

        def written(part: str) -> tuple[int, str]:
            write(part)
            return digest(part)

        return self._put(key, written)

    def put_file(self, key: str, path: str) -> None:
        """Keep a copy of a file, in the place of what is there."""
        self._put(key, lambda part: _copy(path, part))

    def _put(self, key: str, write: Callable[[str], T]) -> T:
        path = os.path.join(self._root, key)
        part = path + ".part"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            found = write(part)
            with open(part, "rb") as file:
                os.fsync(file.fileno())
            os.replace(part, path)
        except OSError as error:
            remove(part)
            raise StoreError("file://%s cannot be written: %s" % (path, error)) from error
        except BaseException:
            remove(part)
            raise
        return found

    def fetch(self, key: str) -> tuple[str, bool]:
        """A file with the content, and whether it is a copy that the caller has to remove."""
        path = os.path.join(self._root, key)
        if not os.path.isfile(path):
            raise StoreError("file://%s is not there any more: run its step again (--no-cache)" % path)
        return path, False


def mounted(path: str) -> str:
    """Where a path of the container is: in the embedded cluster, the folder behind its mount."""
    mounts: dict[str, str] = json.loads(os.environ.get(ENV_MOUNTS) or "{}")
    for mount in sorted(mounts, key=len, reverse=True):
        if path == mount or path.startswith(mount.rstrip("/") + "/"):
            return os.path.join(mounts[mount], path[len(mount) :].lstrip("/")).rstrip("/")
    return path


def _copy(source: str, target: str) -> None:
    with open(source, "rb") as data, open(target, "wb") as file:
        while file.write(data.read(CHUNK)):
            pass


def remove(path: str) -> None:
    """Remove a file, if it is there."""
    try:
        os.unlink(path)
    except OSError:
        return
