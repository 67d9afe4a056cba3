"""The one table of what a person can do: it feeds key bindings, footer, help, `:` commands, the palette and the docs.

An action of a scope is carried out by the method `action_<id>` of the class that serves this scope (`SCOPES` on the
class names them); nothing else binds a key. Tests hold both sides together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOVE, LOOK, ACT, FIND, GO, PROGRAM = "Move", "Look", "Act", "Find", "Go to", "Program"
GROUPS = (ACT, LOOK, FIND, GO, MOVE, PROGRAM)
"""Headings of the help, in their order."""


@dataclass(frozen=True)
class Action:
    """Something a person can do.

    Attributes:
        id: Names it within its scope; its handler is `action_<id>`.
        keys: As Textual names them; none for what is only a command.
        title: Two or three words, for the footer and the palette.
        help: A sentence.
        scope: Where it works: `app`, `frame` (every screen), a kind of view (`list`, `tree` …) or a screen by name.
        group: Its heading in the help.
        dangerous: It changes or deletes something in the cluster, and asks first.
        verb: The same on the command line; empty where that has no meaning.
        names: What calls it on the `:` line, the first one being shown; none where it can't be called there.
        argument: What its command takes, `NAME` or `[NAME]`; empty for nothing.
        footer: Its rank in the footer, 1 first; 0 keeps it out.
        target: What its handler is given, for actions that share one handler.
        first: It is done before the next key is looked at, because that one may be meant for what it opens.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    scope: str
    group: str
    dangerous: bool = False
    verb: str = ""
    names: tuple[str, ...] = ()
    argument: str = ""
    footer: int = 0
    target: str = ""
    first: bool = False

    @property
    def call(self) -> str:
        """The action as Textual's bindings spell it."""
        return f"{self.id}({self.target!r})" if self.target else self.id

    @property
    def handler(self) -> str:
        """The method that carries it out."""
        return f"action_{self.id}"


@dataclass(frozen=True)
class ScreenSpec:
    """A screen of its own, reached by a number.

    Attributes:
        name: Also its `:` command.
        number: Its key.
        title: Its name in the breadcrumb.
        help: A sentence on what it is for.
        aliases: More `:` commands.
    """

    name: str
    number: str
    title: str
    help: str
    aliases: tuple[str, ...] = ()

    @property
    def action(self) -> Action:
        """The action that goes there."""
        return Action(
            "show_screen",
            (self.number,),
            self.title,
            self.help,
            "app",
            GO,
            names=(self.name, *self.aliases),
            target=self.name,
        )


SCREENS = (
    ScreenSpec("runs", "1", "Runs", "Runs, their steps and their logs.", ("run", "r")),
    ScreenSpec("pods", "2", "Pods", "Pods, anybody's: find those that are to go, and clean up.", ("pod", "po")),
    ScreenSpec("schedules", "3", "Schedules", "Schedules: when they fire, and what became of their runs.",
               ("schedule", "sched", "cronjobs", "cronjob", "cj")),
)  # fmt: skip
"""Every screen there is. An app shows those it was given a factory for."""

_APP = (
    Action("command", ("colon",), "command", "Type a command.", "app", FIND, footer=91, first=True),
    Action("find", ("slash",), "find", "Filter this list, or search this text.", "app", FIND, footer=90,
           first=True),
    Action("help", ("question_mark", "f1"), "help", "Keys and commands of this screen.", "app", PROGRAM,
           names=("help", "h"), footer=92),
    Action("command_palette", ("ctrl+p",), "palette", "All actions of this screen, to choose from.", "app", PROGRAM),
    Action("back", ("escape",), "back", "Close, or back to where you came from.", "app", GO),
    Action("namespace", (), "namespace", "Look at another namespace; `all` for all of them.", "app", GO,
           names=("namespace", "ns"), argument="NAMESPACE|all"),
    Action("messages", (), "messages", "What went wrong or was done lately.", "app", LOOK,
           names=("messages", "errors")),
    Action("theme", (), "theme", "Colours: dark, light, or the terminal's own sixteen.", "app", PROGRAM,
           names=("theme",), argument="dark|light|ansi"),
    Action("quit", ("q", "ctrl+q", "ctrl+c"), "quit", "Leave k8stui. Runs go on without it.", "app", PROGRAM,
           names=("quit", "q", "q!", "exit")),
)  # fmt: skip

