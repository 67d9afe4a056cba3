"""What a person keeps out of the code package: `.gitignore` and `.k8stuiignore`, read as git reads the former.

Both count from the top of the repository down, wherever in it the pipeline is; deeper files win over higher ones, later
lines over earlier ones. `.k8stuiignore` wins over `.gitignore`: a line with `!` takes in what would be left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.authoring.places import shown
from k8stui.model.errors import InvalidInputError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

GIT_FILE, OWN_FILE = ".gitignore", ".k8stuiignore"


@dataclass(frozen=True)
class Ignoring:
    """What is left out below the root of a code package.

    Raises:
        InvalidInputError: A line of a `.k8stuiignore` is no pattern; by any method.
    """

    git: _Files
    own: _Files

    @classmethod
    def below(cls, root: Path) -> Ignoring:
        """The rules for a root: those of its repository, unless that ignores the root as a whole."""
        top = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
        git = _Files(GIT_FILE, top)
        if any(git.says(one, folder=True) for one in (root, *root.parents) if one != top and one.is_relative_to(top)):
            git = _Files(GIT_FILE, root)  # a folder of its own, which only happens to lie in a repository
        return cls(git, _Files(OWN_FILE, top))

    def left_out(self, path: Path, *, folder: bool = False) -> bool | None:
        """Whether a path is left out; False where a `.k8stuiignore` takes it in, None where nobody says."""
        said = self.own.says(path, folder=folder)
        if said is None and self.git.says(path, folder=folder):
            return True
        return said


@dataclass(frozen=True)
class _Files:
    """All ignore files of one name, from a folder down."""

    name: str
    top: Path
    _read: dict[Path, GitIgnoreSpec | None] = field(default_factory=dict)

    def says(self, path: Path, *, folder: bool) -> bool | None:
        for base in path.parents:
            if base not in self._read:
                self._read[base] = self._patterns(base / self.name)
            patterns = self._read[base]
            if patterns is not None:
                seen = path.relative_to(base).as_posix() + ("/" if folder else "")
                said = patterns.check_file(seen)
                if said.include and folder:  # `!*/` after `*` takes folders in, which the library holds for weaker
                    later = patterns.patterns[(said.index or 0) + 1 :]
                    return not any(one.include is False and one.match_file(seen) for one in later)
                if said.include is not None:
                    return said.include
            if base == self.top:
                break
        return None

    def _patterns(self, file: Path) -> GitIgnoreSpec | None:
        if not file.is_file():
            return None
        from pathspec import GitIgnoreSpec  # noqa: PLC0415  (only where there is such a file)

        good: list[str] = []
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            try:
                GitIgnoreSpec.from_lines([line])
            except ValueError:
                if self.name == OWN_FILE:  # git passes over such lines, so it is none of our business in its file
                    raise InvalidInputError(
                        f"{shown(file)}:{number}: {line!r} is no pattern", hint="Write it as in a .gitignore."
                    ) from None
                continue
            good.append(line)
        return GitIgnoreSpec.from_lines(good)
