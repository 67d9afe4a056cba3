"""The examples load, and do what they promise when their functions are called here, without any cluster."""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load, load_pipelines
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import KIND_CONTAINER
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import ScheduleSpec

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(autouse=True)
def beside_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setattr(time, "sleep", lambda _: None)


def resolved(value: Input, results: dict[str, dict[str, Any]]) -> Any:
    if value.items is not None:
        return [resolved(item, results) for item in value.items]
    return value.value if value.step is None else results[value.step][value.output or ""]


def executed(spec: PipelineSpec) -> dict[str, dict[str, Any]]:
    """The results of all Python steps, run here one after the other as their pods would."""
    results: dict[str, dict[str, Any]] = {}
    for step in spec.steps:
        if step.kind == KIND_CONTAINER:
            continue
        function = getattr(importlib.import_module(step.module), step.function)
        value = function(**{name: resolved(source, results) for name, source in step.inputs.items()})
        values = value if len(step.outputs) > 1 else (value,)
        results[step.name] = dict(zip(step.outputs, values, strict=False))
    return results


def test_training_finds_the_best_of_four_models() -> None:
    spec = load(str(EXAMPLES / "train.py")).trace()
    assert [step.name for step in spec.steps] == [
        "load_data", "clean", "train", "train_2", "train_3", "train_4", "pick_best", "report"
    ]  # fmt: skip
    results = executed(spec)
    assert results["report"]["accuracy"] == 0.8967
    assert results["pick_best"]["best"]["learning_rate"] == 2.0


def test_the_four_trainings_can_run_side_by_side() -> None:
    steps = {step.name: step for step in load(str(EXAMPLES / "train.py")).trace().steps}
    fan = {"train", "train_2", "train_3", "train_4"}
    assert all(set(steps[name].after) == {"load_data", "clean"} for name in fan)
    assert set(steps["pick_best"].after) == fan


def test_the_results_of_the_training_are_small_enough_to_travel() -> None:
    results = executed(load(str(EXAMPLES / "train.py")).trace({"rows": 400}))
    assert max(len(str(result)) for result in results.values()) < 1000


def test_hello_greets(capsys: pytest.CaptureFixture[str]) -> None:
    executed(load(str(EXAMPLES / "hello.py")).trace({"name": "you"}))
    assert capsys.readouterr().out == "Hello, you!\n"


def test_etl_summarises_the_readings_of_a_day() -> None:
    spec = load(str(EXAMPLES / "etl.yaml")).trace({"readings": "3"})
    assert executed(spec)["transform"] == {"mean": 21.1, "highest": 23.8}
    assert [step.name for step in spec.steps] == ["announce", "extract", "transform", "load"]


def test_the_digest_sums_up_the_time_before_it_was_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8STUI_SCHEDULED_TIME", "2026-11-24T02:15:00Z")
    results = executed(load(str(EXAMPLES / "digest.py")).trace({"sources": '["web"]'}))
    assert results["window"] == {"begin": "2026-11-24T02:00:00+00:00", "end": "2026-11-24T02:15:00+00:00"}
    assert results["summarise"]["orders"] == results["collect"]["output"]["orders"]


def test_the_digest_has_a_schedule_and_can_be_run_by_hand() -> None:
    assert load(str(EXAMPLES / "digest.py")).trace().schedule is None
    assert load(f"{EXAMPLES / 'digest.py'}:every_quarter").trace().schedule == ScheduleSpec(cron="*/15 * * * *")


def test_settings_of_the_zenml_page_are_taken_with_other_imports_only() -> None:
    found = load_pipelines(EXAMPLES / "seed_settings.py")
    settings = found["my_kubernetes_pipeline"].settings
    assert settings is not None
    said = settings.explicit()
    assert said["service_account_name"] == "zenml-pipeline-runner"
    assert [t["key"] for t in said["pod_settings"]["tolerations"]] == ["gpu", "high-priority"]
    assert [p.type for p in found["simple_ml_pipeline"].parameters] == [int]
