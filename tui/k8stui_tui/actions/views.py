"""Actions of the kinds of view: tables, trees, logs, texts."""

from k8stui_tui.actions.action import ACT, FIND, GO, LOOK, MOVE, Action

LIST = (
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

TABLE = (
    Action("sort", ("o",), "sort", "Order by the next column; a click on a title does it too.", "table", LOOK),
    Action("sort_turn", ("O",), "sort, other way", "Turn the order round.", "table", LOOK),
)

TREE = (
    Action("fold", ("left",), "fold", "Hide what is below; once more: to its parent.", "tree", LOOK),
    Action("unfold", ("right",), "unfold", "Show what is below.", "tree", LOOK),
)

GRAPH = (
    Action("up", ("k", "up"), "up", "To the nearest box above.", "graph", MOVE),
    Action("down", ("j", "down"), "down", "To the nearest box below.", "graph", MOVE),
    Action("left", ("left",), "left", "To the box on the left.", "graph", MOVE),
    Action("right", ("right",), "right", "To the box on the right.", "graph", MOVE),
    Action("first", ("g", "home"), "first", "To the first box.", "graph", MOVE),
    Action("last", ("G", "end"), "last", "To the last box.", "graph", MOVE),
    Action("select", ("enter",), "open", "To the logs of the step.", "graph", LOOK, footer=1),
)  # fmt: skip

READ = (
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

LOG = (
    Action("follow", ("f",), "follow", "Stay with the newest line, or stay here.", "log", LOOK, names=("follow",),
           verb="k8stui logs RUN -f", footer=20),
    Action("timestamps", ("T",), "times", "Show when each line was written.", "log", LOOK, names=("timestamps",),
           verb="k8stui logs RUN --timestamps", footer=21),
    Action("filter", ("ampersand",), "only, hide", "Show only lines with a regular expression, or hide (`!`) those "
           "with one.", "log", FIND, verb="k8stui logs RUN --include REGEX --exclude REGEX"),
    Action("shorter", ("left_square_bracket",), "shorter", "Begin later: only the last hour, quarter of an hour, "
           "minute.", "log", LOOK, verb="k8stui logs RUN --since 15m"),
    Action("longer", ("right_square_bracket",), "longer", "Begin earlier, at last with all that there is.", "log",
           LOOK, verb="k8stui logs RUN --since 1h"),
    Action("previous", ("p",), "previous log", "What the container wrote before it was last restarted, and back.",
           "log", LOOK, verb="k8stui logs RUN --previous", names=("previous",)),
    Action("pin", ("x",), "pin", "Keep this log beside the one of what the cursor is on; in a pinned one: let it go.",
           "log", LOOK, names=("pin",)),
    Action("json", ("J",), "JSON", "Lines of JSON folded to one line (level, message, the rest), unfolded, as they "
           "were written.", "log", LOOK, names=("json",)),
    Action("copy", ("y",), "copy", "Copy the lines in sight to the clipboard of your terminal.", "log", ACT,
           names=("copy",)),
    Action("save", ("ctrl+s",), "save", "Save all lines that are shown to a new file, with their times and steps.",
           "log", ACT, verb="k8stui logs RUN --timestamps > FILE", names=("save",), argument="[FILE]"),
    Action("since", (), "since", "Begin so long ago (`90s`, `5m`, `2h`), or with all that there is.", "log", LOOK,
           verb="k8stui logs RUN --since 5m", names=("since",), argument="SPAN|all"),
)  # fmt: skip

TEXT = (
    Action("copy", ("y",), "copy", "Copy the whole text to the clipboard of your terminal.", "text", ACT, footer=2),
)

VIEWER = (
    Action("close", ("q",), "close", "Back to the screen.", "viewer", GO, footer=1),
    Action("leave", ("escape",), "back", "Out of the search, then back to the screen.", "viewer", GO),
    Action("find", ("slash",), "find", "Search this text.", "viewer", FIND, footer=90),
    Action("reload", ("r",), "again", "Fetch it again.", "viewer", LOOK, footer=3),
)
