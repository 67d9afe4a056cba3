"""Lists and deletes what is in a store, by fsspec from this machine, after a plan and as it was planned only."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from k8stui.cluster.audit import Deed
from k8stui.cluster.client import Cluster
from k8stui.control.reclaiming.doomed import Judged, Stored, doomed, is_log, package_of
from k8stui.control.reclaiming.gathering import known_of
from k8stui.control.stores.files import filesystem_of, missing_package
from k8stui.incluster.runner.storing.stores import FOLDER, LOGS
from k8stui.model.errors import ConflictError, InvalidInputError, K8stuiError, RejectedError
from k8stui.model.stacks import ArtifactStoreConfig

BATCH = 500
"""Objects that are deleted by one call; S3 takes 1,000 in one request."""

CODE = "code/"
"""What the keys of code packages begin with."""

_TIMES = ("LastModified", "last_modified", "mtime", "updated")
"""What the filesystems of fsspec call the time at which an object was written."""


class Reclaiming:
    """One store, and the namespaces whose deleted runs are looked for there.

    Args:
        cluster: Where the runs were.
        namespaces: Which ones.
        store: The store.
        secrets: Further options of its filesystem.
        before: Seconds since the epoch; what was written later stays.
        logs_before: Likewise; logs of runs that are there, and have ended, go if they were written earlier. None keeps
            them.
    """

    def __init__(
        self,
        cluster: Cluster,
        namespaces: Sequence[str],
        store: ArtifactStoreConfig,
        secrets: Mapping[str, str],
        *,
        before: float,
        logs_before: float | None = None,
    ) -> None:
        self._cluster, self._namespaces = cluster, namespaces
        self._store, self._secrets, self._before = store, secrets, before
        self._logs_before = logs_before

    async def plan(self) -> list[Judged]:
        """What becomes of each artifact, archived log and code package in the store; nothing is deleted.

        Raises:
            InvalidInputError: The store cannot be reached from this machine.
            RejectedError: It did not tell what is in it.
            K8stuiError: Something of the cluster could not be read.
        """
        check_reachable(self._store)
        found = await asyncio.to_thread(self._listed)
        codes = {sha256 for one in found if (sha256 := package_of(one.key))}
        known = await known_of(self._cluster, self._namespaces, self._store, codes)
        return doomed(found, known, before=self._before, logs_before=self._logs_before)

    async def carry_out(self, plan: Sequence[Judged]) -> list[tuple[Judged, K8stuiError | None]]:
        """Delete what was to go and still is: all is looked at once more, since a person has thought in between.

        Args:
            plan: As `plan` gave it.

        Returns:
            Those that were to go, each with the error that kept it; None for one that is gone.

        Raises:
            LimitedError: In read-only mode.
            UnwrittenError: It has to be written down first, and cannot be.
            K8stuiError: As for `plan`; nothing was deleted.
        """
        self.admit()
        wanted = [one for one in plan if one.goes]
        now = {one.stored.key: one for one in await self.plan()}
        errors: dict[str, K8stuiError] = {}
        for one in wanted:
            found = now.get(one.stored.key)
            if found and not (found.goes and found.stored == one.stored):
                why = "it was written anew" if found.goes else found.why
                errors[one.stored.key] = ConflictError(f"By now: {why}.")
        going = [one for one in wanted if one.stored.key in now and one.stored.key not in errors]
        runs: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for one in going:
            runs[one.namespace, one.run, _noun(one)].append(one.stored.key)
        async with self._cluster.elsewhere({run: self._deed(run, len(keys)) for run, keys in runs.items()}) as failed:
            errors |= await asyncio.to_thread(self._deleted, [one.stored.key for one in going])
            for run, keys in runs.items():
                if kept := [errors[key] for key in keys if key in errors]:
                    failed[run] = f"{len(kept)} of {len(keys)} were not deleted: {kept[0].message}"
        return [(one, errors.get(one.stored.key)) for one in wanted]

    def admit(self) -> None:
        """Let something be deleted at all.

        Raises:
            LimitedError: In read-only mode.
        """
        self._cluster.admit_elsewhere(Deed("delete", "artifacts", self._store.path, 0))

    def _deed(self, run: tuple[str, str, str], count: int) -> Deed:
        namespace, name, noun = run
        return Deed("delete", noun, self._store.path, count, namespace, name)

    def _listed(self) -> list[Stored]:
        found: dict[str, Any] = {}
        try:
            system = filesystem_of(self._store, self._secrets)
            root = system._strip_protocol(self._store.path)  # noqa: SLF001 - fsspec has no other name for it
            for folder in (FOLDER, LOGS, CODE):
                with suppress(FileNotFoundError):
                    found |= system.find(f"{self._store.path}/{folder}", detail=True)
        except Exception as error:  # each filesystem has errors of its own
            raise RejectedError(
                f"What is in the artifact store {self._store.path} cannot be listed: {type(error).__name__}: {error}",
                hint="The store has to be reachable from here, and its secrets have to let it list and delete.",
            ) from error
        keys = sorted((str(path)[len(root) :].lstrip("/"), info) for path, info in found.items())
        return [Stored(key, int(info.get("size") or 0), _modified(info)) for key, info in keys]

    def _deleted(self, going: Sequence[str]) -> dict[str, K8stuiError]:
        return deleted(filesystem_of(self._store, self._secrets), self._store.path, going)


def deleted(system: Any, path: str, keys: Sequence[str]) -> dict[str, K8stuiError]:
    """Delete objects; those that are gone already are no error.

    Args:
        system: The filesystem, of fsspec.
        path: Of the store.
        keys: What to delete, below it.

    Returns:
        Why some were not deleted, by their keys.
    """
    errors: dict[str, K8stuiError] = {}
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        try:
            system.rm([f"{path}/{key}" for key in batch])
        except FileNotFoundError:  # Somebody else has deleted one of them: others of the batch may be left.
            for one in batch if len(batch) > 1 else ():
                errors |= deleted(system, path, [one])
        except Exception as error:  # each filesystem has errors of its own
            errors |= dict.fromkeys(batch, RejectedError(f"{type(error).__name__}: {error}"))
    return errors


def check_reachable(store: ArtifactStoreConfig) -> None:
    """Refuse a store that cannot be reached from this machine.

    Raises:
        InvalidInputError: It is a volume of pods, or a Python package is missing.
    """
    folder = urlsplit(store.path).path
    if store.path.startswith("file:") and not Path(folder).is_dir():
        raise InvalidInputError(
            f"The artifact store {store.path} is a volume that only pods reach, and is not cleaned from here.",
            hint="Where the volume is mounted on this machine, too (NFS, a folder of the node): add --folder=WHERE",
        )
    if package := missing_package(store):
        raise InvalidInputError(
            f"The artifact store {store.path} takes the Python package {package} on this machine, too.",
            hint=f"pip install {package}",
        )


def _noun(one: Judged) -> str:
    if is_log(one.stored.key):
        return "logs"
    return "artifacts" if one.run else "code"


def _modified(info: Mapping[str, Any]) -> float | None:
    value = next((info[name] for name in _TIMES if info.get(name)), None)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    return float(value) if isinstance(value, int | float) else None
