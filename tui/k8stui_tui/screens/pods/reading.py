"""The log of the pod under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui_tui.screens.tailing import Tail
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.log import LogPane

if TYPE_CHECKING:
    from k8stui.model.views import PodView


class Reading:
    """Keeps the log pane on one pod."""

    def __init__(self, store: Store, pane: LogPane) -> None:
        self.tail = Tail(store, pane, store.logs)
        self._pod: PodView | None = None

    def read(self, pod: PodView | None) -> None:
        """Follow the log of a pod; of none when None."""
        self._pod = pod
        if pod is None:
            self.tail.forget()
        else:
            self._follow(pod)

    def take(self) -> None:
        """Show the lines that came, or why there are none."""
        if self._pod is not None and self.tail.query is not None:
            self._follow(self._pod)
        ended = self._pod is not None and self._pod.finished is not None
        self.tail.take("No log lines: the pod wrote none." if ended else "No log lines yet.")

    def facts(self) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """What the title of the pane says."""
        return self.tail.facts()

    def _follow(self, pod: PodView) -> None:
        from k8stui.control.logs.many import LogQuery

        query = LogQuery(pod=pod.name, namespace=pod.namespace or None)
        self.tail.follow(query, named=False, scope=(f"pod:{pod.name}",))
