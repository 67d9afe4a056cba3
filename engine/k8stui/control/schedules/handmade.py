"""Jobs of a schedule that a person makes: what its controller would have made, marked as made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.master.firing import TRIGGERED

Json = dict[str, Any]


def job_by_hand(cron_job: Json, run: str, trigger: str, by: str, further: Mapping[str, str] | None = None) -> Json:
    """A Job of a CronJob's template, as `kubectl create job --from` makes it.

    Args:
        cron_job: Its schedule.
        run: Name of the Job and of its run.
        trigger: One of the TRIGGERs of `names`.
        by: Who makes it; empty when that is not known.
        further: Annotations of its own.
    """
    template, meta = cron_job["spec"]["jobTemplate"], cron_job["metadata"]
    given = template.get("metadata") or {}
    # Without blockOwnerDeletion, which would need a further right.
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": meta["name"], "uid": meta["uid"], "controller": True}
    marks = {TRIGGERED: trigger, **({names.ANNOTATION_BY: by} if by else {})}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": run,
            "namespace": meta["namespace"],
            "labels": given.get("labels") or {},
            "annotations": {**(given.get("annotations") or {}), **marks, **(further or {})},
            "ownerReferences": [owner],
        },
        "spec": template["spec"],
    }
