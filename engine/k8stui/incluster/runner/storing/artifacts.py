"""Values that are too large to travel, or no JSON: the step that returns them keeps them, those that take them read.

What stands in the store is complete or not there, and is never written again. Its size and digest travel in the
reference and are checked before a byte of it is interpreted; a reference to anything outside the store is refused.
"""

from __future__ import annotations

import json
import os
import re

from ...wire.references import MARK, SCHEMA
from . import materials
from .material import UnkeepableError
from .stores import FOLDER, StoreError, code_key, digest, open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

HEAD_CHARACTERS = 120
"""Of a value's JSON text, kept in the reference for looking at."""

KIND_CHARACTERS = 160


class Artifacts:
    """The artifact store as one attempt of a step uses it.

    Args:
        store: `path`, a URL, `options` of its fsspec filesystem, and `owner`, a folder's name.
        secrets: Further options, which no message shows.
        task: What the step was told: its run, pod, name and image.
        home: A folder of our own for what is on its way.
    """

    def __init__(
        self, store: Mapping[str, Any], secrets: Mapping[str, Any], task: Mapping[str, Any], home: str
    ) -> None:
        self._task = task
        self._home = home
        self._owner = store.get("owner") or "-"
        self._path: str = store["path"]
        self._store = open_store(self._path, dict(store.get("options") or {}, **secrets), home, task["image"])

    def keep(self, results: Mapping[str, Any], sizes: Mapping[str, int], most: int) -> dict[str, Any]:
        """The outputs as they travel: the largest, and what is no JSON, are kept in the store until the rest fits.

        Args:
            results: What the step returned, by output.
            sizes: Bytes of each as JSON; more than `most` for what is none.
            most: Bytes that all of them may have together.

        Raises:
            StoreError: A value could not be kept, or there are too many of them.
        """
        found = dict(results)
        todo = sorted(sizes, key=lambda name: -sizes[name])
        while todo and (sizes[todo[0]] > most or _size(found) > most):
            name = todo.pop(0)
            found[name] = self._keep(name, results[name], list(results).index(name))
        for short in ("head", "kind"):
            if _size(found) > most:
                found = {name: _without(value, short) for name, value in found.items()}
        if _size(found) > most:
            raise StoreError(
                "step %s returns %d outputs, and the references to them are %d bytes, more than the %d that travel: "
                "return fewer" % (self._task["step"], len(found), _size(found), most)
            )
        return found

    def open(self, reference: Mapping[str, Any]) -> Any:
        """The value that a reference stands for.

        Raises:
            StoreError: It is not there, is damaged, or cannot be read in this image.
        """
        uri: str = reference["uri"]
        key = uri[len(self._path) + 1 :]
        if not uri.startswith(self._path + "/" + FOLDER) or ".." in key.split("/"):
            raise StoreError("%s is not in the artifact store of this run, %s" % (uri, self._path))
        local, ours = self._store.fetch(key)
        try:
            size, sha256 = digest(local)
            if (size, sha256) != (reference["size"], reference["sha256"]):
                raise StoreError(
                    "%s is damaged: it has %d bytes and the digest %s, and was written with %d and %s"
                    % (uri, size, sha256[:12], reference["size"], reference["sha256"][:12])
                )
            try:
                value = materials.read(local, reference, os.path.join(self._home, "inputs"))
            except ModuleNotFoundError as error:
                raise StoreError(
                    "%s needs the module %s to be read, which is not in image %s: set image= to one that has it"
                    % (uri, error.name, self._task["image"])
                ) from error
            except Exception as error:
                raise StoreError("%s cannot be read: %s: %s" % (uri, type(error).__name__, error)) from error
        finally:
            if ours:
                os.unlink(local)
        return value[reference["item"]] if "item" in reference else value

    def code(self, sha256: str) -> bytes:
        """The code package of a digest, which the caller checks.

        Raises:
            StoreError: It is not there, or cannot be read.
        """
        try:
            local, ours = self._store.fetch(code_key(sha256))
        except StoreError as error:
            raise StoreError("the code package cannot be had, submit the run again: %s" % error) from error
        try:
            with open(local, "rb") as file:
                return file.read()
        finally:
            if ours:
                os.unlink(local)

    def _keep(self, name: str, value: Any, number: int) -> dict[str, Any]:
        try:
            material = materials.of(value)
        except UnkeepableError as error:
            raise StoreError("output %r of step %s %s" % (name, self._task["step"], error)) from error
        plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)[:60]
        key = "%s%s/%s/%s/%d-%s-%s%s" % (
            *(FOLDER, self._task["run"], self._owner, self._task["pod"], number, plain, os.urandom(3).hex()),
            material.suffix,
        )
        try:
            size, sha256 = self._store.put(key, material.write)
        except StoreError as error:
            raise StoreError("output %r of step %s: %s" % (name, self._task["step"], error)) from error
        except Exception as error:
            raise StoreError(
                "output %r of step %s, a %s, cannot be written: %s: %s"
                % (name, self._task["step"], type(value).__name__, type(error).__name__, error)
            ) from error
        reference = {MARK: SCHEMA, "type": material.type, "uri": self._path + "/" + key, "size": size, "sha256": sha256}
        reference.update(material.more)
        reference["kind"] = material.kind[:KIND_CHARACTERS]
        if material.type == materials.JSON:
            reference["head"] = json.dumps(value)[:HEAD_CHARACTERS] if size < 1 << 20 else ""
        return reference


def _size(results: Mapping[str, Any]) -> int:
    return len(json.dumps(results, separators=(",", ":")))


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict) and MARK in value:
        return {one: value[one] for one in value if one != key}
    return value
