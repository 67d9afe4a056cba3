"""The version that the program tells is the changelog's, and a release that is not ready says why."""

from __future__ import annotations

import pytest

from k8stui.version import __version__
from tools.release import CHANGELOG, disagreement, obstacles

UNRELEASED = "# Changelog\n\n## Unreleased\n\n### Added\n- A thing.\n\n## 0.9.0 - 2026-01-31\n\n- The first.\n"
RELEASED = UNRELEASED.replace("Unreleased", "1.0.0 - 2026-12-01")


def test_ours_agree() -> None:
    assert disagreement(__version__, CHANGELOG.read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize(
    ("version", "changelog", "said"),
    [
        ("1.0.0.dev0", UNRELEASED, ""),
        ("1.0.0", RELEASED, ""),
        ("1.0.0", UNRELEASED, "begins with '## Unreleased', but version.py says 1.0.0"),
        ("1.0.0.dev0", RELEASED, "begins with 1.0.0, but version.py says 1.0.0.dev0"),
        ("1.0.1", RELEASED, "begins with 1.0.0, but version.py says 1.0.1"),
        ("1.0.0", RELEASED.replace("2026-12-01", "soon"), "'## 1.0.0 - soon' is neither"),
        ("1.0.0.dev0", UNRELEASED.replace("### Added\n- A thing.\n", ""), "'## Unreleased', says nothing"),
        ("1.0.0", "# Changelog\n", "says nothing"),
    ],
)
def test_version_and_changelog_are_changed_together(version: str, changelog: str, said: str) -> None:
    told = disagreement(version, changelog)
    assert said in told
    assert bool(said) == bool(told)


def test_all_that_is_in_the_way_is_told_at_once() -> None:
    assert obstacles("1.0.0", RELEASED, ["v0.9.0"], "") == []
    told = obstacles("1.0.0.dev0", UNRELEASED, ["v1.0.0.dev0"], " M README.md")
    assert [sentence.split()[0] for sentence in told] == ["Version", "The", "Not"]
    assert "write 1.0.0 into" in told[0]
