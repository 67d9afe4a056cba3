"""Jobs and CronJobs: what runs the masters."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cluster.contract.client import MERGE_PATCH, Api
from tests.cluster.contract.manifests import SLEEP, condition, has_condition, job, pod_spec, running

OURS = "made-for=a"
TRACKING = "batch.kubernetes.io/job-tracking"


async def test_a_job_makes_a_pod_with_its_labels_and_as_its_controller(api: Api) -> None:
    made = await api.create("jobs", job("a", SLEEP))
    (found,) = await api.until_listed("pods", lambda pods: len(pods) == 1, labelSelector=OURS)
    metadata, uid = found["metadata"], made["metadata"]["uid"]
    assert metadata["name"].startswith("a-")
    assert metadata["labels"] == {
        "made-for": "a",
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": "a",
        "controller-uid": uid,
        "job-name": "a",
    }
    assert metadata["ownerReferences"] == [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "name": "a",
            "uid": uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    assert metadata["finalizers"] == [TRACKING]
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}


async def test_a_pod_failure_policy_means_conditions_that_are_true(api: Api) -> None:
    policy = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}
    made = await api.create("jobs", job("a", SLEEP, podFailurePolicy=policy))
    assert made["spec"]["podReplacementPolicy"] == "Failed", "what it says of pods can be known at their end only"
    (rule,) = made["spec"]["podFailurePolicy"]["rules"]
    assert rule["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]


async def test_a_job_completes_when_its_pod_succeeds(api: Api) -> None:
    await api.create("jobs", job("a"))
    found = await api.until("jobs", "a", has_condition("Complete"))
    status = found["status"]
    assert status["succeeded"] == 1
    assert "active" not in status
    assert "failed" not in status
    assert status["startTime"] <= status["completionTime"]
    assert condition(found, "Complete")["reason"] == "CompletionsReached"
    assert condition(found, "SuccessCriteriaMet")["message"] == "Reached expected number of succeeded pods"


async def test_a_finished_jobs_pods_are_released_and_stay(api: Api) -> None:
    await api.create("jobs", job("a"))
    await api.until("jobs", "a", has_condition("Complete"))
    (found,) = await api.until_listed(
        "pods", lambda pods: [p for p in pods if TRACKING not in p["metadata"].get("finalizers", [])]
    )
    assert found["status"]["phase"] == "Succeeded"


async def test_a_running_job_counts_its_pod_as_active_and_ready(api: Api) -> None:
    await api.create("jobs", job("a", SLEEP))
    found = await api.until("jobs", "a", lambda obj: (obj.get("status") or {}).get("ready") == 1)
    assert found["status"]["active"] == 1
    assert found["status"]["terminating"] == 0


async def test_a_failed_pod_is_replaced_until_the_limit_is_exceeded(api: Api) -> None:
    await api.create("jobs", job("a", "raise SystemExit(1)", backoffLimit=1))
    found = await api.until("jobs", "a", has_condition("Failed"))
    assert found["status"]["failed"] == 2
    failed = condition(found, "Failed")
    assert (failed["reason"], failed["message"]) == (
        "BackoffLimitExceeded",
        "Job has reached the specified backoff limit",
    )
    assert condition(found, "FailureTarget")["reason"] == "BackoffLimitExceeded"
    assert len(await api.until_listed("pods", lambda pods: len(pods) == 2)) == 2


async def test_a_job_past_its_deadline_fails_and_its_pod_ends(api: Api) -> None:
    await api.create("jobs", job("a", SLEEP, activeDeadlineSeconds=2))
    found = await api.until("jobs", "a", has_condition("Failed"))
    failed = condition(found, "Failed")
    assert (failed["reason"], failed["message"]) == (
        "DeadlineExceeded",
        "Job was active longer than specified deadline",
    )
    await api.until_listed("pods", lambda pods: not pods)


async def test_several_completions_run_side_by_side(api: Api) -> None:
    await api.create("jobs", job("a", completions=3, parallelism=3))
    found = await api.until("jobs", "a", has_condition("Complete"))
    assert found["status"]["succeeded"] == 3


async def test_a_suspended_job_has_no_pod_until_it_is_resumed(api: Api) -> None:
    await api.create("jobs", job("a", suspend=True))
    found = await api.until("jobs", "a", has_condition("Suspended"))
    assert condition(found, "Suspended")["reason"] == "JobSuspended"
    assert "startTime" not in found["status"]
    assert (await api.ok("GET", api.path("pods")))["items"] == []
    await api.patch("jobs", "a", {"spec": {"suspend": False}})
    done = await api.until("jobs", "a", has_condition("Complete"))
    assert condition(done, "Suspended")["status"] == "False"
    assert condition(done, "Suspended")["reason"] == "JobResumed"


async def test_suspending_a_running_job_ends_its_pod(api: Api) -> None:
    await api.create("jobs", job("a", SLEEP))
    (made,) = await api.until_listed("pods", lambda pods: len(pods) == 1)
    await api.until("pods", made["metadata"]["name"], running)
    await api.patch("jobs", "a", {"spec": {"suspend": True}})
    await api.until_listed("pods", lambda pods: not pods)
    await api.until("jobs", "a", has_condition("Suspended"))
    await api.patch("jobs", "a", {"spec": {"suspend": False}})
    found = await api.until("jobs", "a", lambda obj: obj["status"].get("active"))
    assert not has_condition("Failed")(found)
    assert not found["status"].get("failed"), "a pod that was suspended has not failed"


async def test_a_deleted_pod_of_a_job_is_replaced(api: Api) -> None:
    await api.create("jobs", job("a", SLEEP))
    (first,) = await api.until_listed("pods", lambda pods: len(pods) == 1)
    # A pod deleted in the moment of its creation can escape the real controller, which then waits for minutes.
    await api.until("pods", first["metadata"]["name"], running)
    await api.ok("DELETE", api.path("pods", first["metadata"]["name"]))
    uid = first["metadata"]["uid"]
    await api.until_listed("pods", lambda pods: pods and all(p["metadata"]["uid"] != uid for p in pods))


async def test_a_finished_job_goes_after_its_time_to_live_with_its_pods(api: Api) -> None:
    await api.create("jobs", job("a", ttlSecondsAfterFinished=1))
    await api.until_gone("jobs", "a")
    await api.until_listed("pods", lambda pods: not pods)


async def test_limits_and_time_to_live_of_a_job_can_be_changed(api: Api) -> None:
    await api.create("jobs", job("a", SLEEP))
    changed = await api.patch("jobs", "a", {"spec": {"backoffLimit": 9, "ttlSecondsAfterFinished": 60}})
    assert (changed["spec"]["backoffLimit"], changed["spec"]["ttlSecondsAfterFinished"]) == (9, 60)


async def test_a_jobs_events_tell_what_it_made_and_that_it_completed(api: Api) -> None:
    await api.create("jobs", job("a"))
    events = await api.until_listed(
        "events",
        lambda found: {"SuccessfulCreate", "Completed"} <= {event["reason"] for event in found},
        fieldSelector="involvedObject.kind=Job,involvedObject.name=a",
    )
    created = next(event for event in events if event["reason"] == "SuccessfulCreate")
    assert created["message"].startswith("Created pod: a-")
    assert next(e for e in events if e["reason"] == "Completed")["message"] == "Job completed"


def cron_job(name: str, code: str = "pass", **spec: Any) -> dict[str, Any]:
    template = {"spec": {"template": {"spec": pod_spec(code)}}, "metadata": {"labels": {"made-by": name}}}
    return {"metadata": {"name": name}, "spec": {"schedule": minutes_ago(20), "jobTemplate": template, **spec}}


async def pretend_last_fired(api: Api, name: str, *, hours_ago: float) -> None:
    """Move a CronJob's last time into the past, so that its controller has a time to make up for."""
    moment = (datetime.now(UTC) - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = api.path("cronjobs", name, "status")
    await api.ok("PATCH", path, {"status": {"lastScheduleTime": moment}}, media=MERGE_PATCH)


def minutes_ago(minutes: int) -> str:
    """Return the schedule that was due every hour at that minute, so long ago."""
    return f"{(datetime.now(UTC) - timedelta(minutes=minutes)).minute} * * * *"


async def test_a_cron_job_fires_with_a_name_from_its_time(api: Api) -> None:
    due = int(datetime.now(UTC).timestamp()) // 60 - 20
    await api.create("cronjobs", cron_job("nightly", schedule=f"{due % 60} * * * *"))
    await pretend_last_fired(api, "nightly", hours_ago=0.5)
    (made,) = await api.until_listed("jobs", lambda jobs: len(jobs) == 1)
    assert made["metadata"]["name"] == f"nightly-{due}"
    assert made["metadata"]["labels"]["made-by"] == "nightly"
    minutes = int(made["metadata"]["name"].rpartition("-")[2])
    scheduled = datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert made["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"] == scheduled
    assert made["metadata"]["ownerReferences"][0]["kind"] == "CronJob"
    assert made["metadata"]["ownerReferences"][0]["controller"] is True
    fired = await api.until("cronjobs", "nightly", lambda obj: obj["status"].get("lastScheduleTime") == scheduled)
    assert fired["spec"]["concurrencyPolicy"] == "Allow"


async def test_a_finished_firing_is_noted_with_its_time(api: Api) -> None:
    await api.create("cronjobs", cron_job("nightly"))
    await pretend_last_fired(api, "nightly", hours_ago=0.5)
    found = await api.until("cronjobs", "nightly", lambda obj: (obj.get("status") or {}).get("lastSuccessfulTime"))
    assert not found["status"].get("active")


async def test_a_schedule_in_a_time_zone_keeps_its_offset(api: Api) -> None:
    await api.create("cronjobs", cron_job("local", timeZone="Asia/Kolkata", schedule="*/15 * * * *"))
    await pretend_last_fired(api, "local", hours_ago=0.4)
    made, *_ = await api.until_listed("jobs", lambda jobs: len(jobs) >= 1)
    stamp = made["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"]
    assert stamp.endswith("+05:30")


async def test_a_suspended_cron_job_does_not_fire_until_resumed(api: Api) -> None:
    await api.create("cronjobs", cron_job("nightly", suspend=True))
    await pretend_last_fired(api, "nightly", hours_ago=0.5)
    await api.patch("cronjobs", "nightly", {"metadata": {"labels": {"looked": "at"}}})
    assert (await api.ok("GET", api.path("jobs")))["items"] == []
    await api.patch("cronjobs", "nightly", {"spec": {"suspend": False}})
    await api.until_listed("jobs", lambda jobs: len(jobs) == 1)


async def fire_again(api: Api, name: str) -> dict[str, Any]:
    """Let a CronJob fire, and then once more for a later time while its first Job runs; return the first Job."""
    await pretend_last_fired(api, name, hours_ago=0.5)
    (first,) = await api.until_listed("jobs", lambda jobs: len(jobs) == 1)
    await api.until("cronjobs", name, lambda obj: len(obj["status"].get("active", [])) == 1)
    # A changed schedule is looked at when it is due next, any other change now. Suspended meanwhile, because a change
    # between a firing and its record loses that record: the controller of Kubernetes 1.34 then asks for the Job
    # without its namespace, until the next firing is due.
    await api.patch("cronjobs", name, {"spec": {"schedule": minutes_ago(4), "suspend": True}})
    await api.patch("cronjobs", name, {"spec": {"suspend": False}})
    return first


async def test_a_second_firing_runs_beside_the_first_when_allowed(api: Api) -> None:
    await api.create("cronjobs", cron_job("often", SLEEP, schedule=minutes_ago(12)))
    await fire_again(api, "often")
    await api.until_listed("jobs", lambda jobs: len(jobs) == 2)
    await api.until("cronjobs", "often", lambda obj: len(obj["status"].get("active", [])) == 2)


async def test_a_second_firing_waits_when_forbidden(api: Api) -> None:
    await api.create("cronjobs", cron_job("often", SLEEP, concurrencyPolicy="Forbid", schedule=minutes_ago(12)))
    first = await fire_again(api, "often")
    events = await api.until_listed(
        "events",
        lambda found: any(event["reason"] == "JobAlreadyActive" for event in found),
        fieldSelector="involvedObject.kind=CronJob",
    )
    told = next(event["message"] for event in events if event["reason"] == "JobAlreadyActive")
    assert told == "Not starting job because prior execution is running and concurrency policy is Forbid"
    jobs = (await api.ok("GET", api.path("jobs")))["items"]
    assert [job["metadata"]["uid"] for job in jobs] == [first["metadata"]["uid"]]


async def test_a_second_firing_replaces_the_first_when_told_to(api: Api) -> None:
    await api.create("cronjobs", cron_job("often", SLEEP, concurrencyPolicy="Replace", schedule=minutes_ago(12)))
    first = await fire_again(api, "often")
    uid = first["metadata"]["uid"]
    await api.until_listed("jobs", lambda jobs: len(jobs) == 1 and jobs[0]["metadata"]["uid"] != uid)


async def test_a_cron_jobs_jobs_go_with_it(api: Api) -> None:
    await api.create("cronjobs", cron_job("nightly", SLEEP))
    await pretend_last_fired(api, "nightly", hours_ago=0.5)
    await api.until_listed("jobs", lambda jobs: len(jobs) == 1)
    await api.ok("DELETE", api.path("cronjobs", "nightly"), {"propagationPolicy": "Background"})
    await asyncio.gather(
        api.until_listed("jobs", lambda jobs: not jobs), api.until_listed("pods", lambda pods: not pods)
    )


async def test_a_cron_job_name_of_53_characters_is_invalid(api: Api) -> None:
    answer = await api.call("POST", api.path("cronjobs"), cron_job("x" * 53))
    assert answer.code == 422
    assert answer.body["details"]["causes"][0]["field"] == "metadata.name"
