"""Code that is kept in a cluster is unpacked into its own folder, whatever somebody has put in its place."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from k8stui.authoring.retracing import KeptPipeline, retraced, unpacked
from k8stui.model.errors import InvalidInputError


def package(*entries: tuple[str | zipfile.ZipInfo, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return made.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    """An entry that says it is a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def test_nothing_is_written_outside_and_no_link_is_made(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)
    evil = package(
        ("../up.py", "x"), ("../../outside/up.py", "x"), ("a/../../b.py", "x"),
        (f"{tmp_path}/outside/absolute.py", "x"), (link("out"), str(tmp_path / "outside")), ("out/through.py", "x"),
    )  # fmt: skip
    with pytest.raises(InvalidInputError, match=r"^The code that is kept with the run r cannot be unpacked: "):
        unpacked(evil, folder, "run r")  # `out` is a file with a text, and so no folder
    assert list((tmp_path / "outside").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "outside"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["here"]
    assert not any(path.is_symlink() for path in folder.rglob("*"))


@pytest.mark.parametrize(
    "data",
    [b"no zip", package(("a.py", "x" * 99))[:-30], package((".git", "x")), package((".k8stuiignore/a", "x")),
     package(("n" * 300 + ".py", "x")), package(("a.py", "12345")).replace(b"12345", b"54321")],
    ids=["none", "cut", "git", "ignore", "long", "changed"],
)  # fmt: skip
def test_what_was_never_packed_is_refused_by_a_sentence(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"^The code that is kept with the run r cannot be ") as refused:
        unpacked(data, tmp_path, "run r")
    assert refused.value.hint == "Run its file again: k8stui run FILE"


def test_what_would_fill_the_disk_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8STUI_MAX_CODE_MIB", "1")
    with pytest.raises(InvalidInputError, match="comes to more than 1 MiB"):
        unpacked(package(("a.py", "x" * (1 << 20)), ("b.py", "x")), tmp_path, "run r")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", ["../up.py:p", "/etc/hostname:p", "none.py:p", ":p", ""])
async def test_a_source_outside_of_the_package_is_not_loaded(source: str) -> None:
    kept = KeptPipeline("run r", source, package(("p.py", "raise SystemExit")), {}, "Use its file.")
    with pytest.raises(InvalidInputError, match="keeps no code that its steps could be put together from"):
        await retraced(kept, {})
