"""Every package that is installed with k8stui is pinned, so that what was audited is what runs."""

from __future__ import annotations

from importlib.metadata import requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"


def needed(name: str, extras: frozenset[str], found: dict[str, frozenset[str]]) -> None:
    """Add to `found` what a package needs here, with the extras that are asked for."""
    before = found.get(name)
    if before is not None and extras <= before:
        return
    found[name] = (before or frozenset()) | extras
    for text in requires(name) or ():
        one = Requirement(text)
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            needed(canonicalize_name(one.name), frozenset(one.extras), found)


def test_all_that_is_installed_is_pinned_at_what_is_installed() -> None:
    pins = [Requirement(line) for line in CONSTRAINTS.read_text().splitlines()]
    assert all(str(pin.specifier).startswith("==") and len(pin.specifier) == 1 for pin in pins)
    pinned = {str(canonicalize_name(pin.name)): str(pin.specifier)[2:] for pin in pins}
    found: dict[str, frozenset[str]] = {}
    needed("k8stui", frozenset(("dev",)), found)
    installed = {name: version(name) for name in found if name != "k8stui"}
    assert len(installed) > 50
    assert {name: one for name, one in installed.items() if pinned.get(name) != one} == {}
