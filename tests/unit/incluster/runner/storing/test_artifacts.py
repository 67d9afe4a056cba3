"""What a step keeps in the artifact store, and what one that takes it gets."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import io
import json
import re
import sys
import tarfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from pydantic import BaseModel

from k8stui.incluster.runner.storing import materials
from k8stui.incluster.runner.storing.artifacts import Artifacts
from k8stui.incluster.runner.storing.stores import StoreError, mounted
from k8stui.incluster.wire.references import MARK, SCHEMA
from tests.unit.incluster.keeping import TASK, kept


@dataclasses.dataclass
class Point:
    x: int
    y: float = 0.5


@dataclasses.dataclass
class Nested:
    point: Point


class Settings(BaseModel):
    rate: float
    names: tuple[str, ...]


class Color(str, enum.Enum):  # noqa: UP042  (as steps in Python 3.9 write it)
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass
class Loose:
    value: Any


class LooseModel(BaseModel):
    value: Any = None
    color: Color = Color.RED


class LookAlike:
    """No model, and it would be asked."""

    @staticmethod
    def model_validate_json(text: str) -> None:
        raise AssertionError(text)


@pytest.fixture
def store(tmp_path: Path) -> Artifacts:
    (tmp_path / "store").mkdir()
    (tmp_path / "home").mkdir()
    return Artifacts({"path": f"file://{tmp_path}/store"}, {}, TASK, str(tmp_path / "home"))


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("value", "type_", "kind"),
    [
        (list(range(2000)), "json", "list of 2000"),
        ({"a": [1] * 3000}, "json", "object of 1 keys"),
        ("x" * 5000, "json", "text of 5,000 characters"),
        (b"\0" * 10, "bytes", "bytes"),
        (Point(1), "dataclass", f"{__name__}.Point"),
        (Nested(Point(1)), "pickle", f"{__name__}.Nested"),
        (Settings(rate=0.1, names=("a", "b")), "pydantic", f"{__name__}.Settings"),
        ({1, 2}, "pickle", "set"),
        (float("inf"), "pickle", "float"),
        ([Point(1), Point(2)], "pickle", "list of 2"),
    ],
)
def test_a_value_comes_back_as_it_was(store: Artifacts, value: Any, type_: str, kind: str) -> None:
    reference = kept(store, value)
    assert (reference["type"], reference["kind"]) == (type_, kind)
    found = store.open(reference)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("inner", [Color.RED, Level.LOW, Counter("aab"), (1, 2), [Color.RED], {"a": Level.LOW}])
@pytest.mark.parametrize("outer", [Loose, lambda value: LooseModel(value=value)])
def test_models_keep_the_types_within(store: Artifacts, outer: Any, inner: Any) -> None:
    reference = kept(store, outer(inner))
    found = store.open(reference).value
    assert (reference["type"], repr(found), type(found)) == ("pickle", repr(inner), type(inner))


def test_models_of_plain_types_are_json_and_further_attributes_are_kept(store: Artifacts) -> None:
    value = {"a": [1, 0.5, None, True, "x"]}
    assert [kept(store, one)["type"] for one in (Loose(value), LooseModel(value=value))] == ["dataclass", "pydantic"]
    more = Point(1)
    more.note = "seen"  # type: ignore[attr-defined]  # as Python lets one
    assert store.open(kept(store, more)).note == "seen"


@pytest.mark.parametrize(
    ("type_", "names", "what"),
    [
        ("pydantic", "os:system", "model of pydantic"),
        ("pydantic", f"{__name__}:Point", "model of pydantic"),
        ("pydantic", f"{__name__}:LookAlike", "model of pydantic"),
        ("dataclass", "builtins:exec", "dataclass"),
        ("dataclass", f"{__name__}:Settings", "dataclass"),
        ("dataclass", f"{__name__}:no.such", "dataclass"),
    ],
)
def test_nothing_is_called_but_a_class_of_what_the_reference_says(
    store: Artifacts, type_: str, names: str, what: str
) -> None:
    reference = {**kept(store, Point(1)), "type": type_, "class": names}
    with pytest.raises(StoreError, match=rf"cannot be read: TypeError: {re.escape(names)} is no {what}"):
        store.open(reference)


def test_arrays_and_tables_keep_formats_that_others_can_read(store: Artifacts) -> None:
    array = np.arange(6, dtype="float32").reshape(2, 3)
    reference = kept(store, array)
    assert (reference["type"], reference["kind"]) == ("numpy", "array of float32, shape 2x3")
    assert (store.open(reference) == array).all()
    table = {"a": [1, 2], "b": ["x", "y"]}
    for library in (pd, pl):
        reference = kept(store, library.DataFrame(table))
        assert reference["type"] == library.__name__
        assert reference["kind"].startswith("table of 2 rows: a ")
        assert store.open(reference).equals(library.DataFrame(table))
    assert kept(store, np.array([object()], dtype=object))["type"] == "pickle"


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame({"a": pd.Series(["x", 1], dtype=object)}),
        pd.DataFrame({"a": pd.Series([(1, 2)], dtype=object)}),
        pd.DataFrame({"a": pd.Categorical(["x", 1])}),
        pd.DataFrame({"a": [1, 2]}, index=["x", 1]),
    ],
)
def test_tables_that_parquet_does_not_keep_are_pickled(store: Artifacts, table: pd.DataFrame) -> None:
    reference = kept(store, table)
    assert reference["type"] == "pickle"
    pd.testing.assert_frame_equal(store.open(reference), table)


def test_a_table_of_objects_is_not_written_as_parquet() -> None:
    assert materials.of(pl.DataFrame({"a": pl.Series([object()], dtype=pl.Object)})).type == "pickle"
    texts = pd.DataFrame({"a": ["x", None]}, index=["u", "v"], dtype=object)
    assert materials.of(texts).type == "pandas"


def test_files_and_folders_come_back_with_their_names_and_content(store: Artifacts, tmp_path: Path) -> None:
    (tmp_path / "out" / "sub").mkdir(parents=True)
    (tmp_path / "out" / "sub" / "a.csv").write_text("1,2")
    (tmp_path / "out" / "link").symlink_to("sub/a.csv")
    file, folder = kept(store, tmp_path / "out" / "sub" / "a.csv"), kept(store, tmp_path / "out")
    assert (file["type"], file["kind"], folder["kind"]) == ("file", "file a.csv", "folder out")
    assert (store.open(file).name, store.open(file).read_text()) == ("a.csv", "1,2")
    assert (store.open(folder) / "link").read_text() == "1,2"
    assert kept(store, tmp_path / "out")["sha256"] == folder["sha256"]


def test_the_largest_are_kept_until_the_rest_fits(store: Artifacts) -> None:
    values = {"small": 1, "middle": "m" * 2000, "large": "l" * 2900}
    found = store.keep(values, {name: len(json.dumps(value)) for name, value in values.items()}, 3072)
    assert (found["small"], found["middle"], found["large"]["type"]) == (1, "m" * 2000, "json")


def test_many_references_lose_their_words_and_too_many_are_refused(store: Artifacts) -> None:
    names = [f"output_{number}" for number in range(9)]
    found = store.keep(dict.fromkeys(names, "x" * 4000), dict.fromkeys(names, 4002), 3072)
    assert all("sha256" in one and "head" not in one for one in found.values())
    names = [f"output_{number}" for number in range(30)]
    with pytest.raises(StoreError, match="returns 30 outputs, and the references to them are"):
        store.keep(dict.fromkeys(names, "x" * 4000), dict.fromkeys(names, 4002), 3072)


def test_a_write_that_fails_leaves_nothing(store: Artifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(value: bytes, path: str) -> None:
        Path(path).write_bytes(value[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(materials, "write_bytes", torn)
    with pytest.raises(StoreError, match=r"output 'o' of step make: .* cannot be written: .*No space left"):
        kept(store, b"abcdef")
    assert files(tmp_path) == []


def test_what_cannot_be_pickled_and_a_path_to_nothing_say_so(store: Artifacts, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"output 'o' of step make, .* cannot be pickled"):
        kept(store, lambda: 1)
    with pytest.raises(StoreError, match=r"output 'o' of step make is the path .*none, and there is nothing"):
        kept(store, tmp_path / "none")
    assert files(tmp_path) == []


@pytest.mark.parametrize("target", ["/etc/hostname", "../beside", "sub/../../beside"])
def test_a_folder_whose_links_lead_out_of_it_says_so(store: Artifacts, tmp_path: Path, target: str) -> None:
    (tmp_path / "out" / "sub").mkdir(parents=True)
    (tmp_path / "beside").write_text("1")
    (tmp_path / "out" / "link").symlink_to(target)
    with pytest.raises(StoreError, match=r"output 'o' of step make is a folder whose link link leads to "):
        kept(store, tmp_path / "out")
    assert files(tmp_path) == []


def test_a_folder_that_is_reached_by_a_link_is_kept(store: Artifacts, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.csv").write_text("1,2")
    (tmp_path / "out").symlink_to("real")
    found = store.open(kept(store, tmp_path / "out"))
    assert (found.name, (found / "a.csv").read_text()) == ("out", "1,2")


@pytest.mark.parametrize("hold", [lambda path: [path], lambda path: (1, path), lambda path: {"a": path}])
def test_paths_within_other_values_say_that_their_files_would_be_lost(store: Artifacts, hold: Any) -> None:
    with pytest.raises(
        StoreError, match=r"output 'o' of step make .*with the path a\.csv, whose file would not be kept"
    ):
        kept(store, hold(Path("a.csv")))


def test_what_is_damaged_gone_or_elsewhere_is_never_interpreted(store: Artifacts, tmp_path: Path) -> None:
    reference = kept(store, {1, 2})
    [file] = files(tmp_path)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(StoreError, match="is damaged"):
        store.open(reference)
    file.unlink()
    with pytest.raises(StoreError, match="is not there any more"):
        store.open(reference)
    for uri in (f"file://{tmp_path}/other/artifacts/x.pkl", f"file://{tmp_path}/store/artifacts/../../x.pkl"):
        with pytest.raises(StoreError, match="is not in the artifact store of this run"):
            store.open({**reference, "uri": uri})


def forged(tmp_path: Path, content: bytes, **fields: Any) -> dict[str, Any]:
    """The reference to something that somebody has put into the store, with the right digest."""
    file = tmp_path / "store" / "artifacts" / "r-1" / "forged"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return {MARK: SCHEMA, "uri": f"file://{file}", "size": len(content), "sha256": sha256, **fields}


@pytest.mark.parametrize("members", [
    [("../evil", "")], [("a/../../evil", "")], [("/TMP/evil", "")], [("out", "/TMP"), ("out/evil", "")],
    [("up", "../../.."), ("up/evil", "")], [("evil", "/TMP/secret")], [("evil", "../../../secret")],
])  # fmt: skip
def test_a_forged_folder_writes_and_reads_nothing_outside(
    store: Artifacts, tmp_path: Path, members: list[tuple[str, str]]
) -> None:
    (tmp_path / "secret").write_text("hush")
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, link in members:
            member = tarfile.TarInfo(name.replace("/TMP", str(tmp_path)))
            member.type, member.linkname = (
                (tarfile.SYMTYPE, link.replace("/TMP", str(tmp_path))) if link else (b"0", "")
            )
            archive.addfile(member)
    with suppress(StoreError):
        found = store.open(forged(tmp_path, made.getvalue(), type="folder", name="out"))
        assert members == [("/TMP/evil", "")], "which is taken as a relative one"
        assert found.is_relative_to(tmp_path / "home" / "inputs")
    assert {path.parent for path in tmp_path.rglob("evil")} <= {
        path for path in (tmp_path / "home" / "inputs").rglob("*") if path.is_dir()
    }


@pytest.mark.parametrize("name", ["../../evil", "/evil", "a/../../../evil"])
def test_names_of_files_and_outputs_stay_in_their_folders(store: Artifacts, tmp_path: Path, name: str) -> None:
    found = store.open(forged(tmp_path, b"x", type="file", name=name))
    assert found.is_relative_to(tmp_path / "home" / "inputs")
    assert found.name == "evil"
    reference = store.keep({name: list(range(2000))}, {name: sys.maxsize}, 3072)[name]
    kept_at = Path(reference["uri"].removeprefix("file://"))
    assert kept_at.is_file()
    assert kept_at.parent == tmp_path / "store" / "artifacts" / "r-1" / kept_at.parts[-3] / "r-1-make-1"


def test_a_kind_that_no_step_writes_is_not_read(store: Artifacts, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="forged cannot be read: KeyError"):
        store.open(forged(tmp_path, b"x", type="joblib"))


def test_a_store_that_is_not_mounted_is_not_made_in_the_container(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no folder is mounted at that path"):
        Artifacts({"path": f"file://{tmp_path}/none"}, {}, TASK, str(tmp_path))
    assert not (tmp_path / "none").exists()


def test_a_package_that_the_image_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(StoreError, match="needs the package s3fs, which is not in image python:3"):
        Artifacts({"path": "s3://bucket"}, {}, TASK, str(tmp_path))


def test_paths_below_a_mount_are_where_the_embedded_cluster_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8STUI_MOUNTS", json.dumps({"/mnt": "/a", "/mnt/b": "/c"}))
    assert [mounted(path) for path in ("/mnt/b/x", "/mnt", "/mntx")] == ["/c/x", "/a", "/mntx"]
