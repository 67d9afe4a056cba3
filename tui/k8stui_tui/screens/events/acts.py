"""What can be done with what events are about: go there, ask why, look into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from k8stui.cluster.resources import ALL
from k8stui_tui.screens.looking import LookingScreen
from k8stui_tui.screens.texts import diagnoses_text
from k8stui_tui.screens.viewer import ViewerScreen

if TYPE_CHECKING:
    from k8stui.control.diagnosis.finding import Diagnosis


class Thing(NamedTuple):
    """An object of the cluster.

    Attributes:
        kind: As Kubernetes calls it; `Run` for a run.
        namespace: Empty for an object of the whole cluster.
        name: Its name.
        run: The run that it belongs to; empty for none.
        uid: Only that very object; empty for whichever has the name.
    """

    kind: str
    namespace: str
    name: str
    run: str = ""
    uid: str = ""

    @property
    def called(self) -> str:
        """In a sentence."""
        return f"{_WORDS.get(self.kind, self.kind)} {self.name}"


_WORDS = {"Pod": "pod", "Run": "run", "CronJob": "schedule"}

_RESOURCES = {resource.kind: resource for resource in ALL}


class EventActs(LookingScreen, inherit_bindings=False):
    """The actions of the screen of events."""

    @property
    def thing(self) -> Thing | None:
        """What the line under the cursor is about."""
        raise NotImplementedError

    def action_open(self) -> None:
        """To the object on its own screen; to the object itself where it has none."""
        if not (thing := self.thing):
            return
        if thing.kind == "Pod":
            self.center.show_pod(thing.namespace, thing.name)
        elif thing.kind == "CronJob" and self._is_schedule(thing):
            self.center.show_schedule(thing.namespace, thing.name)
        elif thing.run:
            self.center.show_runs(namespace=thing.namespace, run=thing.run)
        else:
            self.action_yaml()

    def _is_schedule(self, thing: Thing) -> bool:
        board = self.store.schedules.current
        return board is None or board.find(thing.namespace, thing.name) is not None

    def action_why(self) -> None:
        """Why it is not doing what it should."""
        if not (thing := self.thing):
            return
        if thing.kind not in _WORDS and not thing.run:
            self.center.tell(f"Only pods, runs and schedules can be asked why; this is a {thing.kind}.")
            return

        async def fetch() -> str:
            found = await self._judge(thing)
            return diagnoses_text(found, ViewerScreen.columns_in(self.size.width)) or "Nothing is wrong with it."

        asked = thing if thing.kind in _WORDS else Thing("Run", thing.namespace, thing.run, thing.run)
        self.center.view(f"Why: {asked.called}", fetch)

    async def _judge(self, thing: Thing) -> list[Diagnosis]:
        from k8stui.control.diagnosis.why import why_pod, why_run
        from k8stui.control.schedules.why import why_schedule

        cluster = self.cluster()
        if thing.kind == "Pod":
            return await why_pod(cluster, thing.name, namespace=thing.namespace)
        if thing.kind == "CronJob":
            return await why_schedule(cluster, thing.name, namespace=thing.namespace)
        return await why_run(cluster, thing.run or thing.name, namespace=thing.namespace)

    def action_describe(self) -> None:
        """All that is known of it."""
        if not (thing := self.thing):
            return
        if thing.kind not in ("Pod", "CronJob") and not thing.run:
            self.action_yaml()
            return

        async def fetch() -> str:
            from k8stui.control.describing.reading import describe_pod, describe_run, describe_schedule

            cluster = self.cluster()
            if thing.kind == "Pod":
                return await describe_pod(cluster, thing.name, namespace=thing.namespace)
            if thing.kind == "CronJob":
                return await describe_schedule(cluster, thing.name, namespace=thing.namespace)
            return await describe_run(cluster, thing.run, namespace=thing.namespace)

        self.center.view(f"Describe: {thing.called}", fetch)

    def action_yaml(self) -> None:
        """The object itself."""
        if not (thing := self.thing):
            return
        kind = "Job" if thing.kind == "Run" else thing.kind
        resource = _RESOURCES.get(kind)
        if resource is None:
            where = f" -n {thing.namespace}" if thing.namespace else ""
            look = f"kubectl describe {kind.lower()} {thing.name}{where}"
            self.center.tell(f"k8stui does not read objects of the kind {kind}. Look at it by: {look}")
            return
        self.view_yaml(resource, thing.name, thing.namespace)

    def action_events(self) -> None:
        """Only what was said about it; once more: everything."""
        if thing := self.thing:
            wanted = f"run:{thing.run}" if thing.kind == "Run" else f"object:{thing.kind.lower()}/{thing.name}"
            self.filtered(self.table, "" if self._filter == wanted else wanted)
