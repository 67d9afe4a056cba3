"""Gives a schedule the secrets of its artifact store that are registered here by now, after they were rotated.

They are in a Secret of the schedule, or in the environment of its masters. Runs that have started keep their own copy.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import SECRETS
from k8stui.control.lifecycle.rewriting import WRITE_ATTEMPTS
from k8stui.control.schedules.conflicts import check_allowed
from k8stui.control.schedules.finding import get_cron_job
from k8stui.control.schedules.template import KeptTemplate, kept_template
from k8stui.control.schedules.views import schedule_view
from k8stui.control.schedules.writing import patch_of, write
from k8stui.control.stores.keys import registered_secrets
from k8stui.control.submitting.creating import submitter_of
from k8stui.incluster.contract import names
from k8stui.incluster.master.pods import escape
from k8stui.incluster.wire.variables import ENV_CREDENTIALS, ENV_STORE_SECRETS
from k8stui.model.errors import ConflictError
from k8stui.model.scheduleviews import ChangeView, FieldChange

Json = dict[str, Any]


class Refreshed(StrEnum):
    """What became of a schedule's secrets; the words follow its name."""

    DONE = "refreshed"
    SAME = "has the newest secrets already"
    NONE = "has no secrets of an artifact store"


async def refresh_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> Refreshed:
    """Give a schedule the secrets that its artifact store is registered with here.

    Raises:
        NotFoundError: There is no such schedule, or its Secret is gone.
        InvalidInputError: It is not k8stui's, or its artifact store is not registered here; nothing is changed.
        ConflictError: It has lost what its runs begin with, or changes again and again.
        ForbiddenError: This user may not.
    """
    submitter, kept = await submitter_of(cluster), await _kept(cluster, name, namespace)
    if ENV_STORE_SECRETS not in kept.plan.credentials:
        return Refreshed.NONE
    secrets = await registered_secrets(kept.artifact_store, f"schedule {name}")
    if secrets == kept.store_secrets:
        return Refreshed.SAME
    credentials = {**kept.credentials, ENV_STORE_SECRETS: json.dumps(secrets)}
    if kept.by_secret:
        data = {key: b64encode(value.encode()).decode("ascii") for key, value in credentials.items()}
        secret = names.schedule_credentials_name(name)
        await cluster.patch(SECRETS, secret, {"data": data}, namespace=kept.namespace)
    for attempt in range(WRITE_ATTEMPTS):
        kept = await _kept(cluster, name, namespace) if attempt else kept
        if await write(cluster, kept.cron_job, _patch(kept, credentials, submitter), dry_run=False):
            return Refreshed.DONE
    raise ConflictError(f"The schedule {name} changes again and again.", hint="Look at it again, and repeat.")


async def _kept(cluster: Cluster, name: str, namespace: str | None) -> KeptTemplate:
    cron_job = await get_cron_job(cluster, name, namespace)
    check_allowed(schedule_view(cron_job, (), time.time()), ["secrets"])
    return await kept_template(cluster, cron_job)


def _patch(kept: KeptTemplate, credentials: Mapping[str, str], submitter: str) -> Json:
    """The patch that tells of the change, and makes it where the secrets stand in the CronJob itself."""
    view = schedule_view(kept.cron_job, (), time.time())
    field = FieldChange(field="secrets", old="", new=str(Refreshed.DONE))
    change = ChangeView(at=time.time(), by=submitter, fields=(field,))
    patch = patch_of(kept.cron_job, view, view, change, of_spec=not kept.by_secret)
    if not kept.by_secret:
        value = escape(json.dumps(dict(credentials), separators=(",", ":")))
        containers = kept.cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        changed = [{**one, "env": [_with(each, value) for each in one.get("env") or ()]} for one in containers]
        patch["spec"] = {"jobTemplate": {"spec": {"template": {"spec": {"containers": changed}}}}}
    return patch


def _with(variable: Json, value: str) -> Json:
    return {**variable, "value": value} if variable["name"] == ENV_CREDENTIALS else variable
