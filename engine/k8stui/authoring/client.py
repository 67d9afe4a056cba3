"""`Client`: schedules and runs from a script, where the command line is not at hand.

Its names are those of ZenML's client. It goes where a pipeline that is called goes: see `control.scripts.calling`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import list_all_runs, show_run
from k8stui.control.schedules import deleting, listing
from k8stui.control.scripts.calling import complete, script_place
from k8stui.model.errors import InvalidInputError
from k8stui.model.labels import label_value
from k8stui.model.scheduleviews import ScheduleView
from k8stui.model.views import RunSummaryView, RunView

T = TypeVar("T")


class Client:
    """What a script can ask and delete. Each call connects to the cluster, does its work and disconnects.

    Every method raises a `K8stuiError` where the cluster cannot be reached, or does not allow it; with a name, a
    `NotFoundError` where there is no such thing in the namespace.
    """

    def list_schedules(self, *, pipeline: str = "") -> list[ScheduleView]:
        """The schedules of the namespace, by name; only those of a pipeline where one is given."""
        return _on_cluster(lambda cluster: listing.list_schedules(cluster, pipeline=_label(pipeline)))

    def get_schedule(self, name: str) -> ScheduleView:
        """One schedule."""
        return _on_cluster(lambda cluster: listing.show_schedule(cluster, name))

    def delete_schedule(self, name: str, *, running: str | None = None) -> None:
        """Delete a schedule, its CronJob with it: nothing fires any more. The records of its runs stay.

        Args:
            name: Which one.
            running: What becomes of runs of it that go on: `keep` lets them end, `stop` stops them first.

        Raises:
            ConflictError: A run goes on, and `running` is not given.
            InvalidInputError: `running` is something else.
        """
        choices = [one.value for one in deleting.Running]
        if running is not None and running not in choices:
            raise InvalidInputError(f"running: {running!r} is neither {' nor '.join(map(repr, choices))}")
        fate = deleting.Running(running) if running else None
        _on_cluster(lambda cluster: deleting.delete_schedule(cluster, name, running=fate))

    def list_pipeline_runs(self, *, pipeline: str = "") -> list[RunSummaryView]:
        """The runs of the namespace, the newest first; only those of a pipeline where one is given."""
        return _on_cluster(lambda cluster: list_all_runs(cluster, pipeline=_label(pipeline)))

    def get_pipeline_run(self, name: str) -> RunView:
        """One run with its steps, and their small results."""
        return _on_cluster(lambda cluster: show_run(cluster, name))


def _label(pipeline: str) -> str:
    return label_value(pipeline) if pipeline else ""


def _on_cluster(work: Callable[[Cluster], Awaitable[T]]) -> T:
    async def connected() -> T:
        async with script_place() as (cluster, _):
            return await work(cluster)

    return complete(connected())
