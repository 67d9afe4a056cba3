"""How values become files and files values. Nothing is imported for a value that its own step has not imported.

JSON, bytes, dataclasses, pydantic models, arrays, tables, files and folders have formats that others can read; what is
none of these is a pickle, which nobody but a step of a run of the same store ever opens.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

JSON = "json"


class UnkeepableError(Exception):
    """The value cannot be kept; the message goes on from `output 'x' of step y`."""


class Material:
    """How one value is written.

    Attributes:
        type: The format, as it stands in the reference.
        suffix: Of its file.
        write: Writes it to a path.
        kind: What it is, in words.
        more: What the reference says besides: `class` of a model, `items` of a list.
    """

    def __init__(self, form: str, suffix: str, write: Callable[[str], None], kind: str, **more: Any) -> None:
        self.type, self.suffix, self.write, self.kind, self.more = form, suffix, write, kind, more


def of(value: Any) -> Material:
    """How a value is written.

    Raises:
        UnkeepableError: It cannot be: a path where nothing is, something that cannot be pickled.
    """
    for find in (_bytes, _path, _array, _table, _model, _dataclass, _json):
        found = find(value)
        if found is not None:
            return found
    return _pickle(value)


def read(path: str, reference: Mapping[str, Any], folder: str) -> Any:
    """The value that a file holds.

    Args:
        path: The file.
        reference: What is known of it.
        folder: Where files and folders are put that are values themselves.
    """
    return _READERS[reference["type"]](path, reference, folder)


# -- plain values ------------------------------------------------------------------------------------------------


def _json(value: Any) -> Material | None:
    try:
        text = json.dumps(value, allow_nan=False)  # the streaming encoder takes ten times as long
    except (TypeError, ValueError, RecursionError):
        return None
    return Material(JSON, ".json", lambda path: _write_text(text, path), _kind(value), **_items(value))


def _write_text(text: str, path: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        for start in range(0, len(text), 1 << 20):
            file.write(text[start : start + (1 << 20)])


def _read_json(path: str, *_: object) -> Any:
    with open(path, encoding="ascii") as file:
        return json.load(file)


def _bytes(value: Any) -> Material | None:
    if type(value) is not bytes:
        return None
    return Material("bytes", ".bin", lambda path: _write_bytes(value, path), "bytes")


def _write_bytes(value: bytes, path: str) -> None:
    with open(path, "wb") as file:
        file.write(value)


def _read_bytes(path: str, *_: object) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _kind(value: Any) -> str:
    if type(value) is str:
        return "text of {:,} characters".format(len(value))
    if type(value) in (list, tuple):
        return "%s of %d" % (type(value).__name__, len(value))
    if type(value) is dict:
        return "object of %d keys" % len(value)
    return _name(type(value))


def _items(value: Any) -> dict[str, int]:
    return {"items": len(value)} if isinstance(value, (list, tuple)) else {}


def _name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


# -- models ------------------------------------------------------------------------------------------------------


def _model(value: Any) -> Material | None:
    kind = type(value)
    if "pydantic" not in sys.modules or not hasattr(kind, "model_validate_json"):
        return None
    try:
        text: str = value.model_dump_json()
        same = _alike(kind.model_validate_json(text), value)
    except Exception:
        return None
    return _of_class("pydantic", value, text) if same else None


def _dataclass(value: Any) -> Material | None:
    kind = type(value)
    if not hasattr(kind, "__dataclass_fields__"):
        return None
    fields = {name: getattr(value, name, None) for name in kind.__dataclass_fields__}
    try:
        text = json.dumps(fields, allow_nan=False)
        same = _alike(kind(**json.loads(text)), value)
    except Exception:
        return None  # such as fields that are dataclasses themselves: a pickle keeps them
    return _of_class("dataclass", value, text) if same else None


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same down to the types within: `Color.RED == "red"` is no proof of that."""
    if type(one) is not type(other):
        return False
    if type(one) in (list, tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if type(one) is dict:
        return _alike(list(one.items()), list(other.items()))
    if hasattr(one, "__dataclass_fields__") or hasattr(one, "model_validate_json"):
        return _alike(_held(one), _held(other))
    return bool(one == other) and (isinstance(one, (str, bytes)) or not hasattr(one, "__iter__"))


def _held(value: Any) -> dict[str, Any]:
    """All attributes of a model, those besides its fields included."""
    fields = getattr(value, "__dataclass_fields__", ())
    held = {name: getattr(value, name, None) for name in (*fields, "__pydantic_extra__", "__pydantic_private__")}
    return dict(sorted({**held, **getattr(value, "__dict__", {})}.items()))


def _of_class(form: str, value: Any, text: str) -> Material | None:
    kind = type(value)
    place = "%s:%s" % (kind.__module__, kind.__qualname__)
    if kind.__module__ == "__main__" or _class_of(place) is not kind:
        return None
    return Material(form, ".json", lambda path: _write_bytes(text.encode(), path), _name(kind), **{"class": place})


def _class_of(place: str) -> Any:
    module, _, names = place.partition(":")
    found: Any = import_module(module)
    for name in names.split("."):
        found = getattr(found, name, None)
    return found


def _read_model(path: str, reference: Mapping[str, Any], *_: object) -> Any:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    kind = _class_of(reference["class"])
    return kind.model_validate_json(text) if reference["type"] == "pydantic" else kind(**json.loads(text))


# -- arrays and tables -------------------------------------------------------------------------------------------


def _array(value: Any) -> Material | None:
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or type(value) is not numpy.ndarray or value.dtype.hasobject:
        return None

    def write(path: str) -> None:
        with open(path, "wb") as file:
            numpy.save(file, value, allow_pickle=False)

    return Material("numpy", ".npy", write, "array of %s, shape %s" % (value.dtype, "x".join(map(str, value.shape))))


def _read_array(path: str, *_: object) -> Any:
    numpy: Any = import_module("numpy")
    return numpy.load(path, allow_pickle=False)


def _table(value: Any) -> Material | None:
    for library, writer in (("pandas", "to_parquet"), ("polars", "write_parquet")):
        module: Any = sys.modules.get(library)
        if module is None or type(value) is not module.DataFrame:
            continue
        if library == "pandas" and not (_there("pyarrow") and _is_of_parquet(module, value)):
            return None  # pandas needs a library to write it
        if library == "polars" and module.Object in value.dtypes:
            return None
        columns = ", ".join("%s %s" % (name, dtype) for name, dtype in zip(value.columns, value.dtypes))
        return Material(library, ".parquet", getattr(value, writer), "table of %d rows: %s" % (len(value), columns))
    return None


def _is_of_parquet(pandas: Any, table: Any) -> bool:
    """Whether a table has one name for each column, a text, and no column or index of any objects."""
    if not (table.columns.is_unique and all(isinstance(name, str) for name in table.columns)):
        return False
    found = [column for _, column in table.items()]
    found += [table.index.get_level_values(level) for level in range(table.index.nlevels)]
    things = [getattr(one.dtype, "categories", one) for one in found]
    infer = pandas.api.types.infer_dtype
    return all(one.dtype != object or infer(one, skipna=True) == "string" for one in things)


def _there(module: str) -> bool:
    try:
        import_module(module)
    except ImportError:
        return False
    return True


def _read_table(path: str, reference: Mapping[str, Any], *_: object) -> Any:
    return import_module(reference["type"]).read_parquet(path)


# -- files and folders -------------------------------------------------------------------------------------------


def _path(value: Any) -> Material | None:
    if not _is_path(value):
        return None
    if not os.path.exists(value):
        raise UnkeepableError("is the path %s, and there is nothing" % value)
    source = os.path.abspath(value)
    name = os.path.basename(source) or "folder"
    if os.path.isdir(source):
        real = os.path.realpath(source)
        _check_links(real)
        return Material("folder", ".tar", lambda path: _write_tar(real, path), "folder %s" % name, name=name)
    return Material("file", os.path.splitext(name)[1], lambda path: _copy(source, path), "file %s" % name, name=name)


def _is_path(value: Any) -> bool:
    return hasattr(value, "__fspath__") and hasattr(value, "is_dir")


def _copy(source: str, path: str) -> None:
    import shutil

    shutil.copyfile(source, path)


def _check_links(source: str) -> None:
    within = os.path.join(source, "")
    for folder, folders, names in os.walk(source):
        for link in (os.path.join(folder, name) for name in folders + names):
            if not os.path.islink(link):
                continue
            target = os.readlink(link)
            if os.path.isabs(target) or not os.path.join(os.path.realpath(link), "").startswith(within):
                raise UnkeepableError(
                    "is a folder whose link %s leads to %s: a link must be relative and stay within the folder; copy "
                    "there what it leads to" % (os.path.relpath(link, source), target)
                )


def _write_tar(source: str, path: str) -> None:
    import tarfile

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = 0
        return entry

    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for folder, folders, names in os.walk(source):
            folders.sort()
            here = os.path.relpath(folder, source)
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            archive.add(folder, arcname=here, recursive=False, filter=plain)
            for name in sorted(names + links):
                archive.add(os.path.join(folder, name), os.path.join(here, name), recursive=False, filter=plain)


def _read_path(path: str, reference: Mapping[str, Any], folder: str) -> Any:
    import pathlib

    own = os.path.join(folder, os.urandom(6).hex())
    target = os.path.join(own, os.path.basename(reference["name"]))
    os.makedirs(own)
    if reference["type"] == "file":
        _copy(path, target)
        return pathlib.Path(target)
    import tarfile

    with tarfile.open(path) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(target, filter="data")
        else:  # before Python 3.9.17
            archive.extractall(target)  # noqa: S202  (written by a step of ours, its digest checked)
    return pathlib.Path(target)


# -- all else ----------------------------------------------------------------------------------------------------


def _pickle(value: Any) -> Material:
    import pickle

    parts = list(value.values()) if type(value) is dict else value if type(value) in (list, tuple) else ()
    for part in parts:
        if _is_path(part):
            raise UnkeepableError(
                "is a %s with the path %s, whose file would not be kept: return the path of one folder with all files, "
                "or each path as an output of its own" % (type(value).__name__, part)
            )

    def write(path: str) -> None:
        with open(path, "wb") as file:
            try:
                pickle.dump(value, file, protocol=4)
            except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
                raise UnkeepableError("%s cannot be pickled: %s" % (_name(type(value)), error)) from error

    return Material("pickle", ".pkl", write, _kind(value), **_items(value))


def _read_pickle(path: str, *_: object) -> Any:
    import pickle

    with open(path, "rb") as file:
        return pickle.load(file)  # noqa: S301  (of this store, its digest checked, in a step's own process)


_READERS: dict[str, Callable[..., Any]] = {
    JSON: _read_json,
    "bytes": _read_bytes,
    "pydantic": _read_model,
    "dataclass": _read_model,
    "numpy": _read_array,
    "pandas": _read_table,
    "polars": _read_table,
    "file": _read_path,
    "folder": _read_path,
    "pickle": _read_pickle,
}