_FRAME = (
    Action("next_pane", ("tab",), "next pane", "To the next pane.", "frame", MOVE, footer=80),
    Action("previous_pane", ("shift+tab",), "previous pane", "To the pane before.", "frame", MOVE),
    Action("zoom", ("z",), "zoom", "This pane alone, and back.", "frame", LOOK, names=("zoom",)),
)

_LIST = (
    Action("cursor_up", ("k", "up"), "up", "One line up.", "list", MOVE),
    Action("cursor_down", ("j", "down"), "down", "One line down.", "list", MOVE),
    Action("half_up", ("ctrl+u",), "half page up", "Half a page up.", "list", MOVE),
    Action("half_down", ("ctrl+d",), "half page down", "Half a page down.", "list", MOVE),
    Action("page_up", ("pageup", "ctrl+b"), "page up", "A page up.", "list", MOVE),
    Action("page_down", ("pagedown", "ctrl+f"), "page down", "A page down.", "list", MOVE),
    Action("first", ("g", "home"), "first", "To the first line.", "list", MOVE),
    Action("last", ("G", "end"), "last", "To the last line.", "list", MOVE),
    Action("select", ("enter",), "open", "Open what the cursor is on.", "list", LOOK, footer=1),
    Action("mark", ("space",), "mark", "Mark the line, or unmark it; acts are about all marked lines.", "list", ACT,
           footer=60),
    Action("unmark", ("u",), "unmark all", "Forget all marks.", "list", ACT),
)  # fmt: skip

_TABLE = (
    Action("sort", ("o",), "sort", "Order by the next column; a click on a title does it too.", "table", LOOK),
    Action("sort_turn", ("O",), "sort, other way", "Turn the order round.", "table", LOOK),
)

_TREE = (
    Action("fold", ("left",), "fold", "Hide what is below; once more: to its parent.", "tree", LOOK),
    Action("unfold", ("right",), "unfold", "Show what is below.", "tree", LOOK),
)

_READ = (
    Action("line_up", ("k", "up"), "up", "One line up.", "read", MOVE),
    Action("line_down", ("j", "down"), "down", "One line down.", "read", MOVE),
    Action("half_up", ("ctrl+u",), "half page up", "Half a page up.", "read", MOVE),
    Action("half_down", ("ctrl+d",), "half page down", "Half a page down.", "read", MOVE),
    Action("page_up", ("pageup", "ctrl+b"), "page up", "A page up.", "read", MOVE),
    Action("page_down", ("pagedown", "ctrl+f"), "page down", "A page down.", "read", MOVE),
    Action("first", ("g", "home"), "first", "To the first line.", "read", MOVE),
    Action("last", ("G", "end"), "last", "To the last line; a log is followed again.", "read", MOVE),
    Action("left", ("left",), "left", "Scroll to the left, without wrapping.", "read", MOVE),
    Action("right", ("right",), "right", "Scroll to the right, without wrapping.", "read", MOVE),
    Action("next_match", ("n",), "next match", "To the next line that the search found.", "read", FIND),
    Action("previous_match", ("N",), "match before", "To the line before that the search found.", "read", FIND),
    Action("wrap", ("W",), "wrap", "Break long lines, or cut them off.", "read", LOOK, names=("wrap",), footer=22),
)

_LOG = (
    Action("follow", ("f",), "follow", "Stay with the newest line, or stay here.", "log", LOOK, names=("follow",),
           verb="k8stui logs RUN -f", footer=20),
    Action("timestamps", ("T",), "times", "Show when each line was written.", "log", LOOK, names=("timestamps",),
           verb="k8stui logs RUN --timestamps", footer=21),
)  # fmt: skip

_TEXT = (
    Action("copy", ("y",), "copy", "Copy the whole text to the clipboard of your terminal.", "text", ACT, footer=2),
)

