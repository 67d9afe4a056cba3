"""The second step: the form of one pipeline, with what it begins from above it and what became of it below."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from k8stui.authoring.creating import Order, RunForm
from k8stui.authoring.docstrings import first_line
from k8stui.authoring.forms import Field, Kind
from k8stui.authoring.parameters import Parameter
from k8stui.control.words.spans import age
from k8stui_tui.sanitize import cell
from k8stui_tui.screens.create.said import Keys, Said
from k8stui_tui.widgets.form import Form

IMAGE = "--image"
"""The field of the image: with dashes, as on the command line, so that no parameter has its name."""


class FillPane(Vertical):
    """What it is, its form, and what there is to say."""

    DEFAULT_CSS = """
    FillPane { height: 1fr; }
    FillPane .create-about { height: auto; max-height: 4; padding: 0 2; }
    FillPane #create-context { color: $dim; text-style: $quiet-text-style; margin-bottom: 1; }
    """

    def __init__(self, made: RunForm, *, where: str, image: str, now: float, texts: Mapping[str, str]) -> None:
        """Make the step.

        Args:
            made: The form.
            where: Cluster and namespace, as a person knows them.
            image: What runs when no image is given.
            now: Seconds since the epoch.
            texts: What stood in the fields when they were left before.
        """
        super().__init__()
        self.made = made
        self._where, self._image, self._now = where, image, now
        self._fields = made.fields
        self.body = self.made_body({IMAGE: made.image, **made.texts, **texts})
        self.said = Said()

    def compose(self) -> ComposeResult:
        """Head, form, what is said, keys."""
        yield Static(self._about(), markup=False, classes="create-about")
        yield Static(self._origin(), markup=False, classes="create-about", id="create-context")
        yield self.body
        yield self.said
        yield Keys("form")

    @property
    def form(self) -> Form:
        """The fields."""
        assert isinstance(self.body, Form)  # noqa: S101 - of those with another body
        return self.body

    def order(self) -> Order:
        """What stands in the form."""
        texts = self.form.texts
        image = texts.pop(IMAGE)
        return Order(self.made.found, self._fields, texts, image=image.strip(), rerun_of=self.made.rerun_of)

    async def renew(self, fields: tuple[Field, ...]) -> None:
        """Other fields, because the file has changed; what was typed into those that stay is kept.

        Args:
            fields: Those of the file as it is now.
        """
        typed = {row.field.name: row.text for row in self.form.rows if row.text != row.field.default}
        self._fields = fields
        old, self.body = self.body, self.made_body(typed)
        await self.mount(self.body, after=old)
        await old.remove()
        self.form.begin()

    def made_body(self, texts: Mapping[str, str]) -> Widget:
        """The form, and what else stands between head and foot.

        Args:
            texts: What stands in the fields.
        """
        return Form(self.run_fields(), texts, submit="submit")

    def run_fields(self) -> list[Field]:
        """The fields of a run: parameters, and the image."""
        image = Parameter(
            name=IMAGE,
            type=str,
            type_name="image",
            required=False,
            default="",
            description=f"of the orchestrator and of steps that name none; {self._image} when empty",
        )
        return [*self._fields, Field(image, Kind.TEXT)]

    def _about(self) -> str:
        about = first_line(self.made.doc) or self.made.found.doc
        return "\n".join(filter(None, (cell(self.made.found.target), cell(about))))

    def _origin(self) -> str:
        made = self.made
        lines = [self._where]
        if made.earlier:
            run, what = made.earlier.run, "rerun of" if made.rerun_of else "filled in as"
            lines.append(f"{what} {run.run}, {run.state.value}, {age(run.created, self._now)} ago")
        if made.lost:
            lines.append(f"its values of {', '.join(made.lost)} cannot be typed: here are the defaults")
        if said := first_line(made.said):
            lines.append(f"its file printed: {said}")
        return "\n".join(map(cell, lines))
