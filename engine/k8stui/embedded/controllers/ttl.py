"""The TTL controller: deletes finished Jobs after `ttlSecondsAfterFinished`.

Rules: Kubernetes documentation, "Automatic Cleanup for Finished Jobs".
"""

from __future__ import annotations

from datetime import timedelta

from k8stui.embedded.controllers.base import Controller
from k8stui.embedded.controllers.job_status import finished_condition
from k8stui.embedded.deletion import Deletion
from k8stui.embedded.objects import is_deleting, name_of, namespace_of, now, parse_time, uid_of
from k8stui.embedded.registry import JOB
from k8stui.embedded.store import Change


class TtlController(Controller):
    """Deletes Jobs whose time is over."""

    def on_change(self, change: Change) -> None:
        """Look at Jobs that have a time to live."""
        if change.kind is JOB and change.obj["spec"].get("ttlSecondsAfterFinished") is not None:
            self.look(uid_of(change.obj))

    def sync(self, uid: str) -> None:
        """Delete the Job now, or look again when its time comes."""
        found = self.resources.store.by_uid(uid)
        if found is None or is_deleting(found[1]):
            return
        job = found[1]
        finished, seconds = finished_condition(job), job["spec"].get("ttlSecondsAfterFinished")
        if finished is None or seconds is None:
            return
        end = parse_time(finished["lastTransitionTime"]) + timedelta(seconds=seconds)
        left = (end - now()).total_seconds()
        if left > 0:
            self.look(uid, after=left)
            return
        deletion = Deletion(propagation="Foreground", uid=uid)
        self.resources.delete(JOB, namespace_of(job), name_of(job), deletion)
