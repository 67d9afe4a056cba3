"""Label selectors: how the objects of k8stui, of a run or of a schedule are told from all others is said here once."""

from __future__ import annotations

from k8stui.incluster.contract import names


def matching(
    *parts: str,
    component: str | tuple[str, ...] | None = None,
    run: str | None = None,
    pipeline: str | None = None,
    schedule: str | None = None,
    step: str | None = None,
) -> str:
    """A label selector of what all of this holds for.

    What is None is not asked for. An empty name is, and selects nothing: a name that is missing must not select all.

    Args:
        parts: Selectors by themselves; empty ones are left out.
        component: One of the components in `names`, or several, each of which will do.
        run: Its name.
        pipeline: Its label value.
        schedule: Its name.
        step: Its slug.
    """
    wanted = {
        names.LABEL_COMPONENT: component,
        names.LABEL_RUN_ID: run,
        names.LABEL_PIPELINE: pipeline,
        names.LABEL_SCHEDULE: schedule,
        names.LABEL_STEP: step,
    }
    told = (_equal(label, value) for label, value in wanted.items() if value is not None)
    return ",".join((*filter(None, parts), *told))


def _equal(label: str, value: str | tuple[str, ...]) -> str:
    return f"{label}={value}" if isinstance(value, str) else f"{label} in ({','.join(value)})"


OURS = f"{names.LABEL_MANAGED_BY}={names.MANAGER}"
"""Of everything that k8stui makes."""

RECORDS = matching(OURS, component=names.COMPONENT_RECORD)
"""Of all records."""

ORCHESTRATORS = matching(OURS, component=names.COMPONENT_ORCHESTRATOR)
"""Of the Jobs of all runs, and of their pods."""

SCHEDULES = matching(OURS, component=names.COMPONENT_SCHEDULE)
"""Of the CronJobs of all schedules."""

SECRETS_OF_RUNS = matching(OURS, names.LABEL_RUN_ID)
"""Of the Secrets of all runs."""

CACHES = matching(OURS, component=names.COMPONENT_CACHE)
"""Of the indexes of the step cache."""


def of_run(run: str, component: str | None = None) -> str:
    """Of everything that belongs to a run, or of one component of it."""
    return matching(run=run, component=component)


def of_schedule(schedule: str) -> str:
    """Of everything that belongs to a schedule or to one of its runs."""
    return matching(schedule=schedule)


def templates_of(schedule: str) -> str:
    """Of the parts of a schedule's templates."""
    return matching(schedule=schedule, component=names.COMPONENT_TEMPLATE)


def records_of(schedule: str) -> str:
    """Of the records of a schedule's runs."""
    return matching(RECORDS, schedule=schedule)
