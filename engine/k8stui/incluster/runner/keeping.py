"""The artifact store of a step, for which nothing is imported before it is used."""

from __future__ import annotations

import os

from ..wire.references import is_reference
from ..wire.slimjson import loads
from ..wire.variables import ENV_STORE, ENV_STORE_SECRETS
from .step import StepError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .storing.artifacts import Artifacts

    Store = Callable[[], Artifacts]
    """Opens the store at the first call, and gives the same one ever after."""


def store_of(task: dict[str, Any], home: str) -> Store:
    """What opens the store that the environment names, which the author's code does not see any more."""
    given, secrets = os.environ.pop(ENV_STORE), os.environ.pop(ENV_STORE_SECRETS, "")
    made: list[Artifacts] = []

    def store() -> Artifacts:
        if not made:
            from .storing.artifacts import Artifacts

            made.append(Artifacts(loads(given), loads(secrets or "{}"), task, home))
        return made[0]

    return store


def opened(value: Any, store: Store | None, task: dict[str, Any]) -> Any:
    """An input with what its references refer to in their place.

    Raises:
        StepError: A reference cannot be opened.
    """
    if isinstance(value, list):
        return [opened(one, store, task) for one in value]
    if not is_reference(value):
        return value
    if store is None:
        raise StepError("an input of step %s is in an artifact store, and this run has none" % task["step"])
    return of_store(store, lambda artifacts: artifacts.open(value))


def of_store(store: Store, use: Callable[[Artifacts], Any]) -> Any:
    """What `use` gives of the store.

    Raises:
        StepError: The store does not give it, or does not keep it.
    """
    from .storing.stores import StoreError

    try:
        return use(store())
    except StoreError as error:
        raise StepError(str(error)) from error
