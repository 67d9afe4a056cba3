"""Reads archived logs from where they are kept, by fsspec, with what the stacks file says of the store's secrets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from k8stui.control.logs.archive.parts import Part, lines_of, missing_after, missing_before, parts_of
from k8stui.control.logs.pod import Window
from k8stui.control.logs.stream import LogLine
from k8stui.control.stores.files import filesystem_of
from k8stui.control.stores.keys import how_to_register, same_stores
from k8stui.control.words.spans import epoch
from k8stui.incluster.runner.storing.archiving import LARGEST, log_folder
from k8stui.incluster.runner.storing.stores import LOGS, MODULES
from k8stui.model.errors import ConflictError, K8stuiError, NotFoundError, UnreachableError
from k8stui.model.rules import dns_subdomain_problem
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.model.views import ArchiveView, AttemptView
from k8stui.stacks.document import StackFile
from k8stui.stacks.kinds import KINDS
from k8stui.stacks.secrets import Secrets


class ArchivedLogs:
    """The archived logs of one run.

    Args:
        archive: Where they are.
        run: The run.
    """

    def __init__(self, archive: ArchiveView, run: str) -> None:
        self._archive, self._run = archive, run
        self._root = archive.path.removeprefix("file://")
        self._system: Any = None

    async def log(
        self, attempt: AttemptView, place: LogLine, window: Window, *, now: float
    ) -> AsyncIterator[Sequence[LogLine]]:
        """What an attempt wrote, with what is to be said of it; nothing where the archive has nothing of it.

        Args:
            attempt: Whose pod is gone.
            place: A line of its log, whose time and text are replaced.
            window: How much of it.
            now: Seconds since the epoch.

        Raises:
            NotFoundError: There is no archive of this run at that place, as it is seen from here.
            UnreachableError: It cannot be read from here.
            ConflictError: Something in it is larger than what a step writes.
        """
        parts = await self._parts(attempt)
        if not parts:
            return
        most = min((one for one in (window.tail, window.history) if one is not None), default=None)
        since = now - window.since if window.since is not None else epoch(window.since_time) or 0.0
        if most is None and not since:
            first = True
            for number in range(len(parts)):
                lines = await self._part(parts, number, attempt, place)
                if first and lines:
                    lines.insert(0, self._head(place, attempt, lines[0].time))
                    first = False
                yield lines
            return
        yield await self._last(parts, attempt, place, window, most, since)

    async def _last(
        self, parts: list[Part], attempt: AttemptView, place: LogLine, window: Window, most: int | None, since: float
    ) -> list[LogLine]:
        """The last lines, read from the end: of a long log only the parts that are asked for."""
        kept: list[LogLine] = []
        more = False
        for number in reversed(range(len(parts))):
            lines = await self._part(parts, number, attempt, place)
            recent = [line for line in lines if line.time is None or line.time >= since]
            kept = recent + kept
            more = most is not None and (len(kept) > most or (number > 0 and len(kept) == most))
            if more or len(recent) < len(lines):
                break
        if most is not None and len(kept) > most:
            kept = kept[len(kept) - most :]
        told = [self._head(place, attempt, kept[0].time if kept else attempt.finished)]
        if kept and more and window.tail is None:
            text = f"older lines are left out: only the last {most:,} are shown"
            told.append(place._replace(time=kept[0].time, text=text, kind="note", archived=True))
        return told + kept

    async def _part(self, parts: list[Part], number: int, attempt: AttemptView, place: LogLine) -> list[LogLine]:
        part = parts[number]
        lines = lines_of(await self._read(part, attempt), place)
        before = missing_before(part, parts[number - 1] if number else None)
        after = missing_after(part, attempt) if part is parts[-1] else ""
        edge = lines or [place._replace(time=attempt.finished)]
        notes = place._replace(kind="note", archived=True)
        if before:
            lines.insert(0, notes._replace(time=edge[0].time, text=before))
        if after:
            lines.append(notes._replace(time=edge[-1].time, text=after))
        return lines

    def _head(self, place: LogLine, attempt: AttemptView, time: float | None) -> LogLine:
        text = f"pod {attempt.pod} is gone: its log from the archive, {self._archive.path}"
        return place._replace(time=time, text=text, kind="note", archived=True)

    async def _parts(self, attempt: AttemptView) -> list[Part]:
        told = (attempt.pod, self._run, *filter(None, [self._archive.owner]))
        if any(dns_subdomain_problem(name) for name in told):
            return []  # Names as no object has them would lead to other folders.
        sizes: dict[str, int] = await asyncio.to_thread(self._told, self._sizes, attempt.pod)
        return parts_of(sizes, attempt.uid)

    async def _read(self, part: Part, attempt: AttemptView) -> bytes:
        path = f"{self._folder(attempt.pod)}/{part.name}"
        if part.size > LARGEST:
            raise ConflictError(
                f"{self._archive.path} has a part of a log with {part.size:,} bytes, and none that a step writes has "
                f"more than {LARGEST:,}: {path}",
                hint="Somebody put it there.",
            )
        data: bytes = await asyncio.to_thread(self._told, lambda: self._opened().cat_file(path))
        return data

    def _told(self, work: Any, *args: Any) -> Any:
        path = self._archive.path
        try:
            return work(*args)
        except K8stuiError:
            raise
        except ImportError as error:
            module = MODULES.get(path.partition("://")[0], "fsspec")
            raise UnreachableError(
                f"the archive {path} needs the package {module}, which is not here ({error})",
                hint=f"Install it beside k8stui: pip install {module}",
            ) from error
        except Exception as error:
            told = f"the archive {path} cannot be read from here: {type(error).__name__}: {error}"
            raise UnreachableError(told, hint="Its credentials are the secrets of the artifact store") from error

    def _sizes(self, pod: str) -> dict[str, int]:
        """The files in a pod's folder by their names."""
        system = self._opened()
        try:
            found = system.ls(self._folder(pod), detail=True)
        except FileNotFoundError:
            if not system.exists(f"{self._root}/{LOGS}{self._run}"):
                where = f"the claim {self._archive.claim}" if self._archive.claim else self._archive.path
                raise NotFoundError(
                    f"no log of this run is archived in {where}, as far as this machine sees it"
                ) from None
            return {}
        return {str(one["name"]).rpartition("/")[2]: int(one.get("size") or 0) for one in found}

    def _folder(self, pod: str) -> str:
        return f"{self._root}/{log_folder(self._run, self._archive.owner, pod)}"

    def _opened(self) -> Any:
        if self._system is None:
            self._system = filesystem_of(self._archive, _secrets(self._archive))
        return self._system


def _secrets(archive: ArchiveView) -> dict[str, str]:
    """The secrets of the registered store that is this one.

    Raises:
        UnreachableError: What the run says of its store is registered nowhere here. An option such as `endpoint_url`
            says who is shown credentials, this machine's own login included, and stands in a plan that others write.
    """
    file, store = StackFile(), ArtifactStoreConfig(**archive.model_dump(exclude={"owner"}))
    known = same_stores(file.read(), store)
    if store.options and not known:
        raise UnreachableError(
            f"the archive {store.path} is not read, because no artifact store with the options of the run is "
            "registered here: they say who is shown credentials",
            hint=how_to_register(store),
        )
    owner = next((name for name, one in known.items() if one.secrets), None)
    return Secrets(file.path).read(KINDS["artifact_store"].owner(owner)) if owner is not None else {}