_RUNS = (
    Action("why", ("w",), "why", "Why this run or step is not doing what it should, and what to do about it.", "runs",
           LOOK, verb="k8stui why RUN [STEP]", names=("why",), footer=2),
    Action("logs", ("l",), "logs", "To the logs of what the cursor is on.", "runs", LOOK, verb="k8stui logs RUN",
           names=("logs", "log"), footer=3),
    Action("pipeline_logs", ("L",), "pipeline's logs", "Logs of all runs of this pipeline, and back.", "runs", LOOK,
           verb="k8stui logs --pipeline PIPELINE", names=("pipeline-logs",)),
    Action("describe", ("d",), "describe", "All that is known of the run, or of the step's pod.", "runs", LOOK,
           verb="k8stui runs describe RUN", names=("describe",), footer=6),
    Action("yaml", ("Y",), "YAML", "The object itself: the run's Job, or the step's pod.", "runs", LOOK,
           verb="k8stui pods yaml POD", names=("yaml",)),
    Action("events", ("E",), "events", "What Kubernetes said about it.", "runs", LOOK,
           verb="k8stui pods events POD", names=("events",)),
    Action("create", ("c",), "new run", "Start a run: pick a pipeline, set its parameters.", "runs", ACT,
           verb="k8stui run FILE", names=("create", "new"), footer=5),
    Action("rerun", ("C",), "run again", "Start a new run like this one: its pipeline's form, filled in as it was.",
           "runs", ACT, verb="k8stui runs rerun RUN", names=("rerun",)),
    Action("pause", ("P",), "pause, resume", "Pause the run, or all marked ones, and let those that are paused go on.",
           "runs", ACT, verb="k8stui runs pause RUN", names=("pause",)),
    Action("resume", (), "resume", "Let the paused run, or all marked ones, go on; call off a pause to come.", "runs",
           ACT, verb="k8stui runs resume RUN", names=("resume",)),
    Action("retry", ("R",), "retry", "Try the run, or all marked ones, again from what failed; keep finished steps.",
           "runs", ACT, dangerous=True, verb="k8stui runs retry RUN", names=("retry",), footer=4),
    Action("stop", ("S",), "stop", "Stop the run, or all marked ones: no step starts any more, pods have their grace "
           "period, or so many SECONDS, to end. Once more: by force.", "runs", ACT, dangerous=True,
           verb="k8stui runs stop RUN", names=("stop",), argument="[SECONDS]", footer=4),
    Action("delete", ("D", "delete"), "delete", "Delete the run, or all marked ones: Job, pods, results, record.",
           "runs", ACT, dangerous=True, verb="k8stui runs delete RUN", names=("delete", "rm")),
    Action("parent", ("p",), "its schedule", "To the schedule that started this run.", "runs", GO, names=("parent",)),
    Action("prune", (), "prune", "Delete runs that ended longer ago than AGE (`12h`, `7d`), but for the newest so many "
           "of each pipeline that you KEEP.", "runs", ACT, dangerous=True,
           verb="k8stui runs prune --older-than AGE --keep NUMBER", names=("prune",), argument="AGE [KEEP]"),
)  # fmt: skip

