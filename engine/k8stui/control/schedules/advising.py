"""What a person should know of a schedule that they have just made: its next times, and what may surprise.

Nothing of it is a reason to refuse the schedule: Kubernetes takes it. What this user may not read is left out.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import list_runs
from k8stui.control.schedules.listing import list_schedules
from k8stui.control.schedules.outcomes import usual_of
from k8stui.control.schedules.preview import Preview, preview
from k8stui.model.errors import K8stuiError
from k8stui.model.labels import label_value
from k8stui.model.scheduleviews import ScheduleView

TIMES = 3


async def advise(cluster: Cluster, schedule: ScheduleView) -> Preview:
    """The next three times of a schedule, and sentences on what may surprise.

    How long its runs will take is taken from earlier runs of its pipeline, whatever made them.
    """
    usual, others = None, list[ScheduleView]()
    with suppress(K8stuiError):
        runs = await list_runs(cluster, namespace=schedule.namespace, pipeline=label_value(schedule.pipeline))
        usual = usual_of(runs)
        others = await list_schedules(cluster, namespace=schedule.namespace)
    now = datetime.fromtimestamp(time.time(), UTC)
    zone, deadline = schedule.time_zone, schedule.starting_deadline
    told = preview(schedule.cron, zone, now, usual=usual, others=others, name=schedule.name, deadline=deadline)
    return replace(told, times=told.times[:TIMES])
