"""The form of a new run: its fields, mistakes, submitting, and the way back."""

from __future__ import annotations

from typing import Any

from k8stui.authoring.creating import FormChangedError, RunForm
from k8stui.authoring.forms import FormError
from k8stui.model.errors import RejectedError
from k8stui_tui.widgets.form import Form
from tests.tui.create_app import (
    NARROW,
    TRAIN,
    USUAL,
    Engine,
    dialog,
    earlier,
    field,
    fill_in,
    focused_name,
    form_fields,
)


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
