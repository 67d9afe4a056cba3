"""A file of ZenML is known by its imports, without being imported; and which run is its own, by time and pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.zenmlfile import is_zenml_file, zenml_pipelines
from k8stui.control.zenml.begun import begun


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("from zenml import pipeline", True),
        ("import zenml.client as client", True),
        ("def f():\n    from zenml.config import Schedule", True),
        ("from zenml import pipeline\nfrom k8stui import step", False),
        ("from .zenml import pipeline", False),
        ("import zenmlike", False),
        ("pipeline: x\nsteps: {}", False),
    ],
)
def test_its_imports_tell(tmp_path: Path, text: str, theirs: bool) -> None:
    (file := tmp_path / "flow.py").write_text(text)
    assert is_zenml_file(file) is theirs
    assert not is_zenml_file(tmp_path / "none.py")


def test_its_pipelines_are_those_that_are_decorated(tmp_path: Path) -> None:
    (file := tmp_path / "flow.py").write_text(
        "@pipeline\ndef a_b(): ...\n@zenml.pipeline(enable_cache=False)\ndef c(): ...\n"
        "@pipeline(name='given_name')\ndef d(): ...\n@step\ndef e(): ...\n"
    )
    assert zenml_pipelines(file) == {"a_b", "c", "given_name"}


def job(uid: str, pipeline: str, made: str, *, owner: str = "") -> dict[str, Any]:
    meta: dict[str, Any] = {"uid": uid, "labels": {"pipeline": pipeline}, "creationTimestamp": made}
    return {"metadata": {**meta, "ownerReferences": [{"kind": owner}]} if owner else meta}


def test_its_run_is_the_one_that_has_begun_since() -> None:
    old, own, other = job("1", "p", "1"), job("2", "p", "3"), job("3", "q", "2")
    fired = job("4", "p", "4", owner="CronJob")
    assert begun([old], [old, own, other, fired], {"p"}) == [own]
    assert begun([old], [old, own, other], {"x"}) == [other, own]
    assert begun([old], [old, fired], {"p"}) == []
