"""What a person may not do is said before: in footer, help and palette, and by the key itself, without a dialog."""

from __future__ import annotations

from k8stui_tui.actions.needs import EVERY, NEEDS, refused
from k8stui_tui.actions.table import ACTIONS
from k8stui_tui.place import Place
from k8stui_tui.screens.confirm import ConfirmScreen
from tests.tui.fakes import FakeStore
from tests.tui.harness import Shown, shown
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW, every_state
from tests.tui.sample_schedules import every_schedule


def viewer(*rights: str, everywhere: bool = False, read_only: bool = False) -> FakeStore:
    place = Place("prod-eu", "ml-team", everywhere=everywhere, read_only="--read-only" if read_only else "")
    return FakeStore(
        every_state(), pods=every_pod(), schedules=every_schedule(), may_not=rights or EVERY, now=NOW, place=place
    )


def last_message(screen: Shown) -> str:
    return screen.center._messages[-1]


def test_every_act_that_changes_something_says_which_right_it_needs() -> None:
    known = {(action.scope, action.id) for action in ACTIONS}
    assert set(NEEDS) <= known
    dangerous = {(action.scope, action.id) for action in ACTIONS if action.dangerous}
    assert dangerous <= set(NEEDS)


def test_the_sentence_names_act_right_and_place() -> None:
    needs = ("delete jobs.batch", "delete configmaps")
    told = refused("delete", needs, "namespace ml", read_only="", lacking=needs)
    assert told == (
        "Not allowed: delete needs the permissions 'delete jobs.batch' and 'delete configmaps' in namespace ml, "
        "which you do not have there."
    )
    assert refused("delete", needs, "namespace ml", read_only="", lacking=()) == ""
    assert refused("sort", (), "namespace ml", read_only="--read-only", lacking=()) == ""


async def test_a_key_says_what_is_missing_and_opens_no_dialog() -> None:
    async with shown(viewer()) as screen:
        footer = screen.text.splitlines()[-1]
        assert "why" in footer
        assert "stop" not in footer
        assert "new run" not in footer
        await screen.press("S")
        assert not isinstance(screen.app.screen, ConfirmScreen)
        assert "'patch configmaps'" in last_message(screen)
        await screen.press("colon", *"delete", "enter")
        assert not isinstance(screen.app.screen, ConfirmScreen)
        await screen.press("2", "D")
        assert "Plan: delete" not in screen.text
        assert "'delete pods'" in last_message(screen)


async def test_what_is_allowed_works_beside_what_is_not() -> None:
    async with shown(viewer("create pods/eviction")) as screen:
        await screen.press("2", "V")
        assert "Plan: evict" not in screen.text
        await screen.press("D")
        assert "Plan: delete" in screen.text


async def test_help_and_palette_say_so_in_words() -> None:
    async with shown(viewer()) as screen:
        await screen.press("3", "question_mark")
        assert "Not allowed: edit needs the permission 'patch cronjobs.batch'" in " ".join(screen.text.split())
    async with shown(viewer()) as screen:
        await screen.press("3", "ctrl+p")
        await screen.until("(e)  not allowed")


async def test_read_only_is_told_the_same_way() -> None:
    async with shown(viewer("delete nothing", read_only=True)) as screen:
        assert "stop" not in screen.text.splitlines()[-1]
        await screen.press("S")
        assert not isinstance(screen.app.screen, ConfirmScreen)
        assert "k8stui is read-only here" in last_message(screen)


async def test_nobody_is_kept_from_what_is_not_known() -> None:
    async with shown(FakeStore(every_state(), now=NOW)) as screen:
        await screen.press("S")
        assert isinstance(screen.app.screen, ConfirmScreen)
