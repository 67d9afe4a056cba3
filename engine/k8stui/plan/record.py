"""The record of a run as it is before anything has happened. The master goes on from here."""

from __future__ import annotations

import json
from typing import Any

from k8stui.incluster import names
from k8stui.incluster.protocol import SCHEMA, Plan
from k8stui.incluster.record import HEADER_KEY, STATUS_KEY, Summary
from k8stui.incluster.states import StepState
from k8stui.plan.bundle import Reference


def new_record(
    plan: Plan, *, labels: dict[str, str], image: str, references: list[Reference], source: str
) -> dict[str, Any]:
    """The ConfigMap of the record.

    Args:
        plan: What the master will execute.
        labels: k8stui's own labels of every object of the run.
        image: The image of the master, for showing.
        references: Where the chunks of the plan are.
        source: The file and pipeline it was read from, never with a path of the submitter's machine.
    """
    header = {
        "run": plan.run,
        "pipeline": plan.pipeline,
        "namespace": plan.namespace,
        "job": names.job_name(plan.run),
        "plan": [str(reference) for reference in references],
        "parameters": plan.parameters,
        "submitted_by": plan.submitted_by,
        "created": plan.created,
        "version": plan.version,
        "image": image,
        "source": {"target": source},
    }
    summary = Summary(
        steps={StepState.WAITING.value: len(plan.steps)},
        total=len(plan.steps),
        created=plan.created,
        submitted_by=plan.submitted_by,
    )
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": names.record_name(plan.run),
            "namespace": plan.namespace,
            "labels": {**labels, names.LABEL_COMPONENT: names.COMPONENT_RECORD},
            "annotations": {
                names.ANNOTATION_SCHEMA: str(SCHEMA),
                names.ANNOTATION_SUMMARY: summary.to_text(),
                names.ANNOTATION_EPOCH: "0",
            },
        },
        "data": {HEADER_KEY: json.dumps(header, separators=(",", ":")), STATUS_KEY: "{}"},
    }
