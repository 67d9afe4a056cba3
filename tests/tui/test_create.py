"""The dialog that starts a run: nothing that was typed is lost, and every mistake stands where it was made."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from k8stui.authoring.creating import FormChangedError, Offer, Offers, RunForm
from k8stui.authoring.forms import FormError
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
    earlier,
    form_fields,
    found,
)


def focused_name(shown: Dialog) -> str:
    focused = shown.app.focused
    return next(row.field.name for row in shown.screen.query_one(Form).rows if row.control is focused)


def field(shown: Dialog, name: str) -> Any:
    return next(row for row in shown.screen.query_one(Form).rows if row.field.name == name)


async def fill_in(shown: Dialog) -> None:
    """To the form, with what it needs."""
    await shown.press("enter")
    await shown.type("monday")


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


async def test_the_form_shows_each_field_with_its_default_and_what_it_is_for() -> None:
    async with dialog() as shown:
        await shown.press("enter")
        assert "New run of train" in shown.text
        assert "prod-eu, namespace ml" in shown.text
        assert shown.line_with("str, required: The day whose readings are loaded.")
        assert shown.line_with("rows ").split() == ["rows", "1200"]
        assert shown.line_with("deep ").split() == ["deep", "[false]", "true"]
        assert shown.line_with("mode ").split() == ["mode", "[fast]", "slow", "careful"]
        assert focused_name(shown) == "day"


async def test_an_earlier_run_fills_the_form_and_is_named() -> None:
    engine = Engine()
    engine.form = RunForm(
        TRAIN, "train", "", form_fields(), {"day": "friday", "rows": "7", "deep": "true"},
        earlier(day="friday"), ("rates",), "loading\nmore",
    )  # fmt: skip
    async with dialog(engine, USUAL) as shown:
        await shown.press("enter")
        assert "filled in as train-x7k2b, succeeded, 2h00m ago" in shown.text
        assert "its values of rates cannot be typed" in shown.text
        assert "its file printed: loading" in shown.text
        assert shown.line_with("rows ").split() == ["rows", "7"]
        assert "int: How many rows.  (default 1200)" in shown.text
        await shown.press("ctrl+s")
        assert shown.engine.orders[0].texts == {
            "day": "friday", "rows": "7", "rate": "0.1", "deep": "true", "mode": "fast", "rates": "null",
        }  # fmt: skip


async def test_defaults_come_back_with_one_key() -> None:
    engine = Engine()
    engine.form = RunForm(TRAIN, "train", "", form_fields(), {"rows": "7", "deep": "true"}, earlier())
    async with dialog(engine) as shown:
        await shown.press("enter", "ctrl+r")
        assert field(shown, "rows").text == "1200"
        assert field(shown, "deep").text == "false"


async def test_mistakes_stand_at_their_fields_and_nothing_is_submitted() -> None:
    async with dialog() as shown:
        await shown.press("enter", "tab")
        await shown.type("x")
        await shown.press("ctrl+s")
        assert "! It needs a value." in shown.text
        assert "! '1200x' is not an int" in shown.text
        assert focused_name(shown) == "day"
        assert shown.engine.orders == []
        await shown.type("monday")
        assert "! It needs a value." not in shown.text
        await shown.press("tab", "backspace")
        assert "is not an int" not in shown.text
        await shown.press("ctrl+s")
        assert shown.engine.orders[0].texts["rows"] == "1200"


async def test_a_mistake_is_told_when_its_field_is_left_but_not_before() -> None:
    async with dialog() as shown:
        await shown.press("enter", "tab")
        await shown.type("x")
        assert "!" not in shown.text
        await shown.press("shift+tab")
        assert "! '1200x' is not an int" in shown.text
        assert "It needs a value" not in shown.text


async def test_a_submission_shows_its_stages_and_gives_the_run() -> None:
    engine = Engine()
    async with dialog(engine) as shown:
        await fill_in(shown)
        engine.gate.clear()
        engine.at_gate.clear()
        await shown.press("ctrl+s")
        await shown.until_at_gate()
        assert "checking 3 pods with the server ..." in shown.text
        await shown.press("ctrl+s")
        assert len(engine.orders) == 1
        engine.gate.set()
        await shown.settle()
        assert shown.app.results == [engine.outcome]
        assert engine.orders[0].found is TRAIN


async def test_enter_goes_from_field_to_field_and_submits_on_the_button() -> None:
    async with dialog() as shown:
        await fill_in(shown)
        await shown.press(*["enter"] * 7)
        assert shown.engine.orders == []
        await shown.press("enter")
        assert shown.app.results == [shown.engine.outcome]


async def test_what_the_cluster_refuses_stands_in_place_and_nothing_typed_is_lost() -> None:
    engine = Engine()
    outcome, engine.outcome = engine.outcome, RejectedError("The pod of step 'a' is refused: cpu", hint="Ask for less.")
    async with dialog(engine) as shown:
        await fill_in(shown)
        await shown.press("ctrl+s")
        assert "Error: The pod of step 'a' is refused: cpu" in shown.text
        assert "Ask for less." in shown.text
        assert field(shown, "day").text == "monday"
        engine.outcome = outcome
        await shown.press("ctrl+s")
        assert shown.app.results == [outcome]


async def test_a_mistake_that_only_the_file_knows_of_stands_at_its_field() -> None:
    engine = Engine()
    engine.outcome = FormError({"rows": "There are not so many."})
    async with dialog(engine) as shown:
        await fill_in(shown)
        await shown.press("ctrl+s")
        assert "! There are not so many." in shown.text
        assert focused_name(shown) == "rows"


async def test_a_file_that_was_edited_gives_a_new_form_with_what_was_typed() -> None:
    def edited(day: str, rows: int = 5, late: bool = False) -> None: ...

    engine = Engine()
    fields = form_fields(edited)
    engine.outcome = FormChangedError("The parameters changed; nothing was submitted", hint="Look.", fields=fields)
    async with dialog(engine) as shown:
        await fill_in(shown)
        await shown.press("ctrl+s")
        assert "Error: The parameters changed" in shown.text
        assert shown.screen.query_one(Form).texts == {"day": "monday", "rows": "5", "late": "false", "--image": ""}
        await shown.press("ctrl+s")
        assert engine.orders[1].fields == fields


async def test_the_image_is_part_of_the_order_and_no_parameter() -> None:
    async with dialog() as shown:
        await fill_in(shown)
        await shown.press(*["tab"] * 6)
        assert focused_name(shown) == "--image"
        await shown.type("mine")
        await shown.press("ctrl+s")
        (order,) = shown.engine.orders
        assert order.image == "mine"
        assert set(order.texts) == {one.name for one in form_fields()}


async def test_escape_goes_back_to_the_list_then_out_and_what_was_typed_waits() -> None:
    async with dialog() as shown:
        await shown.type("tra")
        await fill_in(shown)
        await shown.press("escape")
        assert not shown.screen.query(Form)
        assert "hello" not in shown.text  # the filter is as it was
        await shown.press("enter")
        assert field(shown, "day").text == "monday"
        await shown.press("escape", "escape")
        assert shown.app.results == [None]


async def test_escape_while_a_file_is_loaded_stays_in_the_list() -> None:
    engine = Engine()
    async with dialog(engine) as shown:
        engine.gate.clear()
        await shown.press("enter")
        await shown.until_at_gate()
        assert "Reading flows/train.py:train ..." in shown.text
        await shown.press("escape")
        assert "Reading" not in shown.text
        assert shown.app.results == []
        engine.gate.set()
        await shown.press("enter")
        assert focused_name(shown) == "day"


async def test_escape_while_submitting_stops_that_and_keeps_the_form() -> None:
    engine = Engine()
    async with dialog(engine) as shown:
        await fill_in(shown)
        engine.gate.clear()
        engine.at_gate.clear()
        await shown.press("ctrl+s")
        await shown.until_at_gate()
        await shown.press("escape")
        engine.gate.set()
        await shown.settle()
        assert "Stopped; what had been created was deleted again." in shown.text
        assert shown.app.results == []
        await shown.press("ctrl+s")
        assert shown.app.results == [engine.outcome]


def many(**values: Any) -> RunForm:
    names = [f"parameter_{number}" for number in range(40)]
    spaces: dict[str, Any] = {}
    exec(f"def function({', '.join(f'{name}: int = {number}' for number, name in enumerate(names))}): ...", spaces)
    return RunForm(TRAIN, "train", "", form_fields(spaces["function"]), **values)


async def test_forty_fields_fit_into_24_lines_by_scrolling_with_the_focus() -> None:
    engine = Engine()
    engine.form = many()
    async with dialog(engine, NARROW) as shown:
        await shown.press("enter")
        assert "parameter_39" not in shown.text
        await shown.press("shift+tab", "shift+tab", "shift+tab", "shift+tab")
        assert focused_name(shown) == "parameter_39"
        assert shown.line_with("parameter_39").split() == ["▌", "parameter_39", "39"]
        await shown.type("x")
        await shown.press(*["tab"] * 4)
        assert focused_name(shown) == "parameter_0"
        await shown.press("ctrl+s")
        assert focused_name(shown) == "parameter_39"
        assert "! '39x' is not an int" in shown.text


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
