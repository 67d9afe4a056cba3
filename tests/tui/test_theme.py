"""Themes, roles and glyphs: what a terminal can show, and no colour without a word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from rich.color import parse_rgb_hex
from rich.color_triplet import ColorTriplet
from textual.theme import Theme
from textual.widgets import Input, OptionList, Static

import k8stui_tui
from k8stui.incluster.contract.states import RunState, StepState
from k8stui_tui.actions.everywhere import APP
from k8stui_tui.commandline import completions
from k8stui_tui.config import model as config
from k8stui_tui.theme.glyphs import ASCII, UNICODE, glyphs
from k8stui_tui.theme.roles import COMPONENTS, ROLES, role_of
from k8stui_tui.theme.themes import CONTRAST, DARK, LIGHT, SIXTEEN, THEMES, theme_name
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
        ({"TERM": "screen", "K8STUI_THEME": "contrast"}, "ansi"),
        ({"TERM": "xterm-16color"}, "ansi"),
        ({"TERM": "xterm-kitty", "K8STUI_THEME": "contrast"}, "contrast"),
    ],
)
def test_the_terminal_chooses_the_theme(environ: dict[str, str], name: str) -> None:
    assert theme_name(environ) == name


def test_the_variable_goes_before_the_file_and_the_file_before_the_terminal() -> None:
    light = {"TERM": "xterm-256color", "COLORFGBG": "0;15"}
    assert theme_name(light, "contrast") == "contrast"
    assert theme_name({**light, "K8STUI_THEME": "dark"}, "contrast") == "dark"
    assert theme_name({**light, "NO_COLOR": "1"}, "contrast") == "ansi"


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


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """How well a colour is told from another, 1 to 21: the contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: ColorTriplet) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


SELECTED = {"light": 4.5, "contrast": 7.0, "dark": 2.9}
"""The least contrast on the line under the cursor; dark is quieter there, and its lines are strong where it matters."""


@pytest.mark.parametrize(("theme", "least"), [(DARK, 4.5), (LIGHT, 4.5), (CONTRAST, 7.0)], ids=str)
async def test_every_role_is_told_from_what_it_stands_on(theme: Theme, least: float) -> None:
    async with Stage(view := TextView("x"), theme=theme.name).run_test(size=SIZE) as pilot:
        await settled(pilot)
        styles = {role: view.style_of(role) for role in ROLES}
        foreground = ColorTriplet(*parse_rgb_hex(str(theme.foreground)[1:]))
        texts = {role: (style.color and style.color.triplet) or foreground for role, style in styles.items()}
        grounds = [ColorTriplet(*parse_rgb_hex(str(one)[1:])) for one in (theme.background, theme.surface, theme.panel)]
        for role, text in texts.items():
            assert min(contrast(text, ground) for ground in grounds) >= least, role
            for under in ("cursor", "cursor-blurred"):
                colour = styles[under].bgcolor
                assert colour is not None
                assert colour.triplet is not None
                assert contrast(text, colour.triplet) >= SELECTED[theme.name], (role, under)


def test_what_can_be_chosen_is_what_there_is() -> None:
    names = [theme.name for theme in THEMES]
    assert next(one for one in APP if one.id == "theme").argument.split("|") == names
    assert get_args(config.Theme) == ("", *names)
    assert completions("theme c", APP) == ["theme contrast"]


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
