"""The dialog that starts a run: nothing that was typed is lost, and every mistake stands where it was made."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from k8stui.authoring.creating import Offer, Offers, RunForm
from k8stui.model.errors import InvalidInputError, RejectedError
from k8stui_tui.actions.table import of_scopes
from k8stui_tui.screens.create.pick import PickPane
from k8stui_tui.screens.create.rows import matching
from k8stui_tui.theme import glyphs as drawn
from k8stui_tui.widgets.controls import ChoiceControl, TextControl
from k8stui_tui.widgets.form import Form
from tests.tui.create_app import (
    NARROW,
    OFFERS,
    TRAIN,
    USUAL,
    Dialog,
    Engine,
    dialog,
    field,
    focused_name,
    form_fields,
    found,
)


@pytest.mark.parametrize("size", [NARROW, USUAL])
async def test_pipelines_are_shown_with_file_doc_and_last_run(size: tuple[int, int]) -> None:
    async with dialog(size=size) as shown:
        assert shown.line_with("flows/train.py").split() == [
            "▌", "train", "flows/train.py", "succeeded", "2h00m", "Trains", "four", "models.",
        ]  # fmt: skip
        assert shown.line_with("hello.py").split()[1:4] == ["hello.py", "failed", "1m00s"]
        assert shown.line_with("etl.yaml").split() == ["etl", "flows/etl.yaml", "never"]
        assert shown.line_with("no file here").split()[0] == "gone"
        assert "skipped: broken.py:2 is not valid Python" in shown.text


async def test_typing_filters_and_arrows_move_while_the_focus_is_in_the_filter() -> None:
    async with dialog() as shown:
        await shown.type("FLOWS tra")
        assert "hello" not in shown.text
        assert "flows/etl.yaml" not in shown.text
        await shown.press("ctrl+u")
        await shown.press("down", "down", "up", "enter")
        assert shown.engine.opened == ["hello.py:hello"]


async def test_who_only_types_is_offered_the_first_that_matches() -> None:
    async with dialog() as shown:
        await shown.type("etl")
        await shown.press("ctrl+u")
        await shown.type("flows")
        await shown.press("enter")
        assert shown.engine.opened == ["flows/train.py:train"]


async def test_a_filter_that_leaves_nothing_says_so() -> None:
    async with dialog() as shown:
        await shown.type("zzz")
        assert "None of 4 pipelines has 'zzz'." in shown.text
        await shown.press("enter")
        assert shown.engine.opened == []


def test_every_word_must_be_somewhere() -> None:
    assert [one.name for one in matching(OFFERS.pipelines, "")] == ["train", "hello", "etl", "gone"]
    assert [one.name for one in matching(OFFERS.pipelines, "pipeline SMALLEST")] == ["hello"]
    assert [one.name for one in matching(OFFERS.pipelines, "no file")] == ["gone"]


async def test_a_place_without_pipelines_says_what_one_is() -> None:
    engine = Engine()
    engine.offers = Offers(())
    async with dialog(engine) as shown:
        assert "There are no pipelines below flows, and none ran here." in shown.text


async def test_a_pipeline_without_its_file_says_what_to_do() -> None:
    async with dialog() as shown:
        await shown.type("gone")
        await shown.press("enter")
        assert shown.line_with("Error:") == ("Error: gone ran here (gone-x7k2b), but no file below flows defines it")
        assert shown.engine.opened == []


async def test_an_error_while_looking_is_shown_and_looking_again_mends_it() -> None:
    engine = Engine()
    engine.offers = InvalidInputError("There is no file or folder flows")
    async with dialog(engine) as shown:
        assert "Error: There is no file or folder flows" in shown.text
        engine.offers = OFFERS
        await shown.press("ctrl+r")
        assert "Error" not in shown.text
        assert "flows/train.py" in shown.text


async def test_a_file_that_cannot_be_loaded_says_so_above_nothing_lost() -> None:
    engine = Engine()
    engine.form = InvalidInputError("train.py:3: ModuleNotFoundError: No module named 'torch'", hint="Install torch.")
    async with dialog(engine) as shown:
        await shown.type("train")
        await shown.press("enter")
        assert "Error: train.py:3: ModuleNotFoundError" in shown.text
        assert "Install torch." in shown.text
        engine.form = RunForm(TRAIN, "train", "", form_fields())
        await shown.press("enter")
        assert focused_name(shown) == "day"


async def test_a_defect_is_told_and_not_a_crash() -> None:
    engine = Engine()
    engine.form = ZeroDivisionError("division by zero")
    async with dialog(engine) as shown:
        await shown.press("enter")
        assert "Error: Unexpected ZeroDivisionError: division by zero" in shown.text


HOSTILE = "\x1b]0;owned\x07[red]bold[/] \x1b[2J\u202etxt\n@click=app.quit"


async def test_hostile_text_is_harmless_and_no_markup_anywhere() -> None:
    def function(a: str = HOSTILE, b: str = "x") -> None: ...

    function.__doc__ = f"Doc {HOSTILE}\n\nArgs:\n    b: {HOSTILE}"
    engine = Engine()
    pipeline = dataclasses.replace(found(HOSTILE, doc=HOSTILE), target=HOSTILE)
    engine.offers = Offers((Offer(HOSTILE, pipeline),), (HOSTILE,))
    engine.form = RunForm(pipeline, HOSTILE, function.__doc__, form_fields(function), said=HOSTILE)
    engine.outcome = RejectedError(HOSTILE, hint=HOSTILE)
    async with dialog(engine, USUAL) as shown:
        assert_harmless(shown)
        await shown.press("enter")
        assert_harmless(shown)
        assert field(shown, "a").text == HOSTILE
        await shown.press("ctrl+s")
        assert_harmless(shown)
        assert shown.engine.orders[0].texts == {"a": HOSTILE, "b": "x"}


def assert_harmless(shown: Dialog) -> None:
    assert not any(character in shown.text for character in "\x1b\x07\u202e")
    assert "[red]bold[/]" in shown.text


async def test_what_is_pasted_is_harmless() -> None:
    async with dialog() as shown:
        await shown.press("enter")
        control = field(shown, "day").control
        assert isinstance(control, TextControl)
        control.insert_text_at_cursor("\x1b[31mmon\x07day")
        await shown.settle()
        assert control.text == "mon\\x07day"


async def test_words_are_chosen_by_arrows_space_and_letters() -> None:
    async with dialog() as shown:
        await shown.press("enter")
        control = field(shown, "mode").control
        assert isinstance(control, ChoiceControl)
        control.focus()
        seen = []
        for key in ("right", "space", "right", "left", "s", "x", "c"):
            await shown.press(key)
            seen.append(control.text)
        assert seen == ["slow", "careful", "fast", "careful", "slow", "slow", "careful"]
        await shown.press("enter")
        assert focused_name(shown) == "rates"


async def test_words_are_chosen_by_clicks() -> None:
    async with dialog() as shown:
        await shown.press("enter")
        control = field(shown, "mode").control
        line = str(control.render())
        for word in ("careful", "fast", "slow"):
            assert await shown.pilot.click(control, offset=(line.index(word) + 1, 0))
            await shown.settle()
            assert control.text == word
        await shown.pilot.click(control, offset=(len(line) + 2, 0))
        assert control.text == "slow"


async def test_more_words_than_fit_are_counted() -> None:
    choices = tuple(f"word-{number}" for number in range(30))
    control = ChoiceControl(choices, "word-3")
    async with dialog() as shown:
        await shown.screen.query_one(PickPane).mount(control)
        await shown.settle()
        assert "[word-3] 4 of 30" in shown.text


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
async def test_nothing_is_told_by_colour_alone(theme: str) -> None:
    async with dialog(theme=theme) as shown:
        await shown.press("enter")
        assert shown.line_with("day ").startswith("▌ day")
        await shown.press("ctrl+s")
        assert "! It needs a value." in shown.text
        assert "[false]" in shown.text


async def test_ascii_terminals_get_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(drawn.ASCII_VARIABLE, "1")
    async with dialog(size=USUAL) as shown:
        assert shown.text.isascii()
        await shown.press("enter")
        assert shown.text.isascii()


@pytest.mark.parametrize(("scope", "kind"), [("create", PickPane), ("form", Form), ("choice", ChoiceControl)])
def test_every_action_of_the_dialog_is_carried_out_by_its_part(scope: str, kind: type[Any]) -> None:
    actions = list(of_scopes([scope]))
    assert actions
    assert list(kind.SCOPES) == [scope]
    for action in actions:
        assert callable(getattr(kind, action.handler))
