"""How values become files and files values. Nothing is imported for a value that its own step has not imported.

JSON, bytes, dataclasses, pydantic models, arrays, tables, files and folders have formats that others can read; what is
none of these is a pickle, which nobody but a step of a run of the same store ever opens.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

from . import classes, folders
from .material import Material, UnkeepableError, name_of, write_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

JSON = "json"


def of(value: Any) -> Material:
    """How a value is written.

    Raises:
        UnkeepableError: It cannot be: a path where nothing is, something that cannot be pickled.
    """
    for find in (_bytes, folders.path, _array, _table, classes.model, classes.dataclass, _json):
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
    return Material("bytes", ".bin", lambda path: write_bytes(value, path), "bytes")


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
    return name_of(type(value))


def _items(value: Any) -> dict[str, int]:
    return {"items": len(value)} if isinstance(value, (list, tuple)) else {}


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


# -- all else ----------------------------------------------------------------------------------------------------


def _pickle(value: Any) -> Material:
    import pickle

    parts = list(value.values()) if type(value) is dict else value if type(value) in (list, tuple) else ()
    for part in parts:
        if folders.is_path(part):
            raise UnkeepableError(
                "is a %s with the path %s, whose file would not be kept: return the path of one folder with all files, "
                "or each path as an output of its own" % (type(value).__name__, part)
            )

    def write(path: str) -> None:
        with open(path, "wb") as file:
            try:
                pickle.dump(value, file, protocol=4)
            except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
                raise UnkeepableError("%s cannot be pickled: %s" % (name_of(type(value)), error)) from error

    return Material("pickle", ".pkl", write, _kind(value), **_items(value))


def _read_pickle(path: str, *_: object) -> Any:
    import pickle

    with open(path, "rb") as file:
        return pickle.load(file)  # noqa: S301  (of this store, its digest checked, in a step's own process)


_READERS: dict[str, Callable[..., Any]] = {
    JSON: _read_json,
    "bytes": _read_bytes,
    "pydantic": classes.read,
    "dataclass": classes.read,
    "numpy": _read_array,
    "pandas": _read_table,
    "polars": _read_table,
    "file": folders.read,
    "folder": folders.read,
    "pickle": _read_pickle,
}
