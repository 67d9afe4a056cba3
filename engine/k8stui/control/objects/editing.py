"""An object edited as text, as `kubectl edit` does it: what stands in the text, what was changed, how it is sent.

Only what was changed is sent. If the object has changed meanwhile, it is sent all the same where the others changed
something else: the kubelet writes the status of a pod that runs every few seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from k8stui.cluster.client import Cluster
from k8stui.cluster.mergepatch import merge_patch
from k8stui.cluster.resources import JsonObject, Resource
from k8stui.control.objects.showing import as_yaml
from k8stui.model.errors import ConflictError, ForbiddenError, InvalidInputError, K8stuiError
from k8stui.model.yamlerrors import line_of

_HIDDEN_META = ("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink")
_FIXED = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))

TRIES = 5
"""Writes of an object that others write at the same time."""


@dataclass(frozen=True)
class Draft:
    """An object that is being edited.

    Attributes:
        resource: Of which kind.
        namespace: Where.
        name: Which one.
        object: As it was read.
    """

    resource: Resource
    namespace: str
    name: str
    object: JsonObject

    @property
    def called(self) -> str:
        """In a sentence."""
        return f"{self.resource.kind} {self.name}"

    def text(self) -> str:
        """What is edited: without what nobody can change."""
        hint = (
            f"# {self.called} in namespace {self.namespace}. Lines that begin with # are left out. What you save is\n"
            "# checked by the server and shown before it is sent; without a change nothing is.\n"
        )
        return hint + as_yaml(editable(self.object))

    def change(self, text: str) -> JsonObject:
        """The merge patch (RFC 7386) that the edited text means; empty for no change.

        Raises:
            InvalidInputError: It is no YAML, or changes what cannot be.
        """
        before = editable(self.object)
        try:
            after = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one
        except yaml.YAMLError as error:
            where = f"line {number}: " if (number := line_of(error)) else ""
            raise InvalidInputError(f"It is no YAML: {where}{getattr(error, 'problem', None) or error}.") from None
        if not isinstance(after, dict):
            raise InvalidInputError("An object is needed, with apiVersion and kind, and not a text or a list.")
        for path in _FIXED:
            if _at(before, path) != _at(after, path):
                raise InvalidInputError(f"{'.'.join(path)} cannot be edited: it says which object this is.")
        if "status" in after:
            raise InvalidInputError("status cannot be edited: Kubernetes writes it.")
        patch: JsonObject = merge_patch(before, after)
        return patch


class _Loader(yaml.SafeLoader):
    """Times stay the texts that they are in JSON."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def editable(found: JsonObject) -> JsonObject:
    """The part of an object that may be edited."""
    meta = {key: value for key, value in found["metadata"].items() if key not in _HIDDEN_META}
    known: JsonObject = {key: found[key] for key in ("apiVersion", "kind") if key in found}
    return {**known, **{key: value for key, value in found.items() if key != "status"}, "metadata": meta}


def paths(patch: JsonObject, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The fields that a patch touches."""
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            yield from paths(value, (*before, key))
        else:
            yield (*before, key)


def told(draft: Draft, patch: JsonObject) -> list[str]:
    """A line for each field that changes: what it was and what it becomes."""
    before = editable(draft.object)
    return [f"{'.'.join(path)}: {_short(_at(before, path))} -> {_short(_at(patch, path))}" for path in paths(patch)]


def refused(text: str, error: K8stuiError) -> str:
    """The edited text with what is wrong with it at its top, for another attempt; in place of what stood there."""
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    said = [line for line in (error.message, error.hint) if line]
    comments = [f"# {line}" for one in said for line in one.splitlines()]
    return "\n".join(["# Not accepted:", *comments, "# Leave it as it is to give up.", *lines[first:]]) + "\n"


async def draft_of(cluster: Cluster, resource: Resource, name: str, *, namespace: str | None = None) -> Draft:
    """The object, for whoever may change it.

    Raises:
        NotFoundError: There is none of that name.
        ForbiddenError: It may not be changed, by this user or in read-only mode.
    """
    if cluster.read_only:
        raise ForbiddenError(f"Read-only mode ({cluster.guard.read_only}): {resource.kind} {name} cannot be edited.")
    found = await cluster.get(resource, name, namespace=namespace, as_sent=True)
    if not await cluster.can_i("patch", resource, namespace=namespace, name=name):
        raise ForbiddenError(f"You may not change {resource.kind} {name}: verb patch on {resource.plural} is missing.")
    return Draft(resource, namespace or cluster.namespace, name, found)


async def apply(cluster: Cluster, draft: Draft, patch: JsonObject, *, dry_run: bool = False) -> None:
    """Send what was changed.

    Raises:
        ConflictError: Somebody else has changed the same meanwhile, or it is another object now.
        RejectedError: The server does not accept it.
    """
    newest = draft.object
    for _ in range(TRIES):
        version = str(newest["metadata"].get("resourceVersion") or "")
        try:
            await cluster.patch(
                draft.resource, draft.name, patch, namespace=draft.namespace, dry_run=dry_run, resource_version=version
            )
        except ConflictError:
            newest = await cluster.get(draft.resource, draft.name, namespace=draft.namespace, as_sent=True)
            _check_apart(draft, newest, patch)
        else:
            return
    raise ConflictError(f"{draft.called} changes all the time: it was not changed.", hint="Try it again.")


def _check_apart(draft: Draft, newest: JsonObject, patch: JsonObject) -> None:
    """Refuse a change where others have changed the same."""
    if newest["metadata"].get("uid") != draft.object["metadata"].get("uid"):
        raise ConflictError(f"{draft.called} was replaced by another one of that name.")
    theirs = list(paths(merge_patch(editable(draft.object), editable(newest))))
    ours = list(paths(patch))
    # Of two paths that meet the shorter one sorts first.
    both = sorted({".".join(min(one, other)) for one in ours for other in theirs if _meet(one, other)})
    if both:
        raise ConflictError(
            f"Somebody has changed {', '.join(both)} of {draft.called} meanwhile; nothing was changed.",
            hint="Edit it again, as it is now.",
        )


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _at(found: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _short(value: Any, most: int = 60) -> str:
    if value is None:
        return "nothing"
    text = " ".join(str(yaml.safe_dump(value, default_flow_style=True, width=10**6)).removesuffix("...\n").split())
    return text if len(text) <= most else f"{text[: most - 2]} …"
