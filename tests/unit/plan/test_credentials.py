"""Where the compiler puts credentials: into a Secret or the master's environment, never into plan or record."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.wire.variables import ENV_CREDENTIALS
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import ScheduleSpec
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import CompiledRun
from k8stui.plan.schedule import compile_schedule
from tests.unit.plan.samples import REQUEST, master_pod, pipeline, python_step, variables

GIVEN = {"STORE_KEY": "s3cr$t", "STORE_ID": "ada"}
OPEN = replace(REQUEST, credentials=GIVEN)
HIDDEN = replace(OPEN, config=KubernetesOrchestratorConfig(pass_token_as_secret=True))
PIPELINE = pipeline(python_step("a"))


def lasting(run: CompiledRun) -> str:
    """What is kept for as long as the run's record."""
    return json.dumps([run.record, run.parts])


def test_a_secret_holds_them_and_its_job_waits_for_it() -> None:
    run = compile_run(PIPELINE, HIDDEN)
    assert run.secret is not None
    assert {name: b64decode(value).decode() for name, value in run.secret["data"].items()} == GIVEN
    assert run.secret["metadata"]["name"] == names.credentials_name(run.plan.run)
    assert run.job["spec"]["suspend"] is True
    assert ENV_CREDENTIALS not in variables(master_pod(run))
    assert run.plan.credentials == ("STORE_KEY", "STORE_ID")


def test_without_the_setting_the_master_alone_knows_them() -> None:
    run = compile_run(PIPELINE, OPEN)
    assert run.secret is None
    assert "suspend" not in run.job["spec"]
    assert json.loads(variables(master_pod(run))[ENV_CREDENTIALS].replace("$$", "$")) == GIVEN
    assert run.plan.credentials == ("STORE_KEY", "STORE_ID")


@pytest.mark.parametrize("request_", [OPEN, HIDDEN])
def test_nothing_that_outlives_the_job_holds_a_value(request_: object) -> None:
    run = compile_run(PIPELINE, request_)  # type: ignore[arg-type]  # parametrized
    assert "s3cr" not in lasting(run)
    assert "s3cr" not in run.plan.to_text()
    assert "s3cr" not in repr(request_)


def test_without_credentials_there_is_no_secret_whatever_the_setting() -> None:
    run = compile_run(PIPELINE, replace(HIDDEN, credentials={}))
    assert run.secret is None
    assert "suspend" not in run.job["spec"]


def test_a_schedule_owns_a_secret_that_its_runs_copy() -> None:
    made = compile_schedule(PIPELINE, ScheduleSpec(cron="0 * * * *"), HIDDEN)
    (secret,) = [part for part in made.parts if part["kind"] == "Secret"]
    assert secret["metadata"]["name"] == names.schedule_credentials_name(made.name)
    assert names.LABEL_RUN_ID not in secret["metadata"]["labels"]
    assert "suspend" not in made.cron_job["spec"]["jobTemplate"]["spec"]


@pytest.mark.parametrize(
    ("credentials", "told"),
    [
        ({"1ST": "x"}, "credentials: '1ST' is not possible"),
        ({"K8STUI_KEY": "x"}, "belong to k8stui"),
        ({"BIG": "x" * 70_000}, "the credentials are 68 KiB, more than the 64 KiB allowed"),
    ],
)
def test_what_cannot_be_given_is_refused_without_its_value(credentials: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        compile_run(PIPELINE, replace(OPEN, credentials=credentials))
