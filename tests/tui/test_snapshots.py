"""The screens as pictures: every state, at the sizes where it looks different, in every theme.

A picture that is meant to change is taken anew with `--snapshot-update`, looked at, and committed with its cause.
"""

from __future__ import annotations

import pytest

from k8stui.authoring.creating import RunForm
from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError, UnreachableError
from k8stui_tui.place import Place
from k8stui_tui.screens.create.screen import CreateScreen
from tests.tui.create_app import NOW as CREATED
from tests.tui.create_app import TRAIN, Engine, earlier, form_fields, train
from tests.tui.fakes import FakeStore
from tests.tui.harness import SIZES, TIGHT, Look, Shown, Size
from tests.tui.sample_runs import NOW, every_state, forked, log_lines


def lost() -> FakeStore:
    fresh = Freshness(synced=True, lost_for=42.0, error=UnreachableError("No answer from prod-eu for 42 s."))
    return FakeStore(every_state(), lines=log_lines(), freshness=fresh, now=NOW)


def no_kubeconfig() -> FakeStore:
    error = UnreachableError(
        "No kubeconfig was found, and this is no pod of a cluster.",
        hint="Set KUBECONFIG, or write ~/.kube/config.\nWithout a cluster: k8stui demo",
    )
    return FakeStore(connected=False, error=error, now=NOW, place=Place())


def forbidden() -> FakeStore:
    error = ForbiddenError(
        "User ada may not list configmaps in namespace ml-team.",
        hint="Ask for a Role with the verbs get, list, watch on configmaps, jobs and pods.",
    )
    return FakeStore(freshness=Freshness(error=error), now=NOW)


def everywhere() -> FakeStore:
    names = ("ml-team", "ml-team", "fraud-detection", "search")
    views = [
        view.model_copy(update={"namespace": names[place % len(names)]}) for place, view in enumerate(every_state())
    ]
    return FakeStore(views, lines=log_lines(), now=NOW, place=Place("prod-eu", "ml-team", everywhere=True))


def read_only() -> FakeStore:
    place = Place("arn-of-a-very-long-context/prod-eu-west-1", "ml-team", stack="gpu", read_only="--read-only")
    return FakeStore(every_state(), lines=log_lines(), now=NOW, place=place)


class TestUsual:
    """Runs in every state, the steps of one, its logs."""

    @SIZES
    def test_sizes(self, looks: Look, size: Size) -> None:
        """Runs, steps and logs; on a small terminal the runs alone."""
        assert looks(size=size)

    @TIGHT
    def test_steps(self, looks: Look, size: Size) -> None:
        """The cursor in the tree of steps."""
        assert looks("enter", "j", "j", size=size)

    @pytest.mark.parametrize("known", [False, True], ids=["list-unknown", "list-known"])
    @TIGHT
    def test_lists_and_branches(self, looks: Look, size: Size, known: bool) -> None:
        """A mapped step before and after its list is known, and a branch that was not taken."""
        assert looks("enter", store=FakeStore([forked(known=known)], now=NOW), size=size)

    @TIGHT
    def test_logs(self, looks: Look, size: Size) -> None:
        """The cursor in the logs."""
        assert looks("l", size=size)

    @TIGHT
    def test_search_in_logs(self, looks: Look, size: Size) -> None:
        """Lines that a search found."""
        assert looks("l", size=size, typed="/epoch 39")

    def test_a_pane_alone(self, looks: Look) -> None:
        """The steps have all of the terminal."""
        assert looks("enter", "z")

    def test_a_run_that_failed(self, looks: Look) -> None:
        """The cursor on a failed run."""
        assert looks("j")

    def test_light(self, looks: Look) -> None:
        """Colours for light backgrounds."""
        assert looks("space", theme="light")

    def test_high_contrast(self, looks: Look) -> None:
        """Black and white, the line under the cursor reversed."""
        assert looks("space", "j", theme="contrast")

    def test_sixteen_colours(self, looks: Look) -> None:
        """The terminal's own colours."""
        assert looks("space", theme="ansi")

    def test_no_colour(self, looks: Look, monkeypatch: pytest.MonkeyPatch) -> None:
        """NO_COLOR: what matters is seen without any."""
        monkeypatch.setenv("NO_COLOR", "1")
        assert looks("space", theme="ansi")

    def test_ascii(self, looks: Look, monkeypatch: pytest.MonkeyPatch) -> None:
        """A locale without UTF-8."""
        monkeypatch.setenv("LC_ALL", "C")
        assert looks("enter")


