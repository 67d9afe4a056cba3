"""The dialog that creates a schedule: pick a pipeline as for a run, then one form with its parameters and its times."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import ClassVar

from k8stui.authoring.creating import Creating, Order, RunForm
from k8stui.authoring.forms import FLAG_TEXTS, Field
from k8stui.control.schedules.creating import ScheduleRef
from k8stui.control.schedules.localzone import local_zone
from k8stui.model.schedule import Concurrency, ScheduleSpec
from k8stui.model.scheduleviews import ScheduleView
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.create.fill import FillPane
from k8stui_tui.screens.create.screen import CreateScreen, Discover, OpenForm, Submit
from k8stui_tui.screens.schedule_editor.body import FormWithPreview, Names
from k8stui_tui.screens.schedule_editor.fields import (
    CONCURRENCY,
    CRON,
    DEADLINE,
    NAME,
    SUSPEND,
    ZONE,
    fields_of_new,
    flag,
)
from k8stui_tui.screens.schedule_editor.outlook import Outlook, outlook
from k8stui_tui.widgets.form import Form

_FIRST = (flag(CRON), flag(ZONE))
"""The fields above the pipeline's parameters; the others of the schedule are below."""


class NewSchedulePane(FillPane):
    """The form of a pipeline that is to run by itself."""

    def __init__(
        self,
        made: RunForm,
        *,
        where: str,
        image: str,
        here: tzinfo,
        now: Callable[[], float],
        texts: Mapping[str, str],
        others: Sequence[ScheduleView],
    ) -> None:
        """Make the step.

        Args:
            made: The form of a run of it.
            where: Cluster and namespace, as a person knows them.
            image: What runs when no image is given.
            here: The viewer's zone.
            now: Seconds since the epoch.
            texts: What stood in the fields when they were left before.
            others: Schedules of the namespace.
        """
        self._here, self._clock, self._others = here, now, tuple(others)
        super().__init__(made, where=where, image=image, now=now(), texts=texts)

    @property
    def form(self) -> Form:
        """The fields."""
        return self.preview.form

    @property
    def preview(self) -> FormWithPreview:
        """The form and what becomes of it."""
        assert isinstance(self.body, FormWithPreview)  # noqa: S101 - made below
        return self.body

    def made_body(self, texts: Mapping[str, str]) -> FormWithPreview:
        """The form, and when the schedule would fire."""
        own = fields_of_new(self.made.schedule)
        fields: list[Field] = [one for one in own if one.name in _FIRST]
        *parameters, image = self.run_fields()
        fields += [*parameters, *(one for one in own if one.name not in _FIRST), image]
        return FormWithPreview(
            fields,
            texts,
            names=Names(flag(CRON), flag(ZONE), flag(SUSPEND)),
            look=self._look,
            now=self._clock,
            submit="create",
        )

    def order(self) -> Order:
        """What stands in the form, where nothing in it is wrong."""
        order = super().order()
        texts = dict(order.texts)
        own = {one.name: texts.pop(one.name) for one in fields_of_new(None)}
        deadline = own[flag(DEADLINE)]
        schedule = ScheduleSpec(
            cron=own[flag(CRON)],
            time_zone=own[flag(ZONE)],
            name=own[flag(NAME)].strip(),
            concurrency=Concurrency(own[flag(CONCURRENCY)]),
            starting_deadline=int(deadline) if deadline else None,
            suspend=own[flag(SUSPEND)] == FLAG_TEXTS[True],
        )
        return replace(order, texts=texts, rerun_of="", schedule=schedule)

    def _look(self, cron: str, zone: str) -> Outlook:
        return outlook(cron, zone, self._clock(), self._here, others=self._others)


class NewScheduleScreen(CreateScreen[ScheduleRef], inherit_bindings=False):
    """Creates a schedule; gives it, or None when the person thought better of it."""

    NAME: ClassVar[str] = "New schedule"

    def __init__(
        self,
        *,
        discover: Discover,
        open_form: OpenForm,
        submit: Submit[ScheduleRef],
        folder: str,
        where: str,
        image: str,
        here: tzinfo,
        now: Callable[[], float] = time.time,
        first: RunForm | None = None,
        others: Sequence[ScheduleView] = (),
    ) -> None:
        """Make the dialog.

        Args:
            discover: Finds what can be chosen.
            open_form: Makes the form of a pipeline; loads its file.
            submit: Creates the schedule that stands in a form, telling its stages.
            folder: Below which files are looked for, as a person knows it.
            where: Cluster and namespace, as a person knows them.
            image: What runs when no image is given.
            here: The viewer's zone.
            now: Seconds since the epoch.
            first: The form to begin with; None to choose a pipeline first.
            others: Schedules of the namespace, whose runs may be at work at the same time.
        """
        super().__init__(
            discover=discover,
            open_form=open_form,
            submit=submit,
            folder=folder,
            where=where,
            image=image,
            now=now,
            first=first,
        )
        self._here, self._others = here, tuple(others)

    @staticmethod
    def made(
        creating: Creating,
        *,
        context: str = "",
        now: Callable[[], float] = time.time,
        first: RunForm | None = None,
        others: Sequence[ScheduleView] = (),
    ) -> NewScheduleScreen:
        """The dialog for a cluster and a folder.

        Args:
            creating: The verbs behind it.
            context: Name of the kubeconfig's context; empty inside a cluster.
            now: Seconds since the epoch.
            first: The form to begin with; None to choose a pipeline first.
            others: Schedules of the namespace.
        """
        return NewScheduleScreen(
            discover=creating.offers,
            open_form=creating.form,
            submit=creating.schedule,
            folder=creating.folder,
            where=", ".join(filter(None, (context, f"namespace {creating.namespace}"))),
            image=creating.image,
            here=local_zone(),
            now=now,
            first=first,
            others=others,
        )

    def fill_pane(self, made: RunForm, typed: Mapping[str, str]) -> FillPane:
        """The second step."""
        return NewSchedulePane(
            made,
            where=self._where,
            image=self._image,
            here=self._here,
            now=self._now,
            texts=typed,
            others=self._others,
        )

    def submitting(self, fill: FillPane) -> None:
        """Create what stands in a form; one that never fires only when that is meant."""
        assert isinstance(fill, NewSchedulePane)  # noqa: S101 - made above
        if not fill.preview.settle().never:
            super().submitting(fill)
            return

        def answered(answer: str | None) -> None:
            if answer:
                super(NewScheduleScreen, self).submitting(fill)

        question = f"It will never fire with {fill.form.texts[flag(CRON)]!r}. Create it all the same?"
        self.app.push_screen(ConfirmScreen(question, "create"), answered)
