"""The author's code comes out of the zip as it went in, and anything else is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.authoring.package import zipped
from k8stui.incluster.runner.unzip import unzip

names = st.lists(st.text("abä_", min_size=1, max_size=5), min_size=1, max_size=3).map("/".join)


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@given(st.dictionaries(names.map(lambda name: f"{name}.py"), st.binary(max_size=200), max_size=5), st.booleans())
def test_every_file_is_written_as_it_was(files: dict[str, bytes], deflated: bool) -> None:
    with TemporaryDirectory() as folder:
        unzip(packed(files, zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED), folder)
        assert below(Path(folder)) == files


def test_a_code_package_comes_out_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "train.py"
    source.write_text("print('häll\u00f6')\n" * 1000, encoding="utf-8")
    unzip(zipped({"train.py": source, "deep/er/train.py": source}).data, str(tmp_path / "out"))
    assert below(tmp_path / "out") == dict.fromkeys(("train.py", "deep/er/train.py"), source.read_bytes())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no zip"),
        (b"PK" * 50, "no zip"),
        (packed({"a": b"x" * 99}).replace(b"PK\1\2", b"PK\1\3"), "directory is damaged"),
        (packed({"a": b"x" * 99}, zipfile.ZIP_STORED).replace(b"xx", b"xy", 1), "a in the zip is damaged"),
        (packed({"a": b"x" * 99}, zipfile.ZIP_BZIP2), "a in the zip is nothing that we packed"),
        (packed({"../a": b"x"}), "../a in the zip is nothing that we packed"),
        (packed({"a/": b""}), "a/ in the zip is nothing that we packed"),
    ],
    # A zip has the time in it, which is no name for a test.
    ids=["empty", "not one", "directory", "content", "bzip2", "outside", "folder"],
)
def test_anything_else_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        unzip(data, str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
