"""What steps require beyond their image: requirements as pip reads them (PEP 508), checked where they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from k8stui.model.errors import InvalidInputError
from k8stui.model.secretmarks import secret_mark

_COMMENT = re.compile(r"(^|\s)#.*")
"""As pip reads it in a file: what follows a `#` at the beginning or after a space."""

_EXAMPLE = 'Write it as ["pandas==2.3.1", "scikit-learn>=1.7"].'


def checked(given: Any, *, where: str) -> tuple[str, ...]:
    """What a `requirements=` says, without comments and empty lines; empty for nothing.

    Raises:
        InvalidInputError: It is no list, one of it is no requirement, or holds a secret.
    """
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
        raise InvalidInputError(f"{where}: requirements={given!r} is not a list of texts", hint=_EXAMPLE)
    texts = (_COMMENT.sub("", one).strip() for one in given)
    return tuple(_checked(text, where) for text in texts if text)


def _checked(text: str, where: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415  (only where there are some)

    if text.startswith("-"):
        raise InvalidInputError(
            f"{where}: requirements: {text!r} is an option of pip, not a requirement",
            hint="Options are variables: pod_settings: env: PIP_INDEX_URL, for instance. "
            "Files are read in Python: requirements=Path('requirements.txt').read_text().splitlines()",
        )
    # An address may have anything but spaces, and it stands in a line of a Dockerfile.
    if not text.replace("\t", " ").isprintable():
        raise InvalidInputError(f"{where}: requirements: {text!r} is not one line of text", hint=_EXAMPLE)
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        said = str(error).splitlines()[0]
        raise InvalidInputError(f"{where}: requirements: {text!r} is none: {said}", hint=_EXAMPLE) from error
    if what := _secret_in(requirement.url or ""):
        raise InvalidInputError(
            f"{where}: requirements: {requirement.name} has {what} in its address, which is kept with each run",
            hint="Give it by a Secret: pod_settings: env_from, with PIP_INDEX_URL or NETRC.",
        )
    return text


def _secret_in(url: str) -> str:
    """What of an address is for nobody to see: `a password`; empty for nothing."""
    parts = urlsplit(url)
    if parts.password:
        return "a password"
    if parts.username and not parts.scheme.endswith("ssh"):
        return "a user name, which may be a token,"
    return secret_mark(url.encode())


def joined(*given: Iterable[str]) -> tuple[str, ...]:
    """Requirements of several layers, from the outermost in; an inner one replaces an outer one of the same package."""
    layers = tuple(layer for one in given if (layer := tuple(one)))
    if not layers:
        return ()
    from packaging.requirements import Requirement  # noqa: PLC0415  (only where there are some)
    from packaging.utils import canonicalize_name  # noqa: PLC0415  (likewise)

    found: dict[str, list[str]] = {}
    for layer in layers:
        here: dict[str, list[str]] = {}
        for text in dict.fromkeys(layer):  # one layer may require a package twice, each with a marker
            here.setdefault(canonicalize_name(Requirement(text).name), []).append(text)
        found.update(here)
    return tuple(text for texts in found.values() for text in texts)