class TestStates:
    """What stands where runs would be."""

    @TIGHT
    def test_empty(self, looks: Look, size: Size) -> None:
        """No run yet."""
        assert looks(store=FakeStore(now=NOW), size=size)

    def test_connecting(self, looks: Look) -> None:
        """No connection yet."""
        assert looks(store=FakeStore(connected=False, now=NOW, place=Place()))

    @TIGHT
    def test_no_connection(self, looks: Look, size: Size) -> None:
        """The connection cannot be made."""
        assert looks(store=no_kubeconfig(), size=size)

    def test_loading(self, looks: Look) -> None:
        """Connected, nothing listed yet."""
        assert looks(store=FakeStore(freshness=Freshness(connected=True), now=NOW))

    @TIGHT
    def test_forbidden(self, looks: Look, size: Size) -> None:
        """Rights are missing."""
        assert looks(store=forbidden(), size=size)

    @TIGHT
    def test_disconnected(self, looks: Look, size: Size) -> None:
        """The connection was lost: the last data and its age."""
        assert looks(store=lost(), size=size)

    @TIGHT
    def test_read_only(self, looks: Look, size: Size) -> None:
        """Nothing can be changed; the context has a long name."""
        assert looks(store=read_only(), size=size)

    @SIZES
    def test_all_namespaces(self, looks: Look, size: Size) -> None:
        """Runs of several namespaces."""
        assert looks(store=everywhere(), size=size)

    def test_no_runs_match(self, looks: Look) -> None:
        """A filter that leaves nothing."""
        assert looks(typed="/nosuchrun")

    def test_marked(self, looks: Look) -> None:
        """Some runs are marked."""
        assert looks("space", "space", "j", "space")


class TestPrompt:
    """What is typed."""

    @TIGHT
    def test_filter(self, looks: Look, size: Size) -> None:
        """Runs are filtered while it is typed."""
        assert looks(typed="/status:failed,running pipeline:etl", size=size)

    @TIGHT
    def test_commands(self, looks: Look, size: Size) -> None:
        """What could be meant stands above."""
        assert looks(typed=":", size=size)

    def test_completions(self, looks: Look) -> None:
        """The beginning of a command."""
        assert looks(typed=":re")

    @TIGHT
    def test_complains(self, looks: Look, size: Size) -> None:
        """A command that does not exist."""
        assert looks(typed=":stp", size=size, then=_enter)


class TestDialogs:
    """What stands over the screen."""

    @TIGHT
    def test_help(self, looks: Look, size: Size) -> None:
        """Keys and commands of this place."""
        assert looks("question_mark", size=size)

    @TIGHT
    def test_question(self, looks: Look, size: Size) -> None:
        """Stopping a run asks first."""
        assert looks("S", size=size)

    def test_question_about_many(self, looks: Look) -> None:
        """Deleting what is marked."""
        assert looks(*["space"] * 16, "D")

    @TIGHT
    def test_a_text(self, looks: Look, size: Size) -> None:
        """Something to read."""
        assert looks(size=size, then=_open_text)

    @TIGHT
    def test_pick_a_pipeline(self, looks: Look, size: Size) -> None:
        """The first step of a new run."""
        assert looks(size=size, then=_pick)

    @TIGHT
    def test_form(self, looks: Look, size: Size) -> None:
        """The second step of a new run."""
        assert looks(size=size, then=_fill)

    def test_form_with_a_mistake(self, looks: Look) -> None:
        """What is missing is told where it is."""
        assert looks(then=_submit_nothing)

    @TIGHT
    def test_told(self, looks: Look, size: Size) -> None:
        """What was done, and what went wrong."""
        assert looks(size=size, then=_tell)


async def _enter(shown: Shown) -> None:
    await shown.press("enter")


async def _open_text(shown: Shown) -> None:
    lines = [f"{number:2}  {'what is told about it, ' * (1 + number % 6)}" for number in range(60)]

    async def fetch() -> str:
        return "\n".join(lines)

    shown.center.view("Describe: run train-churn-7f3a", fetch)
    await shown.settle()


async def _pick(shown: Shown) -> None:
    engine = Engine()
    engine.form = RunForm(TRAIN, "train", train.__doc__ or "", form_fields(), {"rows": "600"}, earlier(rows=600))
    dialog = CreateScreen(
        discover=engine.discover,
        open_form=engine.open_form,
        submit=engine.submit,
        folder="flows",
        where="prod-eu · ml-team",
        image="python:3.12-slim",
        now=lambda: CREATED,
    )
    shown.app.push_screen(dialog)
    await shown.until("skipped: broken.py")


async def _fill(shown: Shown) -> None:
    await _pick(shown)
    await shown.keys("enter")
    await shown.until("▌ day")
    await shown.keys("tab")
    await shown.until("▌ rows")


async def _submit_nothing(shown: Shown) -> None:
    await _fill(shown)
    await shown.keys("ctrl+u", *"many")
    await shown.until("▌ rows")
    await shown.keys("ctrl+s")
    for text in ("It needs a value.", "'many' is not an int", "▌ day"):
        await shown.until(text)
    await shown.pilot.pause()


async def _tell(shown: Shown) -> None:
    shown.center.tell("train-churn-7f3a stopped.")
    shown.center.tell_error(ForbiddenError("You may not delete jobs in ml-team.", hint="Ask for the verb delete."))
    await shown.settle()
