"""The record of a run as it is before anything has happened.

The submitter makes it; for a run that a schedule fired, the master does. One function, so that both are the same.
"""

import json
from typing import Any, Dict, List, Optional

from .names import (
    ANNOTATION_EPOCH,
    ANNOTATION_SCHEMA,
    ANNOTATION_SUMMARY,
    COMPONENT_RECORD,
    LABEL_COMPONENT,
    job_name,
    record_name,
)
from .protocol import SCHEMA, Plan
from .record import HEADER_KEY, STATUS_KEY, Summary
from .states import StepState

Json = Dict[str, Any]


def new_record(
    plan: Plan,
    labels: Dict[str, str],
    image: str,
    references: List[str],
    job_spec: List[str],
    further: Optional[Json] = None,
) -> Json:
    """The ConfigMap of the record.

    Args:
        plan: What the master will execute.
        labels: k8stui's own labels of every object of the run.
        image: The image of master and steps that name none.
        references: Where the chunks of the plan are, each as `config-map/key`.
        job_spec: Where the chunks of the spec are with which a further Job would go on with the run.
        further: Facts of a run that a schedule fired, or that runs another one again.
    """
    header = {
        "run": plan.run,
        "pipeline": plan.pipeline,
        "namespace": plan.namespace,
        "job": job_name(plan.run),
        "plan": references,
        "job_spec": job_spec,
        "parameters": plan.parameters,
        "submitted_by": plan.submitted_by,
        "created": plan.created,
        "version": plan.version,
        "image": image,
        "source": {"target": plan.source},
    }
    header.update(further or {})
    summary = Summary(
        steps={StepState.WAITING.value: len(plan.ordinary())},
        total=len(plan.ordinary()),
        created=plan.created,
        submitted_by=plan.submitted_by,
    )
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": record_name(plan.run),
            "namespace": plan.namespace,
            "labels": dict(labels, **{LABEL_COMPONENT: COMPONENT_RECORD}),
            "annotations": {
                ANNOTATION_SCHEMA: str(SCHEMA),
                ANNOTATION_SUMMARY: summary.to_text(),
                ANNOTATION_EPOCH: "0",
            },
        },
        "data": {HEADER_KEY: json.dumps(header, separators=(",", ":")), STATUS_KEY: "{}"},
    }
