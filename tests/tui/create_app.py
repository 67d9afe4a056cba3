"""The dialog that starts a run, on an app of its own, with pipelines that need no cluster and no file."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path, PurePath
from typing import Any, ClassVar, Literal, TypeVar

from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen

import k8stui_tui
from k8stui.authoring.creating import Offer, Offers, Order, RunForm
from k8stui.authoring.discover import FoundPipeline
from k8stui.authoring.forms import Field, fields_of
from k8stui.authoring.parameters import parameters_of
from k8stui.control.submitting.creating import OnStage, RunRef
from k8stui.control.submitting.earlier import EarlierRun
from k8stui.incluster.contract.states import RunState
from k8stui.model.settings import KubernetesOrchestratorSettings
from k8stui.model.views import RunSummaryView
from k8stui_tui.screens.create.screen import CreateScreen
from k8stui_tui.theme.roles import COMPONENTS
from k8stui_tui.theme.themes import THEMES
from k8stui_tui.widgets.form import Form
from tests.tui.harness import screen_text

T = TypeVar("T")

NOW = 1_000_000.0
NARROW, USUAL = (80, 24), (120, 40)


def train(
    day: str,
    rows: int = 1200,
    rate: float = 0.1,
    deep: bool = False,
    mode: Literal["fast", "slow", "careful"] = "fast",
    rates: list[float] | None = None,
) -> None:
    """Trains four models.

    Args:
        day: The day whose readings are loaded.
        rows: How many rows.
    """


def form_fields(function: Callable[..., Any] = train) -> tuple[Field, ...]:
    return fields_of(parameters_of(function, inspect.signature(function)))


def found(name: str, file: str = "flows/train.py", doc: str = "") -> FoundPipeline:
    return FoundPipeline(f"{file}:{name}", Path(file), name, 3, doc, f"{file}:{name}")


def run(pipeline: str, state: RunState = RunState.SUCCEEDED, ago: float = 7200.0) -> RunSummaryView:
    return RunSummaryView(
        run=f"{pipeline}-x7k2b", namespace="ml", pipeline=pipeline, state=state, created=NOW - ago, total=3
    )


TRAIN = found("train", doc="Trains four models.")
OFFERS = Offers(
    (
        Offer("train", TRAIN, run("train")),
        Offer("hello", found("hello", "hello.py", "The smallest pipeline."), run("hello", RunState.FAILED, 60)),
        Offer("etl", found("etl", "flows/etl.yaml"), None),
        Offer("gone", None, run("gone")),
    ),
    ("skipped: broken.py:2 is not valid Python: invalid syntax",),
)


class Engine:
    """What the dialog calls; each answer can be replaced, by a value or by an error to raise."""

    def __init__(self) -> None:
        self.offers: Offers | Exception = OFFERS
        self.form: RunForm | Exception = RunForm(TRAIN, "train", train.__doc__ or "", form_fields())
        self.outcome: Any = RunRef("train-abcde", "ml", "train", KubernetesOrchestratorSettings().effective())
        self.stages = ("looking at namespace ml", "checking 3 pods with the server")
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_gate = asyncio.Event()
        self.orders: list[Order] = []
        self.opened: list[str] = []

    async def discover(self) -> Offers:
        return _answer(self.offers)

    async def open_form(self, pipeline: FoundPipeline) -> RunForm:
        self.opened.append(pipeline.target)
        await self._wait()
        return _answer(self.form)

    async def submit(self, order: Order, on_stage: OnStage) -> Any:
        self.orders.append(order)
        for stage in self.stages:
            on_stage(stage)
        await self._wait()
        return _answer(self.outcome)

    async def _wait(self) -> None:
        self.at_gate.set()
        await self.gate.wait()


def _answer(value: T | Exception) -> T:
    if isinstance(value, Exception):
        raise value
    return value


def earlier(**parameters: Any) -> EarlierRun:
    return EarlierRun(run("train"), parameters)


class Host(App[None]):
    """An app with nothing but a dialog."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [Path(k8stui_tui.__file__).parent / "theme" / "roles.tcss"]
    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)

    def __init__(self, screen: ModalScreen[Any], theme: str = "dark") -> None:
        super().__init__()
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme
        self.dialog = screen
        self.results: list[Any] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.results.append)


class Dialog:
    """The running dialog, and what a person sees of it."""

    def __init__(self, pilot: Pilot[None], app: Host, engine: Engine) -> None:
        self.pilot, self.app, self.engine = pilot, app, engine

    @property
    def screen(self) -> CreateScreen[Any]:
        assert isinstance(self.app.dialog, CreateScreen)
        return self.app.dialog

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def settle(self) -> None:
        """Let workers end, unless they wait at the gate."""
        if self.engine.gate.is_set():
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def until_at_gate(self) -> None:
        async with asyncio.timeout(60):
            await self.engine.at_gate.wait()
        await self.pilot.pause()

    @property
    def text(self) -> str:
        return screen_text(self.app)

    def line_with(self, word: str) -> str:
        return next(line.strip(" │") for line in self.text.splitlines() if word in line)


@asynccontextmanager
async def dialog(
    engine: Engine | None = None, size: tuple[int, int] = NARROW, theme: str = "dark"
) -> AsyncIterator[Dialog]:
    engine = engine or Engine()
    screen = CreateScreen(
        discover=engine.discover,
        open_form=engine.open_form,
        submit=engine.submit,
        folder="flows",
        where="prod-eu, namespace ml",
        image="python:3.11-slim",
        now=lambda: NOW,
    )
    app = Host(screen, theme)
    async with app.run_test(size=size) as pilot:
        shown = Dialog(pilot, app, engine)
        await shown.settle()
        yield shown


def focused_name(shown: Dialog) -> str:
    focused = shown.app.focused
    return next(row.field.name for row in shown.screen.query_one(Form).rows if row.control is focused)


def field(shown: Dialog, name: str) -> Any:
    return next(row for row in shown.screen.query_one(Form).rows if row.field.name == name)


async def fill_in(shown: Dialog) -> None:
    """To the form, with what it needs."""
    await shown.press("enter")
    await shown.type("monday")
