"""Which rights each action needs, as RBAC tells them.

Only what it always needs: nobody is to be kept from what might work.
"""

from __future__ import annotations

_SUBMIT = ("create jobs.batch", "create configmaps")
_ASK = ("patch configmaps",)

NEEDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("runs", "create"): _SUBMIT,
    ("runs", "rerun"): _SUBMIT,
    ("runs", "pause"): _ASK,
    ("runs", "resume"): _ASK,
    ("runs", "stop"): _ASK,
    ("runs", "retry"): ("create jobs.batch", "patch configmaps"),
    ("runs", "delete"): ("delete jobs.batch", "delete configmaps"),
    ("runs", "prune"): ("delete jobs.batch", "delete configmaps"),
    ("runs", "edit_yaml"): (),  # a Job or a pod: it depends on where the cursor is
    ("runs", "shell"): ("create pods/exec",),
    ("runs", "forward"): ("create pods/portforward",),
    ("schedules", "create"): ("create cronjobs.batch", "create configmaps"),
    ("schedules", "edit"): ("patch cronjobs.batch",),
    ("schedules", "edit_yaml"): ("patch cronjobs.batch",),
    ("schedules", "suspend"): ("patch cronjobs.batch",),
    ("schedules", "resume"): ("patch cronjobs.batch",),
    ("schedules", "trigger"): ("create jobs.batch",),
    ("schedules", "backfill"): ("create jobs.batch",),
    ("schedules", "delete"): ("delete cronjobs.batch",),
    ("pods", "delete"): ("delete pods",),
    ("pods", "evict"): ("create pods/eviction",),
    ("pods", "edit_yaml"): ("patch pods",),
    ("pods", "shell"): ("create pods/exec",),
    ("pods", "forward"): ("create pods/portforward",),
}
"""By scope and id of the action."""

EVERY = tuple(dict.fromkeys(need for needs in NEEDS.values() for need in needs))
"""All rights that an action needs."""


def refused(title: str, needs: tuple[str, ...], place: str, *, read_only: str, lacking: tuple[str, ...]) -> str:
    """Why an action cannot be done, in a sentence; empty when it can, as far as is known.

    Args:
        title: Of the action.
        needs: What it needs.
        place: Where, as `namespace ml`.
        read_only: What says that nothing may be changed; empty when something may.
        lacking: Those of its needs that the user is known not to have.
    """
    if not needs:
        return ""
    if read_only:
        return f"Not done: k8stui is read-only here ({read_only}), and {title} changes the cluster."
    if lacking:
        rights = " and ".join(f"'{need}'" for need in lacking)
        plural = "s" if len(lacking) > 1 else ""
        return f"Not allowed: {title} needs the permission{plural} {rights} in {place}, which you do not have there."
    return ""
