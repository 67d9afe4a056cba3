"""A further run with the plan of an earlier one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from k8stui.control.truth import records
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.plan.copying import copy_run
from tests.unit.plan.samples import REQUEST, compiled


@pytest.mark.parametrize("settings", [None, Settings(orchestrator_image="own/master:1")])
def test_the_record_tells_the_image_of_the_steps(settings: Settings | None) -> None:
    run = compiled(settings=settings)
    again = copy_run(
        run.plan, replace(REQUEST, suffix="again"), parts=run.parts, own_keys=set(), job_spec=run.job["spec"], code={}
    )
    assert records.header(again.record)["image"] == REQUEST.image
    assert json.dumps(again.record) != json.dumps(run.record)
