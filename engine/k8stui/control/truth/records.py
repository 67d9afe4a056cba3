"""Reads what submitter and master wrote of a run: record, status shards, results, plan. Pure; all input is API JSON.

Whatever is damaged or newer than this k8stui is told in the run's `why`; one bad record must not hide the others of
a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from k8stui.cluster.shapes import JOB_SPEC
from k8stui.control.pods.views import LONGEST_STEP
from k8stui.control.truth.caching import cache_sentence
from k8stui.control.truth.forks import item_plan
from k8stui.control.truth.soundplan import sound
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan, PlanError, StepPlan
from k8stui.incluster.contract.record import HEADER_KEY, RESULTS_KEY, STATUS_KEY, StepStatus, Summary
from k8stui.incluster.contract.unfolding import item_name, item_place
from k8stui.model.errors import K8stuiError, NotFoundError
from k8stui.model.shapes import (
    each,
    fields,
    flag,
    mapping,
    measures,
    moment,
    number,
    parsed_as,
    part,
    seconds,
    sentence,
    text,
)
from k8stui.model.views import ArchiveView, RunSummaryView, RunView, SourceView, StepView
from k8stui.plan.kept import archive_of

Json = dict[str, Any]

TellStep: TypeAlias = "Callable[[str, StepPlan | None, StepStatus, Json], StepView]"
"""Makes the view of a step from its name, its plan, its status and its results."""

_WAITING = StepStatus()

_ATTEMPT = fields(
    {
        "attempt": number, "pod": text, "uid": text, "node": text, "created": seconds, "started": seconds,
        "finished": seconds, "exit_code": number, "reason": text, "message": sentence, "silent": flag,
        "deadline": seconds, "progress": part, "metrics": measures, "reported": seconds,
    },
    must=("attempt", "pod"),
)  # fmt: skip

_STATUS = fields(
    {
        "attempts": each(_ATTEMPT), "failures": number, "disruptions": number, "startups": number, "why": sentence,
        "not_before": seconds, "untaken": flag, "cache": text,
    }
)  # fmt: skip

_HEADER = fields(
    {
        "pipeline": text, "parameters": mapping, "image": text, "version": text, "scheduled": moment, "rerun_of": text,
        "source": fields({"target": text}), "retries": each(mapping), "plan": each(text), "job_spec": each(text),
    }
)  # fmt: skip


def summary_view(record: Json) -> RunSummaryView:
    """The run in one line, from the record's metadata alone."""
    meta = record["metadata"]
    labels = meta.get("labels") or {}
    base = {
        "run": run_of(record),
        "namespace": meta.get("namespace") or "",
        "pipeline": labels.get(names.LABEL_PIPELINE) or "",
        "schedule": labels.get(names.LABEL_SCHEDULE) or "",
        "trigger": (meta.get("annotations") or {}).get(names.ANNOTATION_TRIGGER) or "",
    }
    try:
        summary = Summary.from_text((meta.get("annotations") or {})[names.ANNOTATION_SUMMARY])
        data = vars(summary)
        return RunSummaryView(**base, counts=data["steps"], **{key: data[key] for key in data if key != "steps"})
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return RunSummaryView(**base, why="its record cannot be read: damaged, or written by a newer k8stui")


def requested(record: Json) -> str:
    """What a person asked of the master (`stop`, `pause`); empty when nothing was asked."""
    return str((record["metadata"].get("annotations") or {}).get(names.ANNOTATION_REQUEST) or "")


def claimed(record: Json) -> bool:
    """Whether a master has been at work on the run."""
    return (record["metadata"].get("annotations") or {}).get(names.ANNOTATION_EPOCH) not in (None, "", "0")


def header(record: Json) -> Json:
    """What the submitter wrote of the run; empty when it is missing or damaged."""
    return parsed_as(_HEADER, _text(record, HEADER_KEY))


def job_of(record: Json) -> str:
    """The Job under which a run goes on now, from its record's metadata alone: each retry has one of its own."""
    named = (record["metadata"].get("annotations") or {}).get(names.ANNOTATION_JOB)
    return str(named or names.job_name(run_of(record)))


def run_of(record: Json) -> str:
    """The name of a record's run; a label that says another one than its own name does not count."""
    meta = record["metadata"]
    told = str((meta.get("labels") or {}).get(names.LABEL_RUN_ID) or "")
    return told if names.record_name(told) == meta["name"] else str(meta["name"].removeprefix("run-"))


def retries_of(head: Json) -> list[Json]:
    """The retries that a header tells of, the first one first."""
    return list(head.get("retries") or ())


def source_target(head: Json) -> str:
    """The file and pipeline of a header; empty when it does not tell, as those of older versions."""
    return str((head.get("source") or {}).get("target") or "")


def statuses(shards: Iterable[Json]) -> dict[str, StepStatus]:
    """What the master wrote of each step; a step that is missing waits."""
    return {step: step_status(data) for shard in shards for step, data in raw_statuses(shard).items()}


def raw_statuses(shard: Json) -> Json:
    """What the master wrote of each step of a shard, as it stands there."""
    found = parsed_as(mapping, _text(shard, STATUS_KEY))
    return {step: data for step, data in found.items() if len(step) <= LONGEST_STEP}


def step_status(data: Json) -> StepStatus:
    """What the master wrote of a step."""
    try:
        status = StepStatus.from_json(_STATUS(data))
        status.attempts = list({one.attempt: one for one in status.attempts}.values())
    except (KeyError, TypeError, ValueError, AttributeError):
        return StepStatus(why="its status cannot be read: damaged, or written by a newer k8stui")
    return status


