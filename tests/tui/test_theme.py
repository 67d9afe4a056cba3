"""Themes, roles and glyphs: what a terminal can show, and no colour without a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

import k8stui_tui
from k8stui.incluster.states import RunState, StepState
from k8stui_tui.theme.glyphs import ASCII, UNICODE, glyphs
from k8stui_tui.theme.roles import COMPONENTS, ROLES, role_of
from k8stui_tui.theme.themes import DARK, LIGHT, SIXTEEN, THEMES, theme_name
from k8stui_tui.widgets.textview import TextView
from tests.tui.stage import SIZE, Stage, settled


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"TERM": "xterm-256color"}, "dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "xterm"}, "ansi"),
        ({"TERM": "linux"}, "ansi"),
        ({}, "ansi"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "ansi"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "dark"),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "light"),
        ({"TERM": "xterm-256color", "COLORFGBG": "15;0"}, "dark"),
        ({"TERM": "xterm-256color", "K8STUI_THEME": "Light"}, "light"),
        ({"TERM": "xterm-256color", "K8STUI_THEME": "mauve"}, "dark"),
        ({"TERM": "xterm", "K8STUI_THEME": "dark"}, "ansi"),
    ],
)
def test_the_terminal_chooses_the_theme(environ: dict[str, str], name: str) -> None:
    assert theme_name(environ) == name


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "en_US.UTF-8"}, UNICODE),
        ({"LANG": "de_DE.utf8"}, UNICODE),
        ({"LANG": "C"}, ASCII),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, ASCII),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, UNICODE),
        ({"LANG": "en_US.ISO-8859-1"}, ASCII),
        ({"LANG": "en_US.UTF-8", "K8STUI_ASCII": "1"}, ASCII),
    ],
)
def test_the_locale_chooses_the_glyphs(environ: dict[str, str], expected: object) -> None:
    assert glyphs(environ) is expected


def test_ascii_is_ascii_and_pieces_are_as_wide_as_the_others() -> None:
    for name, drawn in vars(UNICODE).items():
        plain = getattr(ASCII, name)
        assert plain.isascii()
        if name not in {"up", "down", "left", "right"}:
            assert len(plain) == len(drawn)


def test_every_state_has_a_role_by_its_own_word() -> None:
    for state in (*RunState, *StepState):
        assert role_of(state.value) == state.value
        assert role_of(f"{state.value.upper()} 2") == state.value
    assert role_of("Terminating") == "stopping"
    assert role_of("nonsense") == ""


def test_every_role_has_a_style() -> None:
    css = (Path(k8stui_tui.__file__).parent / "theme" / "roles.tcss").read_text()
    assert set(re.findall(r"\.(role--[\w-]+)", css)) == set(COMPONENTS)


def test_themes_have_the_same_variables() -> None:
    assert set(LIGHT.variables) == set(DARK.variables) <= set(SIXTEEN.variables)


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_role_can_be_drawn_in_every_theme(theme: str) -> None:
    others = Input(), OptionList("x"), Static("x")
    async with Stage(view := TextView("x"), *others, theme=theme).run_test(size=SIZE) as pilot:
        await settled(pilot)
        for role in ROLES:
            style = view.style_of(role)
            assert style or role in {"cursor-blurred", "dim"}, role


async def test_of_few_colours_only_the_terminals_own_are_used() -> None:
    async with Stage(view := TextView("x"), theme="ansi").run_test(size=SIZE) as pilot:
        await settled(pilot)
        for style in (view.rich_style, *map(view.style_of, ROLES)):
            assert not (style.color and style.color.triplet), style
            assert not (style.bgcolor and style.bgcolor.triplet), style


async def test_trouble_and_caution_differ_from_all_else() -> None:
    async with Stage(view := TextView("x")).run_test(size=SIZE) as pilot:
        await settled(pilot)
        colours = {role: view.style_of(role).color for role in ROLES}
        assert {role for role, colour in colours.items() if colour == colours["trouble"]} == {"trouble", "failed"}
        cautious = {"caution", "evicted", "retrying", "stopping", "paused"}
        assert {role for role, colour in colours.items() if colour == colours["caution"]} == cautious


async def test_a_change_of_theme_draws_everything_anew() -> None:
    async with (app := Stage(TextView("x"))).run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.theme = "light"
        await settled(pilot)
        strip = app.screen._compositor.render_strips()[0]
        styles = [segment.style for segment in strip if segment.style]
        assert {style.bgcolor.triplet.hex for style in styles if style.bgcolor and style.bgcolor.triplet} == {
            LIGHT.background
        }
