"""ZenML's runs in one line each, from one look to the next."""

from __future__ import annotations

import copy

from k8stui.control.zenml.lines import ZenmlLines
from k8stui.incluster.contract.states import RunState
from tests.unit.control.zenml.recorded import objects


def test_only_the_run_that_changed_is_read_anew_and_one_that_goes_is_gone() -> None:
    found = [one for name in ("failing", "rich") for one in objects(name) if one["kind"] == "Job"]
    jobs = {(one["metadata"]["namespace"], one["metadata"]["name"]): one for one in found}
    lines = ZenmlLines(jobs)
    assert lines.refresh()
    assert not lines.refresh()
    before = {line.pipeline: line for line in lines.runs}
    assert {name: line.state for name, line in before.items()} == {
        "failing": RunState.FAILED, "training_rich": RunState.SUCCEEDED,
    }  # fmt: skip
    (step,) = [key for key, one in jobs.items() if one["metadata"]["labels"].get("step_name") == "bad"]
    going_on = copy.deepcopy(jobs[step])
    going_on["status"] = {"active": 1}
    jobs[step] = going_on
    assert lines.refresh()
    after = {line.pipeline: line for line in lines.runs}
    assert after["training_rich"] is before["training_rich"]
    assert after["failing"].counts == {"succeeded": 1, "queued": 1}
    assert lines.find(after["failing"].namespace, after["failing"].run) is after["failing"]
    for key in [key for key, one in jobs.items() if one["metadata"]["labels"]["pipeline"] == "failing"]:
        del jobs[key]
    assert lines.refresh()
    assert [line.pipeline for line in lines.runs] == ["training_rich"]
    assert lines.find("zenml", after["failing"].run) is None
