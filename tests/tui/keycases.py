"""What each key of the table of actions does, as cases to be tried: where, and what is to be seen then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.widgets import Input

from k8stui_tui.actions.action import Action
from k8stui_tui.actions.table import ACTIONS
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.viewer import ViewerScreen
from k8stui_tui.widgets.form import FieldRow
from k8stui_tui.widgets.picking import PickView
from tests.tui.cleanup_app import Cleanup
from tests.tui.create_app import Dialog
from tests.tui.fakes import FakeStore
from tests.tui.harness import Shown
from tests.tui.sample_events import every_event
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW, every_state, log_lines
from tests.tui.sample_schedules import every_schedule, their_firings
from tests.tui.schedule_app import Editing

Place = TypeVar("Place")
Told = Callable[[Shown], bool]


@dataclass(frozen=True)
class Case(Generic[Place]):
    """What must be true before and after a key.

    Attributes:
        did: True after the key.
        before: Keys that lead to the situation, from a fresh start.
        not_yet: Whether `did` must be false in the situation: the key, nothing else, makes it true.
    """

    did: Callable[[Place], bool]
    before: tuple[str, ...] = ()
    not_yet: bool = True


def line(number: int) -> Told:
    return lambda shown: shown.runs.table.cursor_line == number


def beyond(number: int) -> Told:
    return lambda shown: shown.runs.table.cursor_line > number


def top(wanted: Callable[[int], bool]) -> Told:
    return lambda shown: wanted(shown.runs.log_pane.at_top[0])


def viewing(title: str) -> Told:
    return lambda shown: isinstance(shown.app.screen, ViewerScreen) and title in shown.text


def searching(shown: Shown) -> bool:
    return isinstance(shown.app.screen, ViewerScreen) and shown.app.screen.prompt.is_open


def asking(question: str) -> Told:
    return lambda shown: isinstance(shown.app.screen, ConfirmScreen) and question in shown.text


def says(text: str) -> Told:
    return lambda shown: text in shown.text


def focused(name: str) -> Told:
    return lambda shown: getattr(shown.runs, name).has_focus


def at_start(shown: Shown) -> bool:
    return len(shown.app.screen_stack) == 1


def on_step(name: str) -> Told:
    return lambda shown: shown.runs.step_tree.has_focus and shown.runs.step_tree.cursor_key == name


def on_box(name: str) -> Told:
    return lambda shown: shown.runs.graph.cursor_key == name


def on_screen(title: str) -> Told:
    return lambda shown: title == shown.frame.TITLE_OF_SCREEN


def on_schedule(name: str) -> Told:
    return lambda shown: on_screen("Schedules")(shown) and shown.frame.crumbs() == (name,)


def answer(name: str) -> Told:
    return lambda shown: shown.app.focused is not None and shown.app.focused.id == name


def prompt(text: str) -> Told:
    return lambda shown: shown.runs.prompt.is_open and shown.runs.prompt._input.value == text


def tree_lines(shown: Shown) -> int:
    return len(shown.runs.step_tree.lines)


def store() -> FakeStore:
    """The usual runs and schedules, with log lines too long for the pane."""
    lines = [line._replace(text=line.text + ", and so on" * 20) for line in log_lines()]
    return FakeStore(
        every_state(),
        schedules=every_schedule(),
        firings=their_firings(),
        pods=every_pod(),
        events=every_event(),
        lines=lines,
        now=NOW,
    )


LAST_RUN, ALL_STEPS = 31, 17


READ = ("l", "g")
TWO_WAYS = ("3", "D")
NIGHTLY = ("3", "j", "j", "j")
SEARCH = ("l", "slash", *"epoch", "space", "2", "0", "enter")
CASES: dict[tuple[str, ...], Case[Shown]] = {
    ("app", "show_screen", "runs"): Case(on_screen("Runs"), ("3",)),
    ("app", "show_screen", "pods"): Case(on_screen("Pods")),
    ("app", "show_screen", "schedules"): Case(on_screen("Schedules")),
    ("app", "show_screen", "clusters"): Case(on_screen("Clusters")),
    ("app", "show_screen", "events"): Case(on_screen("Events")),
    ("app", "command"): Case(prompt("")),
    ("app", "find"): Case(prompt("")),
    ("app", "help"): Case(viewing("Keys and commands: Runs")),
    ("app", "command_palette"): Case(lambda shown: type(shown.app.screen).__name__ == "CommandPalette"),
    ("app", "back"): Case(focused("table"), ("enter",)),
    ("app", "quit"): Case(lambda shown: not shown.app.is_running or shown.app._exit),
    ("frame", "next_pane"): Case(focused("step_tree")),
    ("frame", "previous_pane"): Case(focused("log_pane")),
    ("frame", "zoom"): Case(lambda shown: shown.runs.has_class("alone")),
    ("list", "cursor_up"): Case(line(0), ("j",)),
    ("list", "cursor_down"): Case(line(1)),
    ("list", "half_up"): Case(line(0), ("j", "j")),
    ("list", "half_down"): Case(beyond(5)),
    ("list", "page_up"): Case(line(0), ("j", "j")),
    ("list", "page_down"): Case(beyond(10)),
    ("list", "first"): Case(line(0), ("j", "j")),
    ("list", "last"): Case(line(LAST_RUN)),
    ("list", "select"): Case(focused("step_tree")),
    ("list", "mark"): Case(lambda shown: len(shown.runs.table.marks) == 1),
    ("list", "unmark"): Case(lambda shown: not shown.runs.table.marks, ("space", "space")),
    ("table", "sort"): Case(lambda shown: shown.runs.table.sorting == ("status", False)),
    ("table", "sort_turn"): Case(lambda shown: shown.runs.table.sorting == ("status", True), ("o",)),
    ("tree", "fold"): Case(lambda shown: tree_lines(shown) == 1, ("enter",)),
    ("tree", "unfold"): Case(lambda shown: tree_lines(shown) == ALL_STEPS, ("enter", "left")),
    ("read", "line_up"): Case(top(lambda line: line == 0), (*READ, "j")),
    ("read", "line_down"): Case(top(lambda line: line == 1), READ),
    ("read", "half_up"): Case(top(lambda line: line == 0), (*READ, "j", "j")),
    ("read", "half_down"): Case(top(lambda line: line > 3), READ),
    ("read", "page_up"): Case(top(lambda line: line == 0), (*READ, "j", "j")),
    ("read", "page_down"): Case(top(lambda line: line > 8), READ),
    ("read", "first"): Case(top(lambda line: line == 0), ("l",)),
    ("read", "last"): Case(lambda shown: shown.runs.log_pane.following, READ),
    ("read", "left"): Case(lambda shown: shown.runs.log_pane._x == 0, (*READ, "right")),
    ("read", "right"): Case(lambda shown: shown.runs.log_pane._x > 0, READ),
    ("read", "next_match"): Case(top(lambda line: line > 20), (*SEARCH, "g")),
    ("read", "previous_match"): Case(lambda shown: not shown.runs.log_pane.at_end, (*SEARCH, "G")),
    ("read", "wrap"): Case(lambda shown: shown.runs.log_pane.wrap, ("l",)),
    ("log", "follow"): Case(lambda shown: not shown.runs.log_pane.following, ("l",)),
    ("log", "timestamps"): Case(lambda shown: "14:02:30" not in shown.text, ("l",)),
    ("log", "filter"): Case(prompt(""), ("l",)),
    ("log", "shorter"): Case(lambda shown: shown.runs.log_pane.since == 86_400, ("l",)),
    ("log", "longer"): Case(lambda shown: shown.runs.log_pane.since is None, ("l", "left_square_bracket")),
    ("log", "previous"): Case(says("before the last restart"), ("l",)),
    ("log", "pin"): Case(says("PINNED"), ("l",)),
    ("log", "json"): Case(says("JSON unfolded"), ("l",)),
    ("log", "copy"): Case(says("in sight copied"), ("l",)),
    ("log", "save"): Case(lambda shown: shown.center.under_way > 0 or says("cannot be written")(shown), ("l",)),
    ("text", "copy"): Case(says("Copied"), ("question_mark",)),
    ("runs", "why"): Case(viewing("Why: run train-churn-7f3a")),
    ("runs", "logs"): Case(focused("log_pane")),
    ("runs", "pipeline_logs"): Case(says("pipeline:train-churn")),
    ("runs", "describe"): Case(viewing("Describe: run train-churn-7f3a")),
    ("runs", "timeline"): Case(lambda shown: "TIMELINE" in shown.text and focused("timeline")(shown)),
    ("runs", "compare"): Case(viewing("Compare: train-churn-7e02 with train-churn-7f3a")),
    ("runs", "results"): Case(viewing("Results: run train-churn-7f3a")),
    ("graph", "up"): Case(on_box("load_data"), ("v", "j")),
    ("graph", "down"): Case(on_box("clean"), ("v",)),
    ("graph", "left"): Case(on_box("load_data"), ("v",), not_yet=False),
    ("graph", "right"): Case(on_box("load_data"), ("v",), not_yet=False),
    ("graph", "first"): Case(on_box("load_data"), ("v", "j")),
    ("graph", "last"): Case(on_box("publish"), ("v",)),
    ("graph", "select"): Case(focused("log_pane"), ("v",)),
    ("runs", "graph"): Case(lambda shown: "GRAPH" in shown.text and focused("graph")(shown)),
    ("runs", "failed"): Case(on_step("step_8"), ("j",)),
    ("runs", "yaml"): Case(viewing("YAML: Job train-churn-7f3a")),
    ("runs", "events"): Case(viewing("Events: Job train-churn-7f3a")),
    ("app", "commands"): Case(viewing("Commands, the newest first")),
    ("runs", "shell"): Case(says("Go to a step that has a pod")),
    ("runs", "edit_yaml"): Case(says("Not connected yet.")),
    ("runs", "forward"): Case(says("Go to a step that has a pod")),
    ("runs", "create"): Case(says("Not connected yet.")),
    ("runs", "rerun"): Case(says("Not connected yet.")),
    ("runs", "pause"): Case(says("Not connected yet.")),
    ("frame", "bookmarks"): Case(says("There are no bookmarks yet")),
    ("runs", "watch"): Case(says("running ◆")),
    ("runs", "retry"): Case(asking("etl-daily-91bc"), ("j",)),
    ("runs", "stop"): Case(asking("Stop run train-churn-7f3a?")),
    ("runs", "delete"): Case(asking("Delete run train-churn-7f3a with Job")),
    ("runs", "parent"): Case(on_schedule("nightly-churn")),
    ("schedules", "logs"): Case(lambda shown: on_screen("Runs")(shown) and focused("log_pane")(shown), NIGHTLY),
    ("schedules", "runs"): Case(says("/schedule:nightly-churn"), NIGHTLY),
    ("schedules", "create"): Case(says("Not connected yet."), NIGHTLY),
    ("schedules", "edit"): Case(says("Not connected yet."), NIGHTLY),
    ("schedules", "trigger"): Case(says("Not connected yet."), NIGHTLY),
    ("schedules", "suspend"): Case(says("Not connected yet."), NIGHTLY),
    ("schedules", "delete"): Case(asking("Delete schedule nightly-churn?"), NIGHTLY),
    ("schedules", "why"): Case(viewing("Why: schedule nightly-churn"), NIGHTLY),
    ("schedules", "describe"): Case(viewing("Describe: schedule nightly-churn"), NIGHTLY),
    ("schedules", "calendar"): Case(viewing("Calendar of all schedules"), NIGHTLY),
    ("schedules", "yaml"): Case(viewing("YAML: CronJob nightly-churn"), NIGHTLY),
    ("schedules", "events"): Case(viewing("Events: CronJob nightly-churn"), NIGHTLY),
    ("pods", "mark_all"): Case(says("16 marked"), ("2",)),
    ("pods", "delete"): Case(says("Plan: delete"), ("2",)),
    ("pods", "evict"): Case(says("Plan: evict"), ("2",)),
    ("pods", "shell"): Case(says("Not connected yet."), ("2",)),
    ("schedules", "edit_yaml"): Case(says("Not connected yet."), NIGHTLY),
    ("pods", "edit_yaml"): Case(says("Not connected yet."), ("2",)),
    ("pods", "forward"): Case(says("Not connected yet."), ("2",)),
    ("pods", "why"): Case(viewing("Why: pod train-churn-7f3a-train-3-2"), ("2",)),
    ("pods", "logs"): Case(lambda shown: shown.pods.log_pane.has_focus, ("2",)),
    ("pods", "describe"): Case(viewing("Describe: pod train-churn-7f3a-train-3-2"), ("2",)),
    ("pods", "yaml"): Case(viewing("YAML: Pod train-churn-7f3a-train-3-2"), ("2",)),
    ("pods", "events"): Case(viewing("Events: Pod train-churn-7f3a-train-3-2"), ("2",)),
    ("events", "why"): Case(viewing("Why: pod train-churn-7f3a-train-4-1"), ("4", "tab")),
    ("events", "describe"): Case(viewing("Describe: pod train-churn-7f3a-train-4-1"), ("4", "tab")),
    ("events", "yaml"): Case(viewing("YAML: Pod train-churn-7f3a-train-4-1"), ("4", "tab")),
    ("events", "events"): Case(says("/object:pod/train-churn-7f3a-train-4-1"), ("4", "tab")),
    ("events", "warnings"): Case(says("/type:warning"), ("4", "tab")),
    ("clusters", "verify"): Case(says("Go to a stack (tab)"), ("5",)),
    ("clusters", "describe"): Case(says("Go to a stack (tab)"), ("5",)),
    ("clusters", "edit"): Case(says("Go to a stack (tab)"), ("5",)),
    ("clusters", "reload"): Case(says("There is no kubeconfig with contexts"), ("5",), not_yet=False),
    ("forwards", "close"): Case(at_start, (":", *"forwards", "enter")),
    ("viewer", "close"): Case(at_start, ("question_mark",)),
    ("viewer", "leave"): Case(at_start, ("question_mark",)),
    ("viewer", "find"): Case(searching, ("question_mark",)),
    ("viewer", "reload"): Case(viewing("Keys and commands: Runs"), ("question_mark",), not_yet=False),
    ("confirm", "yes"): Case(says("Not connected yet."), ("S",)),
    ("confirm", "first_way"): Case(says("Not connected yet."), TWO_WAYS),
    ("confirm", "second_way"): Case(says("Not connected yet."), TWO_WAYS),
    ("confirm", "no"): Case(at_start, ("S",)),
    ("confirm", "choose"): Case(at_start, ("S",)),
    ("confirm", "other"): Case(answer("yes"), ("S",)),
    ("confirm", "other_back"): Case(answer("yes"), ("S",)),
    ("prompt", "done"): Case(viewing("Keys and commands: Runs"), ("colon", *"help")),
    ("prompt", "complete"): Case(prompt("messages "), ("colon", *"mess")),
    ("prompt", "leave"): Case(lambda shown: not shown.runs.prompt.is_open, ("colon",)),
    ("prompt", "older"): Case(prompt("wrap"), ("l", "colon", *"wrap", "enter", "colon")),
    ("prompt", "newer"): Case(prompt(""), ("l", "colon", *"wrap", "enter", "colon", "up")),
}


def text_of(name: str, wanted: str) -> Callable[[Dialog], bool]:
    def did(shown: Dialog) -> bool:
        rows = {row.field.name: row.text for row in shown.screen.query(FieldRow)}
        return rows.get(name) == wanted

    return did


def in_field(number: int) -> Callable[[Dialog], bool]:
    return lambda shown: [n for n, row in enumerate(shown.screen.query(FieldRow)) if row.has_focus_within] == [number]


def cursor(number: int) -> Callable[[Dialog], bool]:
    return lambda shown: shown.screen.query_one(PickView).cursor_line == number


def in_filter(wanted: bool) -> Callable[[Dialog], bool]:
    return lambda shown: isinstance(shown.app.focused, Input) is wanted


FEW = ("few",)
"""Not a key: a plan of few pods."""


FORM = ("enter",)
WORDS = (*FORM, "tab", "tab", "tab")
IN_DIALOG: dict[tuple[str, ...], Case[Dialog]] = {
    ("create", "choose"): Case(lambda shown: bool(shown.screen.query(FieldRow))),
    ("create", "line_up"): Case(cursor(0), ("down",)),
    ("create", "line_down"): Case(cursor(1)),
    ("create", "other_part"): Case(in_filter(False)),
    ("create", "again"): Case(lambda shown: "train" in shown.text, not_yet=False),
    ("create", "cancel"): Case(lambda shown: shown.app.results == [None]),
    ("form", "submit"): Case(lambda shown: "It needs a value." in shown.text, FORM),
    ("form", "next_field"): Case(in_field(1), FORM),
    ("form", "previous_field"): Case(in_field(0), (*FORM, "tab")),
    ("form", "defaults"): Case(text_of("rows", "1200"), (*FORM, "tab", "7")),
    ("form", "cancel"): Case(lambda shown: not shown.screen.query(FieldRow), FORM),
    ("choice", "next_choice"): Case(text_of("deep", "true"), WORDS),
    ("choice", "previous_choice"): Case(text_of("deep", "false"), (*WORDS, "space")),
    ("choice", "confirm_choice"): Case(in_field(4), WORDS),
}


IN_CLEANUP: dict[tuple[str, ...], Case[Cleanup]] = {
    ("cleanup", "yes"): Case(lambda shown: len(shown.server.gone) == 2, FEW),
    ("cleanup", "go"): Case(lambda shown: len(shown.server.gone) == 11, ("1", "1")),
    ("cleanup", "no"): Case(lambda shown: shown.app.results == [None], FEW),
    ("cleanup", "close"): Case(lambda shown: shown.app.results == [None]),
    ("cleanup", "running"): Case(lambda shown: "Plan: delete 15 pods" in shown.text),
    ("cleanup", "force"): Case(lambda shown: "pods by force" in shown.text and "Type" in shown.text, FEW),
    ("cleanup", "save"): Case(lambda shown: "Saved to" in shown.text),
}


IN_EDITOR: dict[tuple[str, ...], Case[Editing]] = {
    ("complete", "complete"): Case(
        lambda shown: shown.texts["time-zone"] == "Europe/Belfast", ("tab", "end", *["backspace"] * 4)
    ),
}


def place_of(action: Action) -> tuple[str, ...]:
    return tuple(filter(None, (action.scope, action.id, action.target)))


def keyed(cases: Mapping[tuple[str, ...], object]) -> list[Action]:
    """The actions that have a key, in the scopes of these cases."""
    scopes = {scope for scope, *_ in cases}
    return [action for action in ACTIONS if action.keys and action.scope in scopes]


def named(action: Action) -> str:
    return "-".join(place_of(action))


IN_SMALL = {("choose", "close"), ("ask", "close"), ("forwards", "stop")}
"""Those of small dialogs: below, in test_bookmarks.py, and in tests/embedded/test_center_forward.py."""
