"""The credentials of a run that starts once more: no run keeps them, but those of its artifact store are kept here.

They go where the run's own store is, whichever stack is active: a registered store counts when path and options are the
same, since an option such as `endpoint_url` says who is shown the secrets.
"""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Mapping

from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.wire.variables import ENV_STORE_SECRETS
from k8stui.model.errors import InvalidInputError
from k8stui.model.stacks import ArtifactStore, ArtifactStoreConfig, StackDocument
from k8stui.plan.kept import store_of
from k8stui.stacks.document import StackFile
from k8stui.stacks.kinds import KINDS
from k8stui.stacks.secrets import Secrets


async def keys_of(plan: Plan, run: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The credentials that the steps of a run need.

    Args:
        plan: Of the run.
        run: Its name, for errors.
        given: Those that a person has.

    Returns:
        Values by the names of the environment variables; empty where it was started without any.

    Raises:
        InvalidInputError: One is not given, and is not of an artifact store that is registered here.
    """
    known = dict(given or {})
    missing = [name for name in plan.credentials if name not in known and name != ENV_STORE_SECRETS]
    if missing:
        raise InvalidInputError(
            f"The run {run} was given credentials ({', '.join(missing)}), and they are not kept.",
            hint="Run its file again: k8stui run FILE",
        )
    if ENV_STORE_SECRETS in plan.credentials and ENV_STORE_SECRETS not in known:
        known[ENV_STORE_SECRETS] = json.dumps(await registered_secrets(store_of(plan), f"run {run}"))
    return {name: known[name] for name in plan.credentials}


async def store_keys_of(plan: Plan, run: str) -> dict[str, str]:
    """The secrets of a run's own artifact store; none where its steps need none.

    Raises:
        InvalidInputError: As for `keys_of`.
    """
    found = (await keys_of(plan, run)).get(ENV_STORE_SECRETS)
    secrets: dict[str, str] = json.loads(found or "{}")
    return secrets


async def registered_secrets(store: ArtifactStoreConfig | None, whose: str) -> dict[str, str]:
    """The secrets of an artifact store that is registered here.

    Args:
        store: The one of a run or a schedule; None where nothing names it.
        whose: What it is of, for errors: `run train-1a2b3c`.

    Raises:
        InvalidInputError: It is not registered here, or has no secrets.
    """
    return await asyncio.to_thread(_secrets, store, whose)


def _secrets(store: ArtifactStoreConfig | None, whose: str) -> dict[str, str]:
    file = StackFile()
    name = registered(file.read(), store, whose)
    found = Secrets(file.path).read(KINDS["artifact_store"].owner(name))
    if not found:
        raise InvalidInputError(
            f"The secrets of the artifact store {name!r}, by which the {whose} keeps its results, are gone.",
            hint=f"Give them again: k8stui artifact-store update {name} --secret NAME",
        )
    return found


def registered(document: StackDocument, store: ArtifactStoreConfig | None, whose: str) -> str:
    """The name of the registered artifact store that is the one of a run or schedule, and that has secrets. Pure.

    Args:
        document: What is registered here.
        store: The one of a run or a schedule.
        whose: What it is of, for errors.

    Raises:
        InvalidInputError: There is none; the hint says how to register it.
    """
    if store is None:
        raise InvalidInputError(
            f"The {whose} has secrets of an artifact store, and none of its steps says which one.",
            hint="Run its file again: k8stui run FILE",
        )
    for name, one in same_stores(document, store).items():
        if one.secrets:
            return name
    alike = {name: one for name, one in document.artifact_stores.items() if one.config.path == store.path}
    raise InvalidInputError(
        f"The {whose} has its results in {store.path}, whose secrets no run keeps, and {_why(alike, store)}.",
        hint=how_to_register(store, secret=True),
    )


def same_stores(document: StackDocument, store: ArtifactStoreConfig) -> dict[str, ArtifactStore]:
    """The registered stores, by name, whose path and options are those of a store that a run names. Pure."""
    return {
        name: one
        for name, one in document.artifact_stores.items()
        if (one.config.path, one.config.options) == (store.path, store.options)
    }


def _why(alike: Mapping[str, ArtifactStore], store: ArtifactStoreConfig) -> str:
    if not alike:
        return "no such artifact store is registered here"
    name, one = next(iter(alike.items()))
    if one.config.options != store.options:
        return f"the artifact store {name!r} that is registered here has other options than the run"
    return f"the artifact store {name!r} that is registered here has none"


def how_to_register(store: ArtifactStoreConfig, *, secret: bool = False) -> str:
    """The command that registers a store, for hints.

    Args:
        store: Which one.
        secret: Whether it has to have one.
    """
    options = f" --options={shlex.quote(json.dumps(store.options))}" if store.options else ""
    claim = f" --claim={shlex.quote(store.claim)}" if store.claim else ""
    path = shlex.quote(store.path)
    more = " --secret NAME" if secret else ""
    return f"Register it: k8stui artifact-store register NAME --path={path}{claim}{options}{more}"
