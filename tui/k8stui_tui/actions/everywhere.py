"""Actions of the app and of every screen."""

from k8stui_tui.actions.action import FIND, GO, LOOK, MOVE, PROGRAM, Action

APP = (
    Action("command", ("colon",), "command", "Type a command.", "app", FIND, footer=91),
    Action("find", ("slash",), "find", "Filter this list, or search this text.", "app", FIND, footer=90),
    Action("help", ("question_mark", "f1"), "help", "Keys and commands of this screen.", "app", PROGRAM,
           names=("help", "h"), footer=92),
    Action("command_palette", ("ctrl+p",), "palette", "All actions of this screen, to choose from.", "app", PROGRAM),
    Action("back", ("escape",), "back", "Close, or back to where you came from.", "app", GO),
    Action("namespace", (), "namespace", "Look at another namespace; `all` for all of them; without a name: choose.",
           "app", GO, names=("namespace", "ns"), argument="[NAMESPACE|all]"),
    Action("context", (), "context", "Look at the cluster of another CONTEXT of the kubeconfig, once it has answered; "
           "without a name: choose among them.", "app", GO, names=("context", "ctx"), argument="[CONTEXT]"),
    Action("messages", (), "messages", "What went wrong or was done lately.", "app", LOOK,
           names=("messages", "errors")),
    Action("forwards", (), "forwarded ports", "The ports of pods that are forwarded; they can be ended there.", "app",
           LOOK, names=("forwards",)),
    Action("theme", (), "theme", "Colours: dark, light, high contrast, or the terminal's own sixteen.", "app", PROGRAM,
           names=("theme",), argument="dark|light|contrast|ansi"),
    Action("commands", ("ctrl+o",), "commands", "What was changed since k8stui began, and what was run in containers: "
           "as commands of kubectl that do the same.", "app", LOOK, verb="k8stui --log-commands FILE ...",
           names=("commands",)),
    Action("quit", ("q", "ctrl+q", "ctrl+c"), "quit", "Leave k8stui. Runs go on without it.", "app", PROGRAM,
           names=("quit", "q", "q!", "exit")),
)  # fmt: skip

FRAME = (
    Action("next_pane", ("tab",), "next pane", "To the next pane.", "frame", MOVE, footer=80),
    Action("previous_pane", ("shift+tab",), "previous pane", "To the pane before.", "frame", MOVE),
    Action(
        "bookmarks",
        ("b",),
        "bookmarks",
        "Filter by a bookmark, keep the filter of now as one, or remove one.",
        "frame",
        FIND,
        names=("bookmark", "bookmarks"),
        argument="[NAME]",
    ),
    Action("zoom", ("z",), "zoom", "This pane alone, and back.", "frame", LOOK, names=("zoom",)),
)
