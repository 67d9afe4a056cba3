"""In a protected place its name is typed before what elsewhere needs no question, or is asked for another place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from k8stui.model.errors import InvalidInputError
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.saving import check_name
from tests.tui.harness import schedules_store, shown

TYPE_IT = "prod is protected. Type its name to go on."


def in_production(namespaces: Iterable[str]) -> str:
    return "prod" if {"ml-team", "other"} & set(namespaces) else ""


async def test_starting_what_is_there_once_more_has_its_name_typed() -> None:
    store: Any = schedules_store()
    store.protected = in_production
    async with shown(store) as screen:
        for keys in (("C",), ("3", "j", "j", "j", "t")):
            await screen.press(*keys)
            assert TYPE_IT in screen.text
            await screen.press(*"dev", "enter")
            assert "That is something else than prod" in screen.text
            await screen.press("escape")
            assert "Not connected yet." not in screen.text, "it was begun"
        await screen.press("t", *"prod", "enter")
        assert "Not connected yet." in screen.text, "it was not even begun"


async def test_what_is_done_elsewhere_than_at_the_cursor_has_the_name_of_that_place_typed() -> None:
    store: Any = schedules_store()
    store.protected = lambda namespaces: "prod" if set(namespaces) == {"other"} else ""
    answers: list[str | None] = []
    async with shown(store) as screen:
        for namespaces in (None, {"other"}):
            screen.runs.confirm(ConfirmScreen("Delete it?", "delete"), answers.append, 1, namespaces)
            await screen.press("y")
        assert (answers, TYPE_IT in screen.text) == (["delete"], True)
        await screen.press(*"prod", "enter")
        assert answers == ["delete", "delete"]


@pytest.mark.parametrize("name", [".ssh", "a/b.log", "/tmp/b.log", "..", "../b.log"])
def test_who_may_only_look_saves_no_file_that_another_program_takes_for_its_own(name: str) -> None:
    with pytest.raises(InvalidInputError, match="only a plain name"):
        check_name(name)
    check_name("train.log")
