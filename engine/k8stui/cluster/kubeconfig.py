"""Reads kubeconfig files the way kubectl does: the KUBECONFIG list, merging, and which context counts.

Rules from "Organizing Cluster Access Using kubeconfig Files": the first file to set a value or a name wins, files of
the list that do not exist are skipped, and relative paths are relative to the file they stand in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from k8stui.cluster.resources import JsonObject
from k8stui.model.errors import NotFoundError, UnreachableError
from k8stui.model.yamlerrors import line_of

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HOW = "Give --kubeconfig, set KUBECONFIG, or start a cluster of your own with: k8stui demo"


@dataclass(frozen=True)
class Entry:
    """A cluster or user of a kubeconfig, with the folder its relative paths start from."""

    value: JsonObject
    folder: Path

    def file(self, key: str) -> Path | None:
        """The path under a key, absolute; None when it is not set."""
        value = self.value.get(key)
        return self.folder / str(value) if value else None


@dataclass(frozen=True)
class Access:
    """One context, resolved: everything that is needed to talk to its cluster.

    Attributes:
        context: The context's name.
        namespace: Its namespace; empty when it names none.
        cluster: Server, certificate authority, proxy.
        user: Credentials; an empty entry for an anonymous context.
        source: The file the context came from.
    """

    context: str
    namespace: str
    cluster: Entry
    user: Entry
    source: Path


@dataclass
class Kubeconfig:
    """Several files merged into one view."""

    current_context: str = ""
    contexts: dict[str, Entry] = field(default_factory=dict)
    clusters: dict[str, Entry] = field(default_factory=dict)
    users: dict[str, Entry] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def add(self, path: Path, content: JsonObject) -> None:
        """Merge one file in; what is there already stays."""
        folder = path.absolute().parent
        self.files.append(path.absolute())
        self.current_context = self.current_context or str(content.get("current-context") or "")
        for section, into in (("contexts", self.contexts), ("clusters", self.clusters), ("users", self.users)):
            for item in content.get(section) or []:
                if not isinstance(item, dict) or "name" not in item:
                    raise UnreachableError(f"The kubeconfig {path} is invalid: an entry of {section} has no name.")
                into.setdefault(str(item["name"]), Entry(item.get(section[:-1]) or {}, folder))

    def access(self, context: str | None = None) -> Access:
        """Resolve a context, by default the current one.

        Raises:
            NotFoundError: The named context does not exist; the hint lists those that do.
            UnreachableError: There is no current context, or the context names a cluster or user that is not there.
        """
        known = ", ".join(sorted(self.contexts)) or "none"
        where = ", ".join(map(str, self.files))
        if context is not None and context not in self.contexts:
            raise NotFoundError(f"There is no context {context!r} in {where}.", hint=f"Contexts there: {known}.")
        name = context or self.current_context
        if not name:
            raise UnreachableError(
                f"The kubeconfig {where} has no current context.", hint=f"Give --context. Contexts there: {known}."
            )
        if name not in self.contexts:
            raise UnreachableError(
                f"The current context {name!r} does not exist in {where}.", hint=f"Contexts there: {known}."
            )
        chosen = self.contexts[name]
        cluster = self._named(self.clusters, chosen, "cluster", name)
        if not cluster.value.get("server"):
            raise UnreachableError(f"The cluster of context {name!r} has no server in {where}.")
        user = self._named(self.users, chosen, "user", name) if chosen.value.get("user") else Entry({}, chosen.folder)
        return Access(name, str(chosen.value.get("namespace") or ""), cluster, user, self.files[0])

    def _named(self, section: Mapping[str, Entry], chosen: Entry, kind: str, context: str) -> Entry:
        name = str(chosen.value.get(kind) or "")
        if name not in section:
            raise UnreachableError(
                f"Context {context!r} names the {kind} {name!r}, which is not in {', '.join(map(str, self.files))}."
            )
        return section[name]


def read_kubeconfig(path: Path | None = None, *, environ: Mapping[str, str] = os.environ) -> Kubeconfig | None:
    """Read one file, or the files of KUBECONFIG, or `~/.kube/config`.

    Returns:
        The merged files; None when no path was given and none of the usual places has a file.

    Raises:
        UnreachableError: The given file does not exist, or one cannot be read or parsed.
    """
    if path is not None:
        if not path.is_file():
            raise UnreachableError(f"There is no kubeconfig at {path}.", hint=_HOW)
        paths = [path]
    else:
        listed = [Path(part).expanduser() for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
        paths = [one for one in listed or [Path.home() / ".kube" / "config"] if one.is_file()]
    if not paths:
        return None
    merged = Kubeconfig()
    for one in paths:
        merged.add(one, _parse(one))
    return merged


def missing_kubeconfig(environ: Mapping[str, str] = os.environ) -> UnreachableError:
    """The error for a machine on which no kubeconfig was found, naming where it was looked for."""
    looked = environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    return UnreachableError(f"No kubeconfig found (looked at {looked}).", hint=_HOW)


def _parse(path: Path) -> JsonObject:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader, in C
    except (OSError, UnicodeDecodeError) as error:
        raise UnreachableError(f"The kubeconfig {path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        # The parser quotes the line it fell over, which may hold a token: only its number is repeated.
        line = f", line {number}" if (number := line_of(error)) else ""
        raise UnreachableError(f"The kubeconfig {path} is not valid YAML{line}.") from None
    if not isinstance(content, dict):
        raise UnreachableError(f"The kubeconfig {path} is empty or not a mapping.", hint=_HOW)
    return content
