"""Objects in which anything may be wrong, through all that is made of them: something is said, and nothing is raised.

They are mutated from real ones and pass the seam that everything from a cluster passes (`cluster.shapes`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from k8stui.cluster.resources import (
    CONFIGMAPS,
    CRONJOBS,
    EVENTS,
    JOBS,
    LIMIT_RANGES,
    NAMESPACES,
    NODES,
    PDBS,
    PODS,
    RESOURCE_QUOTAS,
    ROLE_BINDINGS,
    STORAGE_CLASSES,
    Resource,
)
from k8stui.cluster.shapes import shaped
from k8stui.cluster.store import ObjectStore, key_of
from k8stui.control.cleanup.plan import Way, plan_cleanup
from k8stui.control.cleanup.sieve import sieve
from k8stui.control.cleanup.told import rows as told_rows
from k8stui.control.comparing.parts import compare
from k8stui.control.comparing.words import comparison_lines
from k8stui.control.describing.pods import pod_lines
from k8stui.control.describing.runs import attempt_lines, run_lines, step_lines
from k8stui.control.describing.schedules import schedule_lines
from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.budgets import blocking
from k8stui.control.diagnosis.pods import diagnose_pod
from k8stui.control.diagnosis.runs import diagnose_run
from k8stui.control.diagnosis.schedules import ScheduleSight, diagnose_schedule
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.steps import diagnose_step
from k8stui.control.doctor.connection import node_findings
from k8stui.control.doctor.evictions import budget_findings
from k8stui.control.doctor.limits import quota_findings, range_findings
from k8stui.control.doctor.namespace import bound_roles, namespace_finding
from k8stui.control.doctor.storage import storage_finding
from k8stui.control.events.board import last_seen, slim
from k8stui.control.events.lines import EventLine, event_line, grouped
from k8stui.control.events.reading import read_event
from k8stui.control.graph.boxes import boxes
from k8stui.control.graph.drawing import draw
from k8stui.control.objects.showing import as_yaml
from k8stui.control.pods.board import slim as slim_pod
from k8stui.control.pods.candidates import candidate
from k8stui.control.pods.forwarding import declared_ports
from k8stui.control.pods.views import main_container, pod_view
from k8stui.control.runs.assembly import Assembly
from k8stui.control.runs.outputs import output_lines, outputs_of
from k8stui.control.runs.recordreader import RunMaps
from k8stui.control.runs.summaries import Summaries
from k8stui.control.runs.usage import row_of, usage_of
from k8stui.control.schedules.lines import ScheduleLines
from k8stui.control.schedules.views import overdue, schedule_view
from k8stui.control.scripts.narrate import Narrator
from k8stui.control.timeline.drawing import Scale, bar
from k8stui.control.timeline.making import timeline
from k8stui.control.timeline.pulls import pulls_of
from k8stui.control.timeline.words import path_head, structured
from k8stui.control.troubles.places import of_nodes, of_quotas
from k8stui.control.troubles.suspects import groups, same_of_pods, suspect_pods, suspect_runs
from k8stui.control.truth import records
from k8stui.control.truth.jobs import jobs_by_owner
from k8stui.control.zenml.jobs import is_orchestrator
from k8stui.control.zenml.lines import ZenmlLines
from k8stui.control.zenml.reading import assembled
from k8stui.incluster.contract.protocol import Plan
from k8stui.model.views import RunView
from tests.chances import examples
from tests.hostile import TEXTS, raw, wrong
from tests.unit.control.diagnosis.samples import NODE, NOW
from tests.unit.control.kinds import (
    BINDING,
    BUDGET,
    CLASS,
    JOB,
    METRICS,
    NODE_IN_NEED,
    OUR_PODS,
    PLANNED,
    QUOTA,
    RANGE,
    REAL_EVENTS,
    REAL_PODS,
    RESULTS,
    SCHEDULES,
    ZENML,
    Json,
    the_record,
)
from tests.unit.control.samples import CREATED
from tests.unit.control.schedules.samples import cron_job as our_cron_job

SEEN = Around(NOW, nodes=(NODE,))


def kept(found: Json, resource: Resource) -> list[Json]:
    """What there is of it behind the seam."""
    known = shaped(found, resource)
    return [] if known is None else [known]


def clean(lines: Sequence[str]) -> None:
    assert not raw("\n".join(lines), allowed="\n\t")


@examples(40)
@given(wrong(*REAL_PODS, *OUR_PODS), st.booleans())
def test_pods(found: Json, forced: bool) -> None:
    clean([as_yaml(found)])  # As it was sent.
    for one in kept(found, PODS):
        slim_pod(one)
        main_container(one)
        declared_ports(one)
        view, line = pod_view(one), candidate(one)
        clean(pod_lines(one, [diagnose_pod(one, SEEN)], tuple(map(read_event, REAL_EVENTS[:3])), NOW))
        plan = plan_cleanup([line, line], running=True, way=Way.DELETE, grace_seconds=0 if forced else None)
        assert plan.summary()
        json.dumps(told_rows(plan, None, dry=True))
        list(filter(sieve("status:failed age:>1h restarts:>1 label:a=b x", NOW), [line]))
        groups(suspect_pods([line, line], [], NOW), same_of_pods)
        blocking(kept(BUDGET, PDBS), [one])
        budget_findings(kept(BUDGET, PDBS), [one])
        usage_of([METRICS], [view], [one])
        view.model_dump(mode="json")


@examples(40)
@given(wrong(*REAL_EVENTS))
def test_events(found: Json) -> None:
    lines: list[EventLine] = []
    for one in kept(found, EVENTS):
        assert isinstance(last_seen(one), str)
        lines += [event_line(one), event_line(slim(one))]
        pulls_of([one])
    lines += map(event_line, REAL_EVENTS[:2])
    for line in grouped(lines, {("ml", "x")}):
        assert isinstance(line.key, str)


@examples(40)
@given(wrong(NODE, NODE_IN_NEED), wrong(QUOTA), wrong(RANGE), wrong(BUDGET), wrong(CLASS, BINDING), wrong(METRICS))
def test_what_is_around_pods(node: Json, quota: Json, limits: Json, budget: Json, other: Json, metrics: Json) -> None:
    nodes, quotas = kept(node, NODES), kept(quota, RESOURCE_QUOTAS)
    list(of_nodes(nodes))
    list(of_quotas(quotas))
    node_findings(nodes, "v1.34.0")
    asked = {"orchestrator": {"limits": {"cpu": "2"}, "requests": {"memory": "2Gi"}}}
    ranges = kept(limits, LIMIT_RANGES)
    quota_findings(quotas, ranges, asked)
    range_findings(ranges, asked)
    blocking(kept(budget, PDBS), [OUR_PODS[0]])
    budget_findings(kept(budget, PDBS), [OUR_PODS[0]])
    storage_finding(kept(other, STORAGE_CLASSES))
    bound_roles(kept(other, ROLE_BINDINGS), "a", "ml")
    for one in kept(other, NAMESPACES):
        namespace_finding(one)
    used = kept(metrics, Resource("metrics.k8s.io", "v1beta1", "pods", "PodMetrics"))
    list(map(row_of, usage_of(used, [pod_view(OUR_PODS[0])], OUR_PODS)))
    for real in REAL_PODS[::7]:
        diagnose_pod(real, Around(NOW, nodes=tuple(nodes)))


@examples(40)
@given(
    wrong(*(one["cron_job"] for one in SCHEDULES), our_cron_job(startingDeadlineSeconds=60)),
    wrong(*(job for one in SCHEDULES for job in one["jobs"])),
    st.sampled_from(SCHEDULES),
)
def test_schedules(cron_job: Json, job: Json, real: Json) -> None:
    jobs, now = [*kept(job, JOBS), *real["jobs"]], real["at"]
    cron_jobs = {key_of(one): one for one in (*kept(cron_job, CRONJOBS), real["cron_job"])}
    lines = ScheduleLines()
    lines.refresh(cron_jobs, (), jobs, now)
    lines.pass_time(now + 86_400)
    for key, one in cron_jobs.items():
        lines.firings(key)
        view = schedule_view(one, jobs, now)
        sight = ScheduleSight(view, now, due=overdue(one, now), events=tuple(map(read_event, real["events"])))
        clean(schedule_lines(view, lines.firings(key), diagnose_schedule(sight), (), now))
        view.model_dump(mode="json")


@examples(40)
@given(st.data(), st.sampled_from(ZENML))
def test_runs_of_zenml(data: st.DataObject, objects: list[Json]) -> None:
    bad = data.draw(wrong(*objects))
    jobs = [one for one in objects if one["kind"] == "Job"]
    pods = [one for one in objects if one["kind"] == "Pod"]
    jobs += kept(bad, JOBS)
    pods += kept(bad, PODS)
    lines = ZenmlLines({key_of(one): one for one in jobs})
    lines.refresh()
    assert lines.runs
    assert len({(run.namespace, run.run) for run in lines.runs}) == len(lines.runs)
    for job in filter(is_orchestrator, jobs):
        told(assembled(job, jobs, pods).view, None)
    jobs_by_owner(jobs)


@examples(40)
@given(wrong(the_record()), wrong(RESULTS), wrong(PLANNED), wrong(JOB), wrong(*OUR_PODS), st.sets(st.integers(0, 4)))
def test_runs(found: Json, results: Json, planned: Json, job: Json, one_pod: Json, bad: set[int]) -> None:
    pieces = (found, results, planned, job, one_pod)
    good = (the_record(), RESULTS, PLANNED, JOB, OUR_PODS[0])
    found, results, planned, job, one_pod = (pieces[place] if place in bad else good[place] for place in range(5))
    heads = kept(found, CONFIGMAPS)
    if not heads:
        return
    (head,) = heads
    jobs = {key_of(one): one for one in kept(job, JOBS)}
    store = ObjectStore()
    for one in (head, {"metadata": {"name": "run-other", "namespace": "ml"}}, the_record()):
        store.put(one)
    summaries = Summaries(store.objects, jobs)
    summaries.refresh(None, now=CREATED + 60, live=True)
    assert len(summaries.runs) == len(store.objects)
    suspect_runs(summaries.runs, CREATED)
    for line in summaries.runs:
        json.dumps(line.model_dump(mode="json"), allow_nan=False)
    maps = {one["metadata"]["name"]: one for one in kept(planned, CONFIGMAPS)}
    plan = records.read_plan(records.plan_keys(head), maps)
    read = RunMaps(head, (head,), tuple(kept(results, CONFIGMAPS)), plan)
    pods = {key_of(one): one for one in (*kept(one_pod, PODS), *OUR_PODS)}
    told(Assembly().view(read, next(iter(jobs.values()), None), pods, now=CREATED + 60, live=True), plan, pods.values())


def told(run: RunView, plan: Plan | None, pods: Any = ()) -> None:
    """Everything that is said and drawn of a run."""
    now = CREATED + 60
    sight = Sight(run, plan, {one["metadata"]["name"]: one for one in pods}, Around(now, nodes=(NODE,)))
    diagnoses = diagnose_run(sight)
    assert diagnoses
    clean(run_lines(run, plan, diagnoses, (), now))
    for step in run.steps:
        clean(step_lines(run, plan, step, [diagnose_step(sight, step)], now))
        for one in step.attempts:
            clean(attempt_lines(run, step, one, now))
    clean(Narrator().changes(run))
    clean(Narrator().end(run))
    clean(draw(boxes(run)).lines)
    clean(output_lines(outputs_of(run, plan)))
    clean(comparison_lines(compare(run, run, now, plans=(plan, plan))))
    made = timeline(run, now)
    structured(made)
    path_head(made)
    scale = Scale(made.begin, made.end, 60)
    scale.axis("|")
    for row in made.rows:
        bar(row, scale)
    assert json.dumps(run.model_dump(mode="json"))


def test_messages_of_any_length_and_words_are_judged_at_once() -> None:
    """Rules look for the words of Kubernetes in texts that anybody may have written."""
    for piece in ("0/1 nodes are available: ", "exit code 1, ", "node(s) had untolerated taint {a: }, ", "a b", *TEXTS):
        text = (piece * 100_000)[:100_000]
        event = {"metadata": {"name": "e"}, "type": "Warning", "reason": "FailedScheduling", "message": text}
        for found in REAL_PODS[::3]:
            diagnose_pod(found, Around(NOW, events=(read_event(event),), nodes=(NODE,)))
