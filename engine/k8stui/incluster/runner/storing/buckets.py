"""Artifact stores in buckets and containers, by fsspec."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from ..requiring import RequirementsError, add, added
from .stores import MODULES, StoreError, digest, remove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

PART = 16 << 20


class RemoteStore:
    """A bucket or container, by the fsspec filesystem in the image."""

    def __init__(self, path: str, options: Mapping[str, Any], home: str, image: str, *, install: bool) -> None:
        self._path = path
        self._home = home
        scheme = path.partition("://")[0]
        try:
            self._system = _filesystem(scheme, options, home, image, install)
            # Else s3fs holds ten parts at once, and reads 50 MiB in one; others do not look at it.
            self._system.max_concurrency, self._system.default_block_size = 2, PART
        except (ImportError, RequirementsError) as error:
            why = str(error) if install else "and nothing is installed for a log alone"
            raise StoreError(
                "the artifact store %s needs the package %s, which is not in image %s (%s): set image= to one that "
                "has it" % (path, MODULES.get(scheme, "fsspec"), image, why)
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
            self._send(local, uri, size)
        finally:
            remove(local)
        return size, sha256

    def put_file(self, key: str, path: str) -> None:
        """Keep a copy of a file, in the place of what is there."""
        self._send(path, self._path + "/" + key, os.path.getsize(path))

    def _send(self, local: str, uri: str, size: int) -> None:
        try:
            # One PUT or a multipart upload that is completed at its end: never a half object.
            self._system.put_file(local, uri, **_in_parts(uri, size))
            kept = self._system.size(uri)
        except Exception as error:
            # Completing a large upload may outlast the wait for its answer, and asking again finds no upload.
            kept = self._kept(uri)
            if kept is None:
                raise self._told("written", uri, error) from error
        if kept != size:
            raise StoreError("%s has %s bytes after %d were written" % (uri, kept, size))

    def fetch(self, key: str) -> tuple[str, bool]:
        """A file with the content, and whether it is a copy that the caller has to remove."""
        local = os.path.join(self._home, "come-" + os.urandom(6).hex())
        uri = self._path + "/" + key
        try:
            self._system.get_file(uri, local)
        except FileNotFoundError as error:
            remove(local)
            raise StoreError("%s is not there any more: run its step again (--no-cache)" % uri) from error
        except Exception as error:
            remove(local)
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


def _filesystem(scheme: str, options: Mapping[str, Any], home: str, image: str, install: bool) -> Any:
    """The one in the image, else one that is installed now: a step that needs no store does not wait for it."""
    try:
        # Of the image: nothing of it is ours, and import-linter holds this program to the standard library.
        return import_module("fsspec").filesystem(scheme, **options)
    except ImportError:
        if not install:
            added(home)
            return import_module("fsspec").filesystem(scheme, **options)
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
