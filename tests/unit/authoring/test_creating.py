"""What is offered: each pipeline of a file with its newest run, then those known from runs only."""

from __future__ import annotations

from pathlib import Path

from k8stui.authoring.creating import offered
from k8stui.authoring.discover import FoundPipeline
from k8stui.model.labels import label_value
from k8stui.model.views import RunSummaryView


def found(name: str, file: str = "f.py") -> FoundPipeline:
    return FoundPipeline(f"{file}:{name}", Path(file), name, 1, "", f"{file}:{name}")


def run(pipeline: str, created: float) -> RunSummaryView:
    return RunSummaryView(run=f"{pipeline}-{created}", namespace="ml", pipeline=pipeline, created=created)


def test_the_newest_run_of_a_pipeline_stands_beside_it() -> None:
    runs = [run("b", 9.0), run("a", 8.0), run("a", 7.0), run("gone", 6.0), run("", 5.0)]
    offers = offered([found("a"), found("a", "other.py"), found("new")], runs)
    assert [(one.name, one.found is not None, one.last and one.last.created) for one in offers] == [
        ("a", True, 8.0),
        ("a", True, 8.0),
        ("new", True, None),
        ("b", False, 9.0),
        ("gone", False, 6.0),
    ]


def test_a_name_that_is_no_label_finds_its_runs_by_the_label_it_became() -> None:
    name = "Étape zéro / eins"
    (one,) = offered([found(name)], [run(label_value(name), 3.0)])
    assert one.last is not None
