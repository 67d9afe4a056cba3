"""Says whether what is here can be released, and builds it: `make release`. Publishes nothing.

Between releases the version ends in `.dev0` and the changelog begins with `## Unreleased`, so `k8stui --version` never
claims to be a release that it is not. A release is the commit where both say `X.Y.Z`, and the tag `vX.Y.Z` on it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from k8stui.version import __version__

ROOT = Path(__file__).resolve().parents[1]
CHANGELOG = ROOT / "CHANGELOG.md"

UNRELEASED = "Unreleased"

_SECTION = re.compile(r"^## (.+)\n((?:(?!## ).*\n?)*)", re.MULTILINE)
_RELEASED = re.compile(r"(\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d")
_DEVELOPED = re.compile(r"\d+\.\d+\.\d+\.dev0")


def disagreement(version: str, changelog: str) -> str:
    """What is wrong between the version and the newest section of the changelog, as a sentence; empty if nothing is."""
    found = _SECTION.search(changelog)
    title, text = found.groups() if found else ("", "")
    if not text.strip():
        return f"CHANGELOG.md: its first section, '## {title}', says nothing; write what a user would notice."
    if title == UNRELEASED:
        if _DEVELOPED.fullmatch(version):
            return ""
        return (
            f"CHANGELOG.md begins with '## {UNRELEASED}', but version.py says {version}: write '## {version} - DATE'."
        )
    released = _RELEASED.fullmatch(title)
    if not released:
        return f"CHANGELOG.md: '## {title}' is neither '## {UNRELEASED}' nor '## X.Y.Z - YYYY-MM-DD'."
    if released[1] != version:
        return f"CHANGELOG.md begins with {released[1]}, but version.py says {version}: write the same."
    return ""


def obstacles(version: str, changelog: str, tags: Collection[str], changed: str) -> list[str]:
    """All that is in the way of a release, as sentences.

    Args:
        version: What `version.py` says.
        changelog: The text of CHANGELOG.md.
        tags: Those that exist.
        changed: What git says is not committed; empty for nothing.
    """
    told = [disagreement(version, changelog)]
    if _DEVELOPED.fullmatch(version):
        told.append(
            f"Version {version} is one between releases: write {version.removesuffix('.dev0')} into "
            f"engine/k8stui/version.py, and into CHANGELOG.md in the place of '{UNRELEASED}'."
        )
    if f"v{version}" in tags:
        told.append(f"The tag v{version} exists: a release is never changed, so take the next version.")
    if changed:
        told.append(f"Not everything is committed:\n{changed}")
    return [sentence for sentence in told if sentence]


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607 - ours, from the PATH
    return done.stdout.rstrip()


def main() -> None:
    """Check, build, say what is left to do."""
    changelog = CHANGELOG.read_text(encoding="utf-8")
    told = obstacles(__version__, changelog, _git("tag", "--list").split(), _git("status", "--porcelain"))
    if told:
        raise SystemExit("No release:\n" + "\n".join(f"- {sentence}" for sentence in told))
    subprocess.run(["make", "--silent", "dist"], cwd=ROOT, check=True)  # noqa: S607 - from the PATH
    tag = f"v{__version__}"
    sys.stdout.write(f"Ready. When CI has passed on this commit:\n  git tag --annotate {tag} --message {tag}\n")
    sys.stdout.write(f"  git push origin {tag}\nThen give version.py the next version with .dev0, CHANGELOG.md a new ")
    sys.stdout.write(f"'## {UNRELEASED}'.\n")


if __name__ == "__main__":
    main()
