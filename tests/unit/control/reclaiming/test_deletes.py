"""What is deleted of a store, where others delete, too."""

from __future__ import annotations

from pathlib import Path

from fsspec.implementations.local import LocalFileSystem

from k8stui.control.reclaiming.carrying import deleted


def test_one_that_somebody_else_has_deleted_keeps_no_other(tmp_path: Path) -> None:
    keys = [f"artifacts/train-{number}" for number in range(4)]
    (tmp_path / "artifacts").mkdir()
    for key in (keys[0], keys[2], keys[3]):
        (tmp_path / key).touch()
    (tmp_path / keys[3]).unlink()
    (tmp_path / keys[3]).mkdir()  # rm refuses a folder
    errors = deleted(LocalFileSystem(), f"file://{tmp_path}", keys)
    assert list(errors) == [keys[3]]
    assert [(tmp_path / key).exists() for key in keys] == [False, False, False, True]
