"""Reaching into pods from a screen: a shell takes over the terminal until it ends, a forwarded port goes on below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from k8stui_tui.screens.asking import AskScreen, typed
from k8stui_tui.screens.choose import ChooseScreen
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.looking import LookingScreen

if TYPE_CHECKING:
    from k8stui.cluster.resources import Resource


class ReachingScreen(LookingScreen, inherit_bindings=False):
    """A screen whose lines stand for pods, or have some."""

    def open_shell(self, pod: str, namespace: str, container: str = "") -> None:
        """Open a shell in a container of a pod, which is asked for where several are meant."""
        self.center.act(self._find_shell(pod, namespace, container))

    async def _find_shell(self, pod: str, namespace: str, container: str) -> None:
        from k8stui.cluster.resources import PODS
        from k8stui.control.pods.shell import containers_to_choose, find_shell

        if not container:
            found = await self.cluster().get(PODS, pod, namespace=namespace or None)
            if names := containers_to_choose(found):
                self._choose_container(pod, namespace, names)
                return
        shell = await find_shell(self.cluster(), pod, namespace=namespace or None, container=container)
        await self.center.run_shell(self.cluster(), shell)

    def edit_object(self, resource: Resource, name: str, namespace: str) -> None:
        """Edit an object in the person's editor; of the context's namespace when that is empty."""
        self.center.act(self._edit(resource, name, namespace))

    async def _edit(self, resource: Resource, name: str, namespace: str) -> None:
        from k8stui.control.objects.editing import apply, draft_of, told
        from k8stui_tui import editor
        from k8stui_tui.suspending import with_terminal

        cluster = self.cluster()
        draft = await draft_of(cluster, resource, name, namespace=namespace or None)
        patch = await with_terminal(self.center, lambda: editor.edit(cluster, draft))
        if not patch:
            self.center.tell(f"{draft.called}: nothing was changed.")
            return
        lines = told(draft, patch)
        question = ConfirmScreen(f"Change {draft.called}?", "change", details=[*lines, "", "The server accepts it."])
        if await self.center.push_screen_wait(question):
            place = cluster.protected([namespace])
            if place and await self.center.push_screen_wait(typed(place, protected=True)) is None:
                return
            await apply(cluster, draft, patch)
            self.center.tell(editor.summary(draft, lines))

    def forward(self, pod: str, namespace: str, ports: str = "") -> None:
        """Reach a port of a pod at a local one; which is asked for where it is not told."""
        self.center.act(self._forward(pod, namespace, ports))

    async def _forward(self, pod: str, namespace: str, text: str) -> None:
        from k8stui.cluster.resources import PODS
        from k8stui.control.pods.forwarding import Forward, declared_ports, parse_ports

        cluster = self.cluster()
        if text:
            forward = Forward(cluster, pod, parse_ports(text), namespace=namespace or None)
            await forward.start()
            self.center.keep_forward(forward)
            return
        found = await cluster.get(PODS, pod, namespace=namespace or None)
        declared = declared_ports(found)

        def answered(ports: str | None) -> None:
            if ports:
                self.forward(pod, namespace, ports)

        hint = "As 8080:80; :80 for any local port that is free, 80 for the same one. Only this machine can connect."
        first = f":{declared[0]}" if declared else ""
        self.center.push_screen(
            AskScreen(f"Forward which port of {pod}?", first, hint=hint, check=parse_ports), answered
        )

    def _choose_container(self, pod: str, namespace: str, names: Mapping[str, str]) -> None:
        def chosen(name: str | None) -> None:
            if name:
                self.open_shell(pod, namespace, name)

        self.center.push_screen(ChooseScreen(f"A shell in which container of {pod}?", names, title="container"), chosen)
