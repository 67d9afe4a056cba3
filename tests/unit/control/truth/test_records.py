"""Records are read whatever state they are in."""

from __future__ import annotations

import json

from k8stui.control.truth import records
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView
from tests.unit.control.samples import CREATED, RUN, plan, record


def test_a_summary_needs_metadata_only() -> None:
    metadata_only = {"metadata": record()["metadata"]}
    line = records.summary_view(metadata_only)
    assert (line.run, line.namespace, line.pipeline, line.state) == (RUN, "ml", "train", RunState.RUNNING)
    assert (line.total, line.created, line.submitted_by) == (2, CREATED, "ada")


def test_a_damaged_record_is_told_and_hides_nothing_else() -> None:
    damaged = record()
    damaged["metadata"]["annotations"][names.ANNOTATION_SUMMARY] = '{"state": "levitating"}'
    assert "cannot be read" in records.summary_view(damaged).why


def test_a_plan_is_joined_from_its_parts() -> None:
    whole = plan(("a", ())).to_text()
    maps = {"plan-0": {"data": {"a": whole[:40]}}, "plan-1": {"data": {"b": whole[40:]}}}
    keys = records.plan_keys(record())
    found = records.read_plan(keys, maps)
    assert found is not None
    assert [step.name for step in found.steps] == ["a"]
    assert records.read_plan(keys, {"plan-0": maps["plan-0"]}) is None


def test_without_a_plan_the_steps_are_those_with_a_status() -> None:
    status = {"load": StepStatus(StepState.SUCCEEDED)}
    view = records.run_view(record(status=status), plan=None, status=status, outputs={"load": {"rows": 3}})
    assert [(step.name, step.results) for step in view.steps] == [("load", {"rows": 3})]


def test_the_first_status_shard_is_the_record_itself() -> None:
    assert records.shard_names("r", 1) == ["run-r"]
    assert records.shard_names("r", 2) == ["run-r", "run-r-status-1"]


def test_the_json_of_a_run_can_be_read_back_and_has_readable_times() -> None:
    status = {"a": StepStatus(StepState.RUNNING, [Attempt(1, "p", StepState.RUNNING, started=CREATED)])}
    view = records.run_view(record(status=status), plan=plan(("a", ())), status=status, outputs={})
    text = view.model_dump_json()
    assert json.loads(text)["created"] == "1970-01-12T13:46:40.000Z"
    assert json.loads(text)["steps"][0]["attempts"][0]["started"] == "1970-01-12T13:46:40.000Z"
    assert RunView.model_validate_json(text) == view
