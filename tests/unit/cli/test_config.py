"""The config file: every setting explained, what is wrong told with its place, nothing of a person's overwritten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from k8stui.model.configfile import config_path
from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.config.files import memory_path
from k8stui_tui.config.memory import Memory
from k8stui_tui.config.model import Config, settings
from k8stui_tui.config.reading import config_of, line_of, read_config
from k8stui_tui.config.writing import commented, in_toml
from tests.unit.cli.command import k8stui

FILE = Path("config.toml")

WELL = """
theme = "light"
screen = "po"
[keys.runs]
why = ["d"]
describe = ["w", "?"]
[keys.app]
help = ["F1"]
quit = ["ctrl+q"]
"""


def refused(text: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        config_of(text, FILE)
    return str(caught.value)


def test_what_is_written_is_what_holds() -> None:
    config = config_of(WELL, FILE)
    assert (config.theme, config.screen) == ("light", "pods")
    assert config.keymap["runs.describe"] == ("w", "question_mark")
    assert config.keymap["app.help"] == ("f1",)


def test_a_file_that_sets_nothing_is_the_defaults() -> None:
    assert config_of("", FILE) == config_of(commented(), FILE) == read_config(Path("/nowhere/at/all")) == Config()


def test_the_first_file_explains_every_setting_and_its_examples_hold() -> None:
    lines = commented().splitlines()
    assert all(any(one.name in line for line in lines) for one in settings())
    examples = [one.example for one in settings() if one.example]
    assert all(config_of(example, FILE) != Config() for example in examples)


def test_what_is_shown_can_be_read_again() -> None:
    config = config_of(WELL, FILE)
    assert config_of(in_toml(config), FILE) == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theme = "mauve"', "config.toml, line 1: theme: 'mauve' is not possible: it should be '', 'dark'"),
        ('\nscreen = "pipes"', "config.toml, line 2: screen: There is no screen 'pipes'."),
        ("screeen = 1", "screeen: there is no such setting\nDid you mean screen?"),
        ("[logs]\nlines = 10", "line 2: logs.lines: 10 is not possible: it should be greater than or equal to 1000"),
        ("keys = 3", "config.toml, line 1: keys: 3 is not possible: it should be a table"),
        ('[keys.list]\nmark = "x"', "line 2: keys.list.mark: 'x' is not possible: it should be a list"),
        ('[keys.runs]\nwyh = ["x"]', "line 2: keys.runs.wyh: there is no action runs.wyh\nDid you mean runs.why?"),
        ('keys.runs.why = ["ctrl+"]', "line 1: keys.runs.why: there is no key 'ctrl+'"),
        ('[keys.prompt]\ndone = ["x"]', "keys.prompt.done: 'x' is text there"),
        ("[keys.app]\nback = []", "keys.app.back: app.back needs a key"),
        ('[bookmarks.pipes]\nbad = "x"', "line 1: bookmarks.pipes: There is no screen 'pipes'."),
        ("theme =", "config.toml is not TOML"),
    ],
)
def test_what_is_not_possible_is_told_with_its_place(text: str, said: str) -> None:
    assert said in refused(text)


def test_all_that_is_wrong_is_told_at_once() -> None:
    said = refused('theme = 1\nscreeen = ""\n[keys.runs]\nwhy = 3')
    assert all(name in said for name in ("theme", "screeen", "keys.runs.why"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[keys.runs]\nwhy = ["d"]', "d is already runs.describe (describe) in the same place"),
        ('[keys.runs]\nwhy = ["j"]', "j is already list.cursor_down (down)"),
        ('[keys.list]\nmark = ["w"]', "line 2: keys.list.mark: w is already runs.why (why)"),
        ('[keys.app]\nquit = ["pgdn"]', "pgdn is already list.page_down"),
        ('[keys.confirm]\nyes = ["n"]', "n is already confirm.no"),
        ('[keys.table]\nsort = ["1"]', "1 is already app.runs"),
    ],
)
def test_a_key_that_would_mean_two_things_in_one_place_is_refused(text: str, said: str) -> None:
    assert said in refused(text)


def test_a_key_may_mean_different_things_in_different_places() -> None:
    keys = config_of('[keys.runs]\nwhy = ["f9"]\n[keys.schedules]\nedit = ["f9"]\n', FILE).keymap
    assert keys == {"runs.why": ("f9",), "schedules.edit": ("f9",)}


@pytest.mark.parametrize(
    ("place", "line"),
    [(("theme",), 2), (("screen",), 3), (("keys", "runs", "why"), 5), (("keys", "app", "help"), 8), (("else",), 0)],
)
def test_the_line_of_a_setting_is_found(place: tuple[str, ...], line: int) -> None:
    assert line_of(WELL, place) == line


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"HOME": "/h"}, "/h/.config/k8stui/config.toml"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/x/k8stui/config.toml"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "relative"}, "/h/.config/k8stui/config.toml"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/x", "K8STUI_CONFIG": "/y.toml"}, "/y.toml"),
    ],
)
def test_where_the_file_is(environ: dict[str, str], path: str) -> None:
    assert config_path(environ) == Path(path)


def test_what_is_remembered_is_kept_apart() -> None:
    assert memory_path({"HOME": "/h"}) == Path("/h/.local/state/k8stui/state.json")


def test_init_writes_a_file_once_and_check_and_show_tell_of_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"

    def config(verb: str) -> subprocess.CompletedProcess[str]:
        return k8stui("config", verb, K8STUI_CONFIG=str(file))

    assert "There is no" in k8stui("config", "check", XDG_CONFIG_HOME=str(tmp_path)).stdout
    assert config("init").returncode == 0
    file.write_text(file.read_text() + '[keys.runs]\nwhy = ["f2"]\n')
    assert config("init").returncode == 7
    assert 'why = ["f2"]' in config("show").stdout
    file.write_text("them = 1\n")
    done = config("check")
    assert (done.returncode, f"{file}, line 1: them: there is no such setting" in done.stderr) == (2, True)


def test_what_is_kept_is_there_in_the_next_session_and_nothing_of_another_one_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    one, other = Memory(path), Memory(path)
    one.keep("runs", "bad", "status:failed")
    other.keep("pods", "old", "age:>1h")
    one.keep("runs", "mine", "by:ada")
    one.forget("runs", "bad")
    one.learn(["help"])
    other.learn(["why"])
    assert Memory(path).learned == {"help", "why"}
    assert (Memory(path).bookmarks("runs"), Memory(path).bookmarks("pods")) == ({"mine": "by:ada"}, {"old": "age:>1h"})
    assert [file.name for file in path.parent.iterdir()] == ["state.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"bookmarks": 3, "learned": "why"}', '{"bookmarks": {"runs": [1]}}'])
def test_a_broken_file_is_an_empty_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    memory = Memory(path)
    assert (memory.bookmarks("runs"), memory.learned) == ({}, frozenset())
    memory.keep("runs", "bad", "status:failed")
    assert memory.bookmarks("runs") == {"bad": "status:failed"}


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, no folder")
    with pytest.raises(K8stuiError, match="cannot be written"):
        Memory(tmp_path / "state" / "state.json").keep("runs", "bad", "x")
