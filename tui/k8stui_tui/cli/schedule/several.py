"""One act on several schedules: which they are, that one that fails ends no other, and what is said at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.cli.asking import agree, can_ask
from k8stui_tui.cli.output import note, say
from k8stui_tui.cli.session import EXIT_FAILED, Context, Kubeconfig, Namespace, cluster_of, execute, tell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from k8stui.cluster.client import Cluster
    from k8stui.model.scheduleviews import ScheduleView


@dataclass(frozen=True)
class Wanted:
    """Which schedules are meant: by name, of a pipeline, or all of a namespace.

    Raises:
        InvalidInputError: Not exactly one of these is given.
    """

    names: tuple[str, ...] = ()
    pipeline: str = ""
    everything: bool = False

    def __post_init__(self) -> None:
        if sum((bool(self.names), bool(self.pipeline), self.everything)) != 1:
            raise InvalidInputError("Which schedules? Give names, --pipeline, or --all; one of the three.")


def each(
    wanted: Wanted,
    act: Callable[[Cluster, str], Awaitable[str | None]],
    done: str,
    context: Context,
    namespace: Namespace,
    kubeconfig: Kubeconfig,
    *,
    choose: Callable[[ScheduleView], bool] = lambda _: True,
    yes: bool = False,
) -> None:
    """Do something with each schedule; one that fails ends no other.

    The exit code is that of the errors where all are of one kind, else 1.

    Args:
        wanted: Which ones.
        act: What is done; says what they are then where that is something else.
        done: What they are then: `suspended`.
        context: As every verb takes it; the following likewise.
        namespace: See there.
        kubeconfig: See there.
        choose: Of those that are not named, the ones that it concerns.
        yes: Does not ask where all are meant.
    """

    async def work() -> int:
        codes = []
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            names = wanted.names or await _matching(cluster, wanted, choose)
            if wanted.everything and names:
                _ask(cluster, names, done, yes=yes)
            for name in names:
                try:
                    told = await act(cluster, name)
                except K8stuiError as error:
                    codes.append(tell(error))
                else:
                    say(f"{name} {told or done}")
        if len(names) != 1:
            note(f"{len(names) - len(codes)} of {len(names)} schedules {done}.")
        return codes[0] if len(set(codes)) == 1 else EXIT_FAILED if codes else 0

    execute(work(), interrupted=f"Interrupted; what was {done} by then stays so.")


async def _matching(cluster: Cluster, wanted: Wanted, choose: Callable[[ScheduleView], bool]) -> tuple[str, ...]:
    from k8stui.control.schedules.listing import list_schedules
    from k8stui.model.labels import label_value

    found = await list_schedules(cluster, pipeline=label_value(wanted.pipeline) if wanted.pipeline else "")
    return tuple(one.name for one in found if choose(one))


def _ask(cluster: Cluster, names: tuple[str, ...], done: str, *, yes: bool) -> None:
    if can_ask() and not yes:
        for name in names:
            note(f"  {name}")
    question = f"Are these {len(names)} schedules of namespace {cluster.namespace} to be {done}?"
    agree(cluster, question, count=len(names), yes=yes, undone=f"No schedule was {done}")