_SCHEDULES = (
    Action("create", ("c",), "new schedule", "Create a schedule: pick a pipeline, set when it runs and its parameters.",
           "schedules", ACT, verb="k8stui schedule create FILE", names=("create", "new"), footer=4),
    Action("edit", ("e",), "edit", "Change the schedule in a form that shows when it will fire, and what may surprise.",
           "schedules", ACT, verb="k8stui schedule edit SCHEDULE", names=("edit",), footer=1),
    Action("trigger", ("t",), "run now", "Start a run of the schedule now; of all marked ones after a question.",
           "schedules", ACT, verb="k8stui schedule trigger SCHEDULE", names=("trigger",), footer=2),
    Action("suspend", ("P",), "suspend, resume", "Suspend the schedule, or all marked ones, so that none fires; resume "
           "those that are suspended.", "schedules", ACT, verb="k8stui schedule suspend SCHEDULE", names=("suspend",),
           footer=3),
    Action("resume", (), "resume", "Let the suspended schedule, or all marked ones, fire again.", "schedules", ACT,
           verb="k8stui schedule resume SCHEDULE", names=("resume",)),
    Action("delete", ("D", "delete"), "delete", "Delete the schedule, or all marked ones; runs that go on may go on, "
           "or are stopped.", "schedules", ACT, dangerous=True, verb="k8stui schedule delete SCHEDULE",
           names=("delete", "rm")),
    Action("why", ("w",), "why", "Why the schedule does not fire, or its newest run does not start, and what to do.",
           "schedules", LOOK, verb="k8stui schedule why SCHEDULE", names=("why",), footer=4),
    Action("describe", ("d",), "describe", "All that is known of the schedule: times, runs, changes, events.",
           "schedules", LOOK, verb="k8stui schedule describe SCHEDULE", names=("describe",)),
    Action("calendar", ("K",), "calendar", "What fires in the coming day and week over all schedules, and what piles "
           "up; or in so many DAYS.", "schedules", LOOK, verb="k8stui schedule calendar", names=("calendar",),
           argument="[DAYS]", footer=6),
    Action("logs", ("l",), "logs", "To the logs of its newest run, or of the run under the cursor.", "schedules", LOOK,
           verb="k8stui logs RUN", names=("logs", "log"), footer=5),
    Action("runs", ("L",), "runs", "To the Runs screen with the runs of this schedule only.", "schedules", GO,
           verb="k8stui runs list", names=("its-runs",)),
    Action("backfill", (), "backfill", "Make the runs that it should have made FROM one moment TO another, one or "
           "so many AT A TIME; shows the plan and asks.", "schedules", ACT, verb="k8stui schedule backfill SCHEDULE",
           names=("backfill",), argument="FROM TO [AT-A-TIME]"),
    Action("yaml", ("Y",), "YAML", "The object itself: the CronJob.", "schedules", LOOK,
           verb="kubectl get cronjob SCHEDULE -o yaml", names=("yaml",)),
    Action("events", ("E",), "events", "What Kubernetes said about it.", "schedules", LOOK,
           verb="kubectl events --for cronjob/SCHEDULE", names=("events",)),
)  # fmt: skip

_PODS = (
    Action("mark_all", ("A", "ctrl+a"), "mark all", "Mark all pods that are shown; once more: none.", "pods", ACT,
           footer=3),
    Action("delete", ("D", "delete"), "delete", "Plan the deletion of the pod, or of all marked ones: what goes, what "
           "stays and why, what the server says to it; then it asks.", "pods", ACT, dangerous=True,
           verb="k8stui pods clean FILTER", names=("delete", "rm", "clean"), footer=1),
    Action("evict", ("V",), "evict", "Plan their eviction: as a drain does, so that disruption budgets are honoured.",
           "pods", ACT, dangerous=True, verb="k8stui pods evict POD", names=("evict",)),
    Action("why", ("w",), "why", "Why this pod is not doing what it should, and what to do about it.", "pods", LOOK,
           verb="k8stui pods describe POD", names=("why",), footer=2),
    Action("logs", ("l",), "log", "To its log.", "pods", LOOK, names=("logs", "log"),
           footer=4),
    Action("describe", ("d",), "describe", "All that is known of it.", "pods", LOOK,
           verb="k8stui pods describe POD", names=("describe",), footer=5),
    Action("yaml", ("Y",), "YAML", "The object itself.", "pods", LOOK, verb="k8stui pods yaml POD", names=("yaml",)),
    Action("events", ("E",), "events", "What Kubernetes said about it.", "pods", LOOK, verb="k8stui pods events POD",
           names=("events",)),
)  # fmt: skip

_CLEANUP = (
    Action("yes", ("y",), "yes", "Let them go, where there are few.", "cleanup", ACT, footer=1),
    Action("go", ("enter",), "go", "Let them go, when their number stands there; close what is done.", "cleanup", ACT,
           footer=1),
    Action("no", ("n", "q"), "no", "Let nothing go.", "cleanup", ACT, footer=2),
    Action("close", ("escape",), "close", "Leave; while pods go: let no more go.", "cleanup", GO, footer=3),
    Action("running", ("ctrl+r",), "running too", "Plan once more: with pods that have not ended, or without.",
           "cleanup", ACT, footer=4),
    Action("save", ("ctrl+s",), "save list", "Save the plan, or what became of it, as a file of JSON.", "cleanup", ACT,
           footer=5),
)  # fmt: skip

