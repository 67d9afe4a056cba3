"""The `settings=` argument in all the shapes authors write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from k8stui.model.errors import InvalidInputError
from k8stui.model.settings import KubernetesOrchestratorSettings, merge

SECTIONS = ("orchestrator", "orchestrator.kubernetes")


def settings_of(value: Any, *, where: str) -> KubernetesOrchestratorSettings | None:
    """The settings that a `settings=` argument or YAML field means.

    Args:
        value: `KubernetesOrchestratorSettings`, a dict of its fields, or either under the key `orchestrator`.
        where: What it belongs to, for the error.

    Raises:
        InvalidInputError: It is none of these, or a field is unknown or wrong.
    """
    if value is None or isinstance(value, KubernetesOrchestratorSettings):
        return value
    if not isinstance(value, Mapping):
        raise InvalidInputError(
            f"{where}: settings={value!r} is neither KubernetesOrchestratorSettings nor a dict",
            hint='Write settings={"orchestrator": KubernetesOrchestratorSettings(...)}.',
        )
    section = next((key for key in value if key in SECTIONS), None)
    if section is not None:
        others = [key for key in value if key != section]
        if others:
            raise InvalidInputError(
                f"{where}: settings has {others[0]!r} beside {section!r}; only orchestrator settings are known"
            )
        return settings_of(value[section], where=where)
    try:
        return KubernetesOrchestratorSettings.model_validate(dict(value))
    except InvalidInputError as error:
        raise InvalidInputError(f"{where}: {error.message}", hint=error.hint) from error


def settings_of_texts(given: Mapping[str, str], *, where: str) -> KubernetesOrchestratorSettings:
    """The settings that options of a command line mean.

    Args:
        given: Texts by field: `60`, `true`, JSON for lists and objects, `null` for the default.
        where: What they belong to, for the error.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """
    found = settings_of({name: _value(text) for name, text in given.items()}, where=where)
    return found or KubernetesOrchestratorSettings()


def _value(text: str) -> Any:
    """A text as its field takes it: the model reads numbers and truth values by itself."""
    if text == "null" or text[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(text)
    return text


def merged(
    known: KubernetesOrchestratorSettings | None, value: Any, *, where: str
) -> KubernetesOrchestratorSettings | None:
    """`known` with a further `settings=` argument over it.

    Raises:
        InvalidInputError: As for `settings_of`.
    """
    given = settings_of(value, where=where)
    return merge(known, given) if known and given else given or known


def cache_switch(given: Any, *, where: str) -> bool | None:
    """What `enable_cache=` says; None for nothing.

    Raises:
        InvalidInputError: It is neither true nor false.
    """
    if given is not None and not isinstance(given, bool):
        raise InvalidInputError(f"{where}: enable_cache={given!r} is neither True nor False")
    return given
