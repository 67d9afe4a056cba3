"""From a pipeline and its schedule to a CronJob: what it fires with, what it is called, what goes with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.master.firing import Firing, fired_plan
from k8stui.model.pipeline import StepSpec
from k8stui.model.schedule import Concurrency, ScheduleSpec
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.plan.caching import ALL_CACHED
from k8stui.plan.request import CompiledSchedule, RunRequest
from k8stui.plan.schedule import code_version, compile_schedule
from tests.unit.plan.samples import (
    REQUEST,
    compiled,
    container_step,
    master_pod,
    must_be_known_to_kubernetes,
    package,
    pipeline,
    python_step,
    variables,
)

NIGHTLY = ScheduleSpec(cron="5 2 * * *")
NAME = "my-pipeline-x7k2b"

OWN = {"pipeline": "my_pipeline", "k8stui.io/schedule": NAME, "app.kubernetes.io/managed-by": "k8stui"}


def schedule(
    spec: ScheduleSpec = NIGHTLY, settings: Settings | None = None, name: str = "my_pipeline"
) -> CompiledSchedule:
    return compile_schedule(
        pipeline(python_step("a"), container_step("b"), settings=settings, name=name), spec, REQUEST
    )


def job_template(made: CompiledSchedule) -> dict[str, Any]:
    template: dict[str, Any] = made.cron_job["spec"]["jobTemplate"]
    return template


def test_every_manifest_is_known_to_kubernetes() -> None:
    made = schedule(ScheduleSpec(cron="@daily", starting_deadline=9), Settings(failed_jobs_history_limit=2))
    for manifest in (made.cron_job, *made.owned_parts({**made.cron_job, "metadata": {"name": "x", "uid": "y"}})):
        must_be_known_to_kubernetes(manifest)
        assert manifest["metadata"]["namespace"] == "ml"


def test_it_is_called_like_its_pipeline_with_a_random_end_and_fits_a_cronjob() -> None:
    assert schedule().name == NAME
    assert len(schedule(name="p" * 80).name) == 52
    assert schedule(replace(NIGHTLY, name="nightly")).name == "nightly"


def test_it_begins_suspended_because_its_template_comes_after_it() -> None:
    assert schedule(replace(NIGHTLY, suspend=False)).cron_job["spec"]["suspend"] is True


def test_all_that_a_cronjob_can_be_told_reaches_it() -> None:
    given = ScheduleSpec(
        cron="5 2 * * *", time_zone="Europe/Berlin", concurrency=Concurrency.REPLACE, starting_deadline=60
    )
    spec = schedule(given, Settings(successful_jobs_history_limit=0, failed_jobs_history_limit=7)).cron_job["spec"]
    assert {key: value for key, value in spec.items() if key != "jobTemplate"} == {
        "schedule": "5 2 * * *",
        "timeZone": "Europe/Berlin",
        "concurrencyPolicy": "Replace",
        "startingDeadlineSeconds": 60,
        "successfulJobsHistoryLimit": 0,
        "failedJobsHistoryLimit": 7,
        "suspend": True,
    }


def test_what_was_not_said_is_left_to_kubernetes() -> None:
    spec = schedule().cron_job["spec"]
    assert spec["timeZone"] == "Etc/UTC"
    assert spec.keys().isdisjoint({"startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"})


def test_limits_of_its_history_have_an_effect() -> None:
    made = schedule(settings=Settings(failed_jobs_history_limit=1))
    assert made.cron_job["spec"]["failedJobsHistoryLimit"] == 1


def warned(*steps: StepSpec, request: RunRequest = REQUEST, **fields: Any) -> bool:
    return compile_schedule(pipeline(*steps, **fields), NIGHTLY, request).warnings == (ALL_CACHED,)


def test_one_that_would_do_its_work_only_once_is_told() -> None:
    a, b = python_step("a"), python_step("b")
    assert warned(a, b)
    assert not warned(a, b, enable_cache=False)
    assert not warned(a, python_step("b", enable_cache=False))
    assert not warned(a, container_step("c"))
    assert not warned(a, b, settings=Settings(prevent_orchestrator_pod_caching=True))
    assert not warned(a, b, request=replace(REQUEST, cache=False))


def test_a_step_that_asks_for_the_time_depends_on_that_of_each_firing() -> None:
    code = package(
        train="import os\ndef a():\n    return os.environ['K8STUI_SCHEDULED_TIME']\ndef b():\n    return 1\n"
    )
    made = compile_schedule(pipeline(python_step("a"), python_step("b"), code=code), NIGHTLY, REQUEST)
    assert made.warnings == ()
    firings = [Firing("run", "uid", NAME, 1_700_000_000.0 + 60 * number, None) for number in range(2)]
    (first_a, first_b), (then_a, then_b) = (fired_plan(made.plan, firing, {}).steps for firing in firings)
    assert first_b.cache == then_b.cache
    assert (first_a.cache.split(".")[2], then_a.cache.split(".")[2]) == tuple(firing.moment for firing in firings)


def test_its_master_is_the_one_of_a_run_by_hand_but_for_what_it_is_told() -> None:
    by_hand, fired = compiled(python_step("a"), container_step("b")).job["spec"], job_template(schedule())["spec"]
    assert {key: fired[key] for key in fired if key != "template"} == {
        key: by_hand[key] for key in by_hand if key != "template"
    }
    container, other = (one["template"]["spec"]["containers"][0] for one in (fired, by_hand))
    assert {**container, "env": []} == {**other, "env": []}
    assert fired["template"]["spec"] == {**by_hand["template"]["spec"], "containers": [container]}


def test_its_master_finds_the_plan_and_all_parts_of_the_template() -> None:
    made = schedule()
    found = variables(job_template(made)["spec"]["template"])
    assert (found["K8STUI_SCHEDULE"], found["K8STUI_NAMESPACE"]) == (NAME, "ml")
    assert "K8STUI_RUN" not in found
    parts = {part["metadata"]["name"]: part["data"] for part in made.parts}
    assert found["K8STUI_PARTS"].split(",") == list(parts)
    text = "".join(parts[name][key] for name, key in (one.split("/") for one in found["K8STUI_PLAN"].split(",")))
    assert Plan.from_text(text) == made.plan


def test_its_plan_has_no_run_and_only_a_prefix_that_was_chosen() -> None:
    assert (schedule().plan.run, schedule().plan.pod_prefix) == ("", "")
    assert schedule(settings=Settings(pod_name_prefix="My Team")).plan.pod_prefix == "my-team"


def test_everything_carries_pipeline_and_schedule_and_says_what_it_is() -> None:
    made, component = schedule(), names.LABEL_COMPONENT
    assert made.cron_job["metadata"]["labels"] == {**OWN, component: "schedule"}
    assert [part["metadata"]["labels"] for part in made.parts] == [{**OWN, component: "template"}] * len(made.parts)
    assert job_template(made)["metadata"]["labels"] == {**OWN, component: "orchestrator"}
    assert job_template(made)["spec"]["template"]["metadata"]["labels"] == {**OWN, component: "orchestrator"}
    for pod in made.plan.templates:
        assert pod["metadata"]["labels"] == {**OWN, component: "step"}


def test_it_remembers_what_a_cronjob_has_no_field_for() -> None:
    made = schedule()
    known = json.loads(made.cron_job["metadata"]["annotations"][names.ANNOTATION_SCHEDULE])
    assert known == {
        "pipeline": "my_pipeline",
        "submitted_by": "ada",
        "image": "example/python:1",
        "version": made.plan.version,
        "source": "",
        "code": known["code"],
        "template": [part["metadata"]["name"] for part in made.parts],
        "parameters": {},
    }


def test_the_version_of_a_pipeline_tells_code_and_steps_apart() -> None:
    spec = pipeline(python_step("a"))
    code, _, steps = code_version(spec).partition(".")
    assert code_version(pipeline(python_step("a"))) == f"{code}.{steps}"
    assert code_version(replace(spec, settings=Settings(step_timeout=9))).startswith(f"{code}.")
    assert code_version(pipeline(python_step("b"))) not in (f"{code}.{steps}", "")
    assert code_version(replace(spec, code=None)) == f".{steps}"


def test_parameters_too_many_to_be_listed_with_each_look_stand_in_the_plan_alone() -> None:
    def known(rows: str) -> Any:
        spec = replace(pipeline(python_step("a")), parameters={"rows": rows})
        made = compile_schedule(spec, NIGHTLY, REQUEST)
        assert made.plan.parameters == {"rows": rows}
        return json.loads(made.cron_job["metadata"]["annotations"][names.ANNOTATION_SCHEDULE]).get("parameters")

    assert known("few") == {"rows": "few"}
    assert known("x" * 20_000) is None


def test_its_parts_go_with_the_cronjob() -> None:
    made = schedule()
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": NAME, "uid": "1234"}
    parts = made.owned_parts({**made.cron_job, "metadata": {"name": NAME, "uid": "1234"}})
    assert [part["metadata"]["ownerReferences"] for part in parts] == [[owner]] * len(parts)


def test_a_template_never_has_the_name_of_an_earlier_one() -> None:
    first, second = ({part["metadata"]["name"] for part in schedule().parts} for _ in range(2))
    assert first.isdisjoint(second)


def test_a_run_by_hand_knows_nothing_of_schedules() -> None:
    run = compiled(python_step("a"))
    assert names.LABEL_SCHEDULE not in run.record["metadata"]["labels"]
    assert "K8STUI_SCHEDULE" not in variables(master_pod(run))
