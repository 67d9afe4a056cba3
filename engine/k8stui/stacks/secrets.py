"""Values of connectors and components that must stay secret: in the system's keyring, else in a file of mode 0600.

The owner of values is called `connector/NAME`, `artifact_store/NAME` or `container_registry/NAME`. Values are looked
for in both places, so that what was kept where there is no keyring, as over SSH, is found where there is one, too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui.model.variables import SECRETS_VARIABLE
from k8stui.stacks.private_file import locked, replace_private


class Keyring(Protocol):
    """What is used of a backend of the keyring library."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The value; None when there is none."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keep a value."""

    def delete_password(self, service: str, username: str, /) -> None:
        """Drop a value."""


class Secrets:
    """The secret values that belong to one stacks file. Calls may block; `repr` tells no value.

    Args:
        stacks_file: Where the stacks are written down; the file of secrets stands beside it.
        keyring: Used instead of the system's; None for the system's, where it has one.
        place: `file`, `keyring` or empty for the best there is; by default what K8STUI_SECRETS says.

    Raises:
        InvalidInputError: K8STUI_SECRETS says something else.
    """

    def __init__(self, stacks_file: Path, *, keyring: Keyring | None = None, place: str | None = None) -> None:
        self._place = os.environ.get(SECRETS_VARIABLE, "") if place is None else place
        if self._place not in {"", "file", "keyring"}:
            raise InvalidInputError(
                f"{SECRETS_VARIABLE}: {self._place!r} is not possible: it should be 'file' or 'keyring'"
            )
        self._path = stacks_file.absolute().with_suffix(".secrets.json")
        self._service = f"k8stui {stacks_file.absolute()}"
        self._given = keyring
        self._found: Keyring | None = None
        self._looked = False

    def __repr__(self) -> str:
        return f"Secrets({str(self._path)!r})"

    def where(self) -> str:
        """Where values would be kept, in words."""
        return "the system's keyring" if self._keyring() is not None else str(self._path)

    def read(self, owner: str) -> dict[str, str]:
        """The values of an owner by their names; empty when it has none.

        Raises:
            K8stuiError: The keyring or the file cannot be read.
        """
        kept = self._read_file().get(owner)
        if kept is None and (keyring := self._keyring()) is not None:
            with _Told("read"):
                text = keyring.get_password(self._service, owner)
            kept = _parse(text, "the keyring") if text else None
        return _texts(kept)

    def keep(self, owner: str, values: Mapping[str, str]) -> None:
        """Keep exactly these values for an owner; those it had go.

        Raises:
            K8stuiError: They cannot be written; those it had are still there.
        """
        if not values:
            self.forget(owner)
            return
        keyring = self._keyring()
        if keyring is None:
            self._change_file(owner, dict(values))
            return
        with _Told("written"):
            keyring.set_password(self._service, owner, json.dumps(dict(values)))
        self._change_file(owner, None)

    def forget(self, owner: str) -> None:
        """Drop the values of an owner, if it has any.

        Raises:
            K8stuiError: They cannot be dropped.
        """
        self._change_file(owner, None)
        if (keyring := self._keyring()) is not None:
            with _Told("changed"):
                if keyring.get_password(self._service, owner) is not None:
                    keyring.delete_password(self._service, owner)

    def _keyring(self) -> Keyring | None:
        if self._given is not None:
            return self._given
        if not self._looked and self._place != "file":
            self._found = _system_keyring()
        self._looked = True
        if self._found is None and self._place == "keyring":
            raise K8stuiError(
                "There is no keyring on this system that can be used.",
                hint=f"Unset {SECRETS_VARIABLE} to keep secrets in {self._path}, which only you can read.",
            )
        return self._found

    def _read_file(self) -> dict[str, Any]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise K8stuiError(f"{self._path} cannot be read: {error}") from error
        return _parse(text, str(self._path))

    def _change_file(self, owner: str, values: dict[str, str] | None) -> None:
        if values is None and not self._path.exists():
            return
        with locked(self._path):
            data = self._read_file()
            if data.get(owner) == values:
                return
            data.pop(owner, None)
            if values is not None:
                data[owner] = values
            if data:
                replace_private(self._path, json.dumps(data, indent=2))
            else:
                self._path.unlink(missing_ok=True)


class _Told:
    """Turns what a keyring raises into an error for persons. Backends raise whatever their libraries raise."""

    def __init__(self, done: str) -> None:
        self._done = done

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, K8stuiError):
            raise K8stuiError(
                f"The system's keyring cannot be {self._done}: {error or type(error).__name__}",
                hint=f"Unlock it, or set {SECRETS_VARIABLE}=file to keep secrets in a file that only you can read.",
            ) from None


def _system_keyring() -> Keyring | None:
    # 0.15 s and a message bus: only when secrets are looked at.
    from keyring.core import get_keyring  # noqa: PLC0415 - see above

    try:
        backend = get_keyring()
        # The library calls those of less than 1 not recommended: plain files, and those that only fail.
        usable = backend.priority >= 1
    except Exception:  # a backend that cannot even tell its priority is none
        return None
    return backend if usable else None


def _parse(text: str, where: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        # What stands there may be a secret: it is not repeated.
        raise K8stuiError(f"What {where} keeps of k8stui's secrets is damaged.", hint="Register the connector again.")
    return data


def _texts(kept: object) -> dict[str, str]:
    return {name: value for name, value in kept.items() if isinstance(value, str)} if isinstance(kept, dict) else {}
