"""Looking into what lines are about: the object itself, and its events. Fetched while they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.model.errors import UnreachableError
from k8stui_tui.screens.listing import ListScreen
from k8stui_tui.screens.texts import events_text

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.cluster.resources import Resource


class LookingScreen(ListScreen, inherit_bindings=False):
    """A screen whose lines stand for objects of the cluster."""

    def cluster(self) -> Cluster:
        """The connection.

        Raises:
            UnreachableError: There is none.
        """
        if self.store.cluster is None:
            raise self.store.error or UnreachableError("Not connected yet.")
        return self.store.cluster

    def view_yaml(self, resource: Resource, name: str, namespace: str) -> None:
        """Show an object as YAML; of the context's namespace when that is empty."""

        async def fetch() -> str:
            from k8stui.control.objects.showing import get_yaml

            return await get_yaml(self.cluster(), resource, name, namespace=namespace or None)

        self.center.view(f"YAML: {resource.kind} {name}", fetch)

    def view_events(self, resource: Resource, name: str, namespace: str) -> None:
        """Show what Kubernetes said about an object; of the context's namespace when that is empty."""

        async def fetch() -> str:
            from k8stui.control.events.reading import events_of

            found = await events_of(self.cluster(), resource.kind, name, namespace=namespace or None)
            return events_text(found, self.store.clock())

        self.center.view(f"Events: {resource.kind} {name}", fetch)
