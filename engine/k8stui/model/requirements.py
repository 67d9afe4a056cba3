"""What steps require beyond their image: requirements as pip reads them (PEP 508), checked where they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from k8stui.model.errors import InvalidInputError

_EXAMPLE = 'Write it as ["pandas==2.3.1", "scikit-learn>=1.7"].'


def checked(given: Any, *, where: str) -> tuple[str, ...]:
    """What a `requirements=` says; empty for nothing.

    Raises:
        InvalidInputError: It is no list, one of it is no requirement, or holds a password.
    """
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
        raise InvalidInputError(f"{where}: requirements={given!r} is not a list of texts", hint=_EXAMPLE)
    return tuple(_checked(one.strip(), where) for one in given)


def _checked(text: str, where: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415  (only where there are some)

    if text.startswith("-"):
        raise InvalidInputError(
            f"{where}: requirements: {text!r} is an option of pip, not a requirement",
            hint="Options are variables: pod_settings: env: PIP_INDEX_URL, for instance. "
            "Files are read in Python: requirements=Path('requirements.txt').read_text().splitlines()",
        )
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        said = str(error).splitlines()[0]
        raise InvalidInputError(f"{where}: requirements: {text!r} is none: {said}", hint=_EXAMPLE) from error
    if requirement.url and urlsplit(requirement.url).password:
        raise InvalidInputError(
            f"{where}: requirements: {requirement.name} has a password in its address, which is kept with each run",
            hint="Give it by a Secret: pod_settings: env_from, with PIP_INDEX_URL or NETRC.",
        )
    return text


def joined(*given: Iterable[str]) -> tuple[str, ...]:
    """Requirements of several layers, from the outermost in; an inner one replaces an outer one of the same package."""
    layers = tuple(layer for one in given if (layer := tuple(one)))
    if not layers:
        return ()
    from packaging.requirements import Requirement  # noqa: PLC0415  (only where there are some)
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    found: dict[str, str] = {}
    for layer in layers:
        for text in layer:
            found[canonicalize_name(Requirement(text).name)] = text
    return tuple(found.values())
