"""The spec of a Job that goes on with a run.

The spec is kept with the plan: a run can be tried again when its Job has gone. A schedule's Job knows a template
instead of a run, so that its master writes down what the Job of a run would be.
"""

import json
from typing import Any, Dict, List, Mapping

from ..wire.variables import ENV_CREDENTIALS, ENV_PARTS, ENV_PLAN, ENV_RUN, ENV_SCHEDULE
from .names import LABEL_RUN, LABEL_RUN_ID

Json = Dict[str, Any]

_KEPT = ("backoffLimit", "ttlSecondsAfterFinished", "activeDeadlineSeconds")
_OF_THE_JOB = ("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")


def spec_of_run(job: Json, run: str, references: List[str], copies: Dict[str, str]) -> Json:
    """The spec of a Job for a run, from the one of another: of the schedule's that fired it, or of an earlier run's.

    Args:
        job: The Job to begin from.
        run: The run.
        references: Where the chunks of its plan are, each as `config-map/key`.
        copies: The run's own ConfigMap in place of each of those that the Job refers to.
    """
    spec: Json = {key: job["spec"][key] for key in _KEPT if job["spec"].get(key) is not None}
    template: Json = json.loads(json.dumps(job["spec"]["template"]))
    meta = template.setdefault("metadata", {})
    labels = {key: value for key, value in (meta.get("labels") or {}).items() if key not in _OF_THE_JOB}
    template["metadata"] = {"labels": dict(labels, **{LABEL_RUN: run, LABEL_RUN_ID: run})}
    if meta.get("annotations"):
        template["metadata"]["annotations"] = meta["annotations"]
    for container in template["spec"]["containers"]:
        container["env"] = [_for_run(one, run, references, copies) for one in container.get("env") or []]
        container["env"] = [one for one in container["env"] if one["name"] not in (ENV_PARTS, ENV_CREDENTIALS)]
    return dict(spec, template=template)


def _for_run(variable: Json, run: str, references: List[str], copies: Dict[str, str]) -> Json:
    if variable["name"] in (ENV_SCHEDULE, ENV_RUN):
        return {"name": ENV_RUN, "value": run}
    if variable["name"] == ENV_PLAN:
        return {"name": ENV_PLAN, "value": ",".join(references)}
    refer_to(variable, copies)
    return variable


def refer_to(variable: Json, copies: Mapping[str, str]) -> None:
    """Have an environment variable read the copy of its ConfigMap, where there is one."""
    source = (variable.get("valueFrom") or {}).get("configMapKeyRef") or {}
    if source.get("name") in copies:
        source["name"] = copies[source["name"]]