def results(shards: Iterable[Json]) -> dict[str, dict[str, Any]]:
    """The small results, by step and output."""
    found: dict[str, dict[str, Any]] = {}
    for shard in shards:
        for step, outputs in parsed_as(mapping, _text(shard, RESULTS_KEY)).items():
            if isinstance(outputs, dict):
                found.setdefault(step, {}).update(outputs)
    return found


def shard_names(run: str, shards: int) -> list[str]:
    """The ConfigMaps of that many status shards; the first is the record itself."""
    return [names.status_shard_name(run, shard) for shard in range(shards)]


def plan_keys(record: Json) -> list[tuple[str, str]]:
    """The (ConfigMap, key) pairs whose texts, joined, are the plan."""
    return chunk_keys(record, "plan")


def chunk_keys(record: Json, what: str) -> list[tuple[str, str]]:
    """The (ConfigMap, key) pairs of a text that the header refers to."""
    listed = header(record).get(what) or ()
    return [(where.partition("/")[0], where.partition("/")[2]) for where in listed]


def read_chunks(keys: Iterable[tuple[str, str]], maps: Mapping[str, Json]) -> str:
    """A text from its ConfigMaps; empty when a part is gone."""
    try:
        return "".join((maps[name].get("data") or {})[key] for name, key in keys)
    except KeyError:
        return ""


def job_spec(record: Json, maps: Mapping[str, Json]) -> Json:
    """The spec of the Job that a run was started with.

    Args:
        record: Of the run.
        maps: Those that `chunk_keys` names, by their names.

    Raises:
        NotFoundError: It is gone.
    """
    spec = parsed_as(JOB_SPEC, read_chunks(chunk_keys(record, "job_spec"), maps))
    if not spec:
        raise not_kept(run_of(record))
    return spec


def not_kept(run: str) -> NotFoundError:
    """The error for a run of which is not there any more what it was started with."""
    return NotFoundError(
        f"What the run {run} was started with is gone, or an older k8stui started it without keeping it.",
        hint="Run its file again: k8stui run FILE",
    )


def read_plan(keys: Iterable[tuple[str, str]], maps: Mapping[str, Json]) -> Plan | None:
    """The plan from its ConfigMaps; None when a part is gone or cannot be read."""
    whole = read_chunks(keys, maps)
    try:
        plan = Plan.from_text(whole) if whole else None
    except (PlanError, ValueError, RecursionError):
        return None
    return sound(plan) if plan else None


def step_view(name: str, shape: StepPlan | None, status: StepStatus, outputs: Json) -> StepView:
    """A step as the record tells it; `shape` is None where the plan is gone."""
    planned: Json = {}
    if shape is not None:
        after = (shape.item_of,) if shape.item_of else shape.after
        planned = {"slug": shape.slug, "kind": shape.kind, "hook": shape.hook, "after": after, "item_of": shape.item_of}
        planned["mapped_over"] = tuple(str(shape.inputs[name]) for name in shape.mapped)
        planned["conditions"] = tuple(map(str, shape.when))
    told = dict(vars(status), attempts=tuple(vars(attempt) for attempt in status.attempts))
    told["cache"] = cache_sentence(status, shape)
    return StepView(name=name, results=outputs, **planned, **told)


def run_view(
    record: Json,
    *,
    plan: Plan | None,
    status: Mapping[str, StepStatus],
    outputs: Mapping[str, dict[str, Any]],
    step: TellStep = step_view,
) -> RunView:
    """The run as its record tells it, without a look at its Job and pods.

    Args:
        record: Its record.
        plan: None where it is gone.
        status: What the master wrote, by step.
        outputs: The small results, by step.
        step: Makes the view of a step; who asks again and again gives one that remembers.
    """
    line, head = summary_view(record), header(record)
    shapes = _shapes(plan, status) if plan is not None else [(name, None) for name in status]
    steps = tuple(step(name, shape, status.get(name, _WAITING), outputs.get(name, {})) for name, shape in shapes)
    fields = line.model_dump(exclude={"done"}) | {
        "pipeline": head.get("pipeline") or line.pipeline,
        "total": line.total or len(steps),
    }
    return RunView(
        **fields,
        job=job_of(record),
        retries=len(retries_of(head)),
        rerun_of=str(head.get("rerun_of") or ""),
        parameters=head.get("parameters") or {},
        image=head.get("image") or "",
        version=head.get("version") or "",
        source=SourceView(target=source_target(head)),
        scheduled=head.get("scheduled"),
        archive=_archive(plan),
        steps=steps,
    )


def _archive(plan: Plan | None) -> ArchiveView | None:
    try:
        found = archive_of(plan.templates) if plan is not None else None
    except (KeyError, TypeError, ValueError, K8stuiError):  # Of a newer k8stui.
        return None
    return ArchiveView(**found[0].model_dump(), owner=found[1]) if found is not None else None


def _shapes(plan: Plan, status: Iterable[str]) -> list[tuple[str, StepPlan | None]]:
    """All steps with their plans: each mapped one is followed by its items, as far as the master told of them."""
    indices: dict[str, list[int]] = {}
    for place in map(item_place, status):
        if place is not None:
            indices.setdefault(place[0], []).append(place[1])
    found: list[tuple[str, StepPlan | None]] = []
    for step in plan.steps:
        found.append((step.name, step))
        if step.mapped:
            found += [(item_name(step.name, one), item_plan(step, one)) for one in sorted(indices.get(step.name, ()))]
    return found


def _text(config_map: Json, key: str) -> object:
    return (config_map.get("data") or {}).get(key)
