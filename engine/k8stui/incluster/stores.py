"""Where artifacts are kept: in a folder that the pod mounts, with the standard library alone, or by fsspec.

Both write to one side first and show what is complete only, so a writer that dies leaves no half artifact.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from importlib import import_module

from .requiring import RequirementsError, add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Protocol

    class Store(Protocol):
        """What keeps artifacts."""

        def put(self, key: str, write: Callable[[str], None]) -> tuple[int, str]:
            """Keep what `write` writes to the path that it is given; size in bytes and SHA-256."""

        def fetch(self, key: str) -> tuple[str, bool]:
            """A file with the content, and whether it is a copy that the caller has to remove."""


FOLDER = "artifacts/"
"""What all keys of artifacts begin with."""

LOGS = "logs/"
"""And those of archived logs."""

ENV_MOUNTS = "K8STUI_MOUNTS"
"""Set by the embedded cluster, which cannot mount: JSON of the folder behind each mount path."""


def code_key(sha256: str) -> str:
    """The key of a code package that is too large to travel."""
    return "code/%s.zip" % sha256


CHUNK = 1 << 20
PART = 16 << 20

MODULES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
"""The package with the fsspec filesystem of each scheme."""


class StoreError(Exception):
    """The store or what is in it cannot be used; the message is a sentence for the author."""


def open_store(path: str, options: Mapping[str, Any], home: str, image: str) -> Store:
    """The store at a URL.

    Args:
        path: Without a slash at its end.
        options: Of its fsspec filesystem.
        home: A folder for what is on its way.
        image: Of this container, for messages.

    Raises:
        StoreError: It is not there, or the image lacks what it takes.
    """
    scheme, _, rest = path.partition("://")
    if scheme == "file":
        return FileStore(rest)
    return RemoteStore(path, options, home, image)


def digest(path: str) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    size, found, buffer = 0, hashlib.sha256(), bytearray(CHUNK)
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
        path = os.path.join(self._root, key)
        part = path + ".part"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write(part)
            found = digest(part)
            with open(part, "rb") as file:
                os.fsync(file.fileno())
            os.replace(part, path)
        except OSError as error:
            _remove(part)
            raise StoreError("file://%s cannot be written: %s" % (path, error)) from error
        except BaseException:
            _remove(part)
            raise
        return found

    def fetch(self, key: str) -> tuple[str, bool]:
        """A file with the content, and whether it is a copy that the caller has to remove."""
        path = os.path.join(self._root, key)
        if not os.path.isfile(path):
            raise StoreError("file://%s is not there any more: run its step again (--no-cache)" % path)
        return path, False


class RemoteStore:
    """A bucket or container, by the fsspec filesystem in the image."""

    def __init__(self, path: str, options: Mapping[str, Any], home: str, image: str) -> None:
        self._path = path
        self._home = home
        scheme = path.partition("://")[0]
        try:
            self._system = _filesystem(scheme, options, home, image)
            # Else s3fs holds ten parts at once, and reads 50 MiB in one; others do not look at it.
            self._system.max_concurrency, self._system.default_block_size = 2, PART
        except (ImportError, RequirementsError) as error:
            raise StoreError(
                "the artifact store %s needs the package %s, which is not in image %s (%s): set image= to one that "
                "has it" % (path, MODULES.get(scheme, "fsspec"), image, error)
            ) from error
        except Exception as error:
            raise self._told("used", path, error) from error

    def put(self, key: str, write: Callable[[str], None]) -> tuple[int, str]:
        """Keep what `write` writes to the path that it is given; size in bytes and SHA-256."""
        local = os.path.join(self._home, "going-" + os.urandom(6).hex())
        uri = self._path + "/" + key
        try:
            write(local)
            size, sha256 = digest(local)
            try:
                # One PUT or a multipart upload that is completed at its end: never a half object.
                self._system.put_file(local, uri, **_in_parts(uri, size))
                kept = self._system.size(uri)
            except Exception as error:
                # Completing a large upload may outlast the wait for its answer, and asking again finds no upload.
                kept = self._kept(uri)
                if kept is None:
                    raise self._told("written", uri, error) from error
        finally:
            _remove(local)
        if kept != size:
            raise StoreError("%s has %s bytes after %d were written" % (uri, kept, size))
        return size, sha256

    def fetch(self, key: str) -> tuple[str, bool]:
        """A file with the content, and whether it is a copy that the caller has to remove."""
        local = os.path.join(self._home, "come-" + os.urandom(6).hex())
        uri = self._path + "/" + key
        try:
            self._system.get_file(uri, local)
        except FileNotFoundError as error:
            _remove(local)
            raise StoreError("%s is not there any more: run its step again (--no-cache)" % uri) from error
        except Exception as error:
            _remove(local)
            raise self._told("read", uri, error) from error
        return local, True

    def _kept(self, uri: str) -> int | None:
        try:
            size: int = self._system.size(uri)
        except Exception:
            return None
        return size

    @staticmethod
    def _told(what: str, uri: str, error: Exception) -> StoreError:
        return StoreError(
            "%s cannot be %s: %s: %s. Its credentials are the secrets of the artifact store (of a pod without "
            "them, its service account's)" % (uri, what, type(error).__name__, error)
        )


def _filesystem(scheme: str, options: Mapping[str, Any], home: str, image: str) -> Any:
    """The one in the image, else one that is installed now: a step that needs no store does not wait for it."""
    try:
        # Of the image: nothing of it is ours, and import-linter holds this program to the standard library.
        return import_module("fsspec").filesystem(scheme, **options)
    except ImportError:
        began = os.times().elapsed
        add(MODULES[scheme], home, image)
        told = (MODULES[scheme], os.times().elapsed - began)
        sys.stderr.write("k8stui: installed %s for the artifact store in %.0f s\n" % told)
        return import_module("fsspec").filesystem(scheme, **options)


def _in_parts(uri: str, size: int) -> dict[str, int]:
    """How a file goes to S3, where it may have 10,000 parts."""
    if not uri.startswith("s3:"):
        return {}
    return {"chunksize": max(PART, size // 9000)}


def mounted(path: str) -> str:
    """Where a path of the container is: in the embedded cluster, the folder behind its mount."""
    mounts: dict[str, str] = json.loads(os.environ.get(ENV_MOUNTS) or "{}")
    for mount in sorted(mounts, key=len, reverse=True):
        if path == mount or path.startswith(mount.rstrip("/") + "/"):
            return os.path.join(mounts[mount], path[len(mount) :].lstrip("/")).rstrip("/")
    return path


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