_VIEWER = (
    Action("close", ("q",), "close", "Back to the screen.", "viewer", GO, footer=1),
    Action("reload", ("r",), "again", "Fetch it again.", "viewer", LOOK, footer=3),
)

_CONFIRM = (
    Action("yes", ("y",), "yes", "Do it, where there is one way to.", "confirm", ACT),
    Action("first_way", ("1",), "first way", "Do it in the first way, where there are two.", "confirm", ACT),
    Action("second_way", ("2",), "second way", "Do it in the second way.", "confirm", ACT),
    Action("no", ("n", "q", "escape"), "no", "Do nothing.", "confirm", ACT),
    Action("choose", ("enter",), "choose", "Take the answer that is marked; at first that is no.", "confirm", ACT),
    Action("other", ("right", "tab", "l"), "next answer", "Mark the next answer.", "confirm", MOVE),
    Action("other_back", ("left", "shift+tab", "h"), "answer before", "Mark the answer before.", "confirm", MOVE),
)  # fmt: skip

_PROMPT = (
    Action("done", ("enter",), "go", "Carry out the command; keep the filter.", "prompt", FIND, footer=1),
    Action("complete", ("tab",), "complete", "Complete the command as far as it is clear.", "prompt", FIND, footer=2),
    Action("leave", ("escape",), "never mind", "Close the line; without a filter.", "prompt", FIND, footer=3),
    Action("older", ("up",), "older", "The command typed before.", "prompt", FIND, footer=4),
    Action("newer", ("down",), "newer", "The command typed after it.", "prompt", FIND),
)

_CREATE = (
    Action("choose", ("enter",), "choose", "Open the form of this pipeline.", "create", ACT, footer=1),
    Action("line_up", ("up",), "up", "One line up in the list.", "create", MOVE),
    Action("line_down", ("down",), "down", "One line down in the list.", "create", MOVE),
    Action("other_part", ("tab", "shift+tab"), "list, filter", "To the list, or back to what filters it.", "create",
           MOVE, footer=3),
    Action("again", ("ctrl+r",), "look again", "Look for pipelines in files and runs once more.", "create", LOOK,
           footer=4),
    Action("cancel", ("escape",), "cancel", "Start no run.", "create", GO, footer=2),
)  # fmt: skip

_FORM = (
    Action("submit", ("ctrl+s",), "submit", "Submit what stands in the form; so does enter on its button.", "form",
           ACT, footer=1),
    Action("next_field", ("tab", "down"), "next field", "To the next field; so does enter in a field.", "form", MOVE,
           footer=3),
    Action("previous_field", ("shift+tab", "up"), "field before", "To the field before.", "form", MOVE),
    Action("defaults", ("ctrl+r",), "defaults", "All fields as they are by default.", "form", ACT, footer=4),
    Action("cancel", ("escape",), "cancel", "Leave the form; while it is submitted: stop that.", "form", GO,
           footer=2),
)  # fmt: skip

_CHOICE = (
    Action("next_choice", ("right", "space"), "next", "The next of the words; a letter goes to the next word with it.",
           "choice", ACT),
    Action("previous_choice", ("left",), "before", "The word before.", "choice", ACT),
    Action("confirm_choice", ("enter",), "go on", "Take it, and go to the next field.", "choice", MOVE),
)  # fmt: skip

_COMPLETE = (
    Action("complete", ("tab",), "complete", "Take the time zone that is meant; to the next field where it is whole.",
           "complete", ACT),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (
    *(spec.action for spec in SCREENS),
    *_APP,
    *_FRAME,
    *_LIST,
    *_TABLE,
    *_TREE,
    *_READ,
    *_LOG,
    *_TEXT,
    *_RUNS,
    *_SCHEDULES,
    *_PODS,
    *_CLEANUP,
    *_VIEWER,
    *_CONFIRM,
    *_PROMPT,
    *_CREATE,
    *_FORM,
    *_CHOICE,
    *_COMPLETE,
)


def of_scopes(scopes: Iterable[str], actions: Iterable[Action] = ACTIONS) -> Iterator[Action]:
    """The actions of these scopes, scope by scope in the order given."""
    known = tuple(actions)
    for scope in dict.fromkeys(scopes):
        yield from (action for action in known if action.scope == scope)
