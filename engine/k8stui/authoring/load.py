"""Loading the pipelines of a file, for `k8stui run FILE[:PIPELINE]` and the screens: the file is imported, never run.

A Python file is imported as `python FILE` would see it (its directory first on the path, the module called like the
file), only without `if __name__ == "__main__":`; a pipeline called while it is being imported does nothing. Each load
reads the files again, so that a program that goes on never serves what was edited meanwhile.
"""

from __future__ import annotations

import difflib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from k8stui.authoring import places, sources
from k8stui.authoring.pipelines import Pipeline, calls_ignored
from k8stui.authoring.zenmlfile import is_zenml_file
from k8stui.model.errors import InvalidInputError, K8stuiError

if TYPE_CHECKING:
    from k8stui.authoring.yaml_pipeline import YamlPipeline

_loaded: set[str] = set()
"""Modules that loading brought in; dropped before the next load, so that edited files are read again."""


def load(target: str) -> Pipeline | YamlPipeline:
    """The pipeline that `FILE` or `FILE:PIPELINE` names.

    Args:
        target: A `.py` or `.yaml` file and, where it has several pipelines, the name of one or of a variable that
            holds it.

    Raises:
        InvalidInputError: There is no such file or pipeline, several without a choice, or the file cannot be loaded.
    """
    path, name = file_of(target)
    pipelines = load_pipelines(path)
    if name:
        if name not in pipelines:
            close = difflib.get_close_matches(name, pipelines, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            raise InvalidInputError(
                f"{places.shown(path)} has no pipeline {name!r}", hint=f"{hint}It has {', '.join(pipelines)}."
            )
        return pipelines[name]
    choices = {key: found for key, found in pipelines.items() if not getattr(found, "derived", False)} or pipelines
    different = {id(found): key for key, found in choices.items()}
    if len(different) > 1:
        raise InvalidInputError(
            f"{places.shown(path)} has {len(different)} pipelines: {', '.join(different.values())}",
            hint=f"Choose one: {places.shown(path)}:{next(iter(different.values()))}",
        )
    return next(iter(choices.values()))


def load_pipelines(path: Path) -> dict[str, Pipeline | YamlPipeline]:
    """All pipelines of a file, by variable and by name, in the order they stand there.

    Those that the file itself defines; where there are none, those it imports. What `with_options` made is among them
    by its variable.

    Raises:
        InvalidInputError: The file is not there, is neither Python nor YAML, has no pipeline, or cannot be loaded; the
            message names the line.
    """
    if not path.is_file():
        raise InvalidInputError(f"There is no file {places.shown(path)}")
    if path.suffix in sources.YAML_SUFFIXES:
        from k8stui.authoring.yaml_pipeline import load_yaml  # noqa: PLC0415  (PyYAML: only for YAML files)

        found = load_yaml(path)
        return {found.name: found}
    if path.suffix != ".py":
        raise InvalidInputError(f"{places.shown(path)} is neither a .py nor a .yaml file")
    if is_zenml_file(path):
        raise InvalidInputError(
            f"{places.shown(path)} is a file of ZenML: it imports zenml, and nothing of k8stui.",
            hint="k8stui run FILE runs it as `python FILE` would. To make it a pipeline of k8stui, other imports are "
            "enough: docs/from-zenml.md.",
        )
    module = _import(path.resolve())
    variables = {name: value for name, value in vars(module).items() if isinstance(value, Pipeline)}
    own = {name: value for name, value in variables.items() if value.__module__ == module.__name__} or variables
    if not own:
        raise InvalidInputError(
            f"{places.shown(path)} has no pipeline", hint="A pipeline is a function with @pipeline at its top level."
        )
    named: dict[str, Pipeline | YamlPipeline] = dict(own)
    for pipeline in own.values():
        if not pipeline.derived:
            named.setdefault(pipeline.name, pipeline)
    return named


def file_of(target: str) -> tuple[Path, str]:
    """The file that `FILE` or `FILE:PIPELINE` names, and the pipeline; empty where none is named."""
    path, _, name = target.rpartition(":")
    if path and not Path(target).exists() and "/" not in name and "\\" not in name:
        return Path(path), name
    return Path(target), ""


def _import(file: Path) -> ModuleType:
    name, root = sources.module_of(file)
    if "." in file.stem:
        raise InvalidInputError(
            f"{places.shown(file)} cannot be imported under its name, because of the dot in it",
            hint="Rename the file, with `_` in place of the dot.",
        )
    for old in _loaded:
        sys.modules.pop(old, None)
    _loaded.clear()
    for folder in dict.fromkeys((str(file.parent), str(root))):
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)
    importlib.invalidate_caches()
    before, foreign = set(sys.modules), sys.modules.get(name)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise InvalidInputError(f"{places.shown(file)} cannot be imported")
    # A cached module counts as fresh when size and second of its file agree: too coarse for an editor's second save.
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        if "." in name:
            importlib.import_module(name.rpartition(".")[0])
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        with calls_ignored():
            spec.loader.exec_module(module)
    except K8stuiError:
        raise
    except (Exception, SystemExit) as error:
        place = places.of_error(error) or places.shown(file)
        missing = error.name if isinstance(error, ModuleNotFoundError) else ""
        raise InvalidInputError(
            f"{places.shown(file)} cannot be loaded: {place}: {type(error).__name__}: {_first_line(error)}",
            hint=f"Install {missing} here as well: loading a pipeline imports its file." if missing else "",
        ) from error
    finally:
        sys.dont_write_bytecode = bytecode
        _loaded.update(
            new
            for new in {*sys.modules} - before | {name}
            if (at := getattr(sys.modules.get(new), "__file__", None)) and Path(at).resolve().is_relative_to(root)
        )
        if foreign is not None:
            # A file called like a library that this program uses must not stand in for it from now on.
            _loaded.discard(name)
            sys.modules[name] = foreign
    return module


def _first_line(error: BaseException) -> str:
    said = error.msg if isinstance(error, SyntaxError) else str(error)  # whose text repeats the place
    return (said.splitlines() or [""])[0]
