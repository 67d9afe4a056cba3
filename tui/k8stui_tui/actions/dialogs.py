"""Actions of dialogs, forms and the line where commands are typed."""

from k8stui_tui.actions.action import ACT, FIND, GO, LOOK, MOVE, Action

CONFIRM = (
    Action("yes", ("y",), "yes", "Do it, where there is one way to.", "confirm", ACT),
    Action("first_way", ("1",), "first way", "Do it in the first way, where there are two.", "confirm", ACT),
    Action("second_way", ("2",), "second way", "Do it in the second way.", "confirm", ACT),
    Action("no", ("n", "q", "escape"), "no", "Do nothing.", "confirm", ACT),
    Action("choose", ("enter",), "choose", "Take the answer that is marked; at first that is no.", "confirm", ACT),
    Action("other", ("right", "tab", "l"), "next answer", "Mark the next answer.", "confirm", MOVE),
    Action("other_back", ("left", "shift+tab", "h"), "answer before", "Mark the answer before.", "confirm", MOVE),
)  # fmt: skip

CHOOSE = (
    Action("close", ("q", "escape"), "close", "Choose none; enter takes the one under the cursor.", "choose", GO),
)  # fmt: skip

ASK = (
    Action("close", ("escape",), "never mind", "Do nothing; enter takes what was typed.", "ask", GO),
)  # fmt: skip

FORWARDS = (
    Action("stop", ("D", "delete"), "end it", "End the forward under the cursor, or all marked ones.", "forwards", ACT,
           footer=1),
    Action("close", ("q", "escape"), "close", "Back; they go on.", "forwards", GO, footer=2),
)  # fmt: skip

PROMPT = (
    Action("done", ("enter",), "go", "Carry out the command; keep the filter.", "prompt", FIND, footer=1),
    Action("complete", ("tab",), "complete", "Complete the command as far as it is clear.", "prompt", FIND, footer=2),
    Action("leave", ("escape",), "never mind", "Close the line; without a filter.", "prompt", FIND, footer=3),
    Action("older", ("up",), "older", "The command typed before.", "prompt", FIND, footer=4),
    Action("newer", ("down",), "newer", "The command typed after it.", "prompt", FIND),
)

CREATE = (
    Action("choose", ("enter",), "choose", "Open the form of this pipeline.", "create", ACT, footer=1),
    Action("line_up", ("up",), "up", "One line up in the list.", "create", MOVE),
    Action("line_down", ("down",), "down", "One line down in the list.", "create", MOVE),
    Action("other_part", ("tab", "shift+tab"), "list, filter", "To the list, or back to what filters it.", "create",
           MOVE, footer=3),
    Action("again", ("ctrl+r",), "look again", "Look for pipelines in files and runs once more.", "create", LOOK,
           footer=4),
    Action("cancel", ("escape",), "cancel", "Start no run.", "create", GO, footer=2),
)  # fmt: skip

FORM = (
    Action("submit", ("ctrl+s",), "submit", "Submit what stands in the form; so does enter on its button.", "form",
           ACT, footer=1),
    Action("next_field", ("tab", "down"), "next field", "To the next field; so does enter in a field.", "form", MOVE,
           footer=3),
    Action("previous_field", ("shift+tab", "up"), "field before", "To the field before.", "form", MOVE),
    Action("defaults", ("ctrl+r",), "defaults", "All fields as they are by default.", "form", ACT, footer=4),
    Action("cancel", ("escape",), "cancel", "Leave the form; while it is submitted: stop that.", "form", GO,
           footer=2),
)  # fmt: skip

CHOICE = (
    Action("next_choice", ("right", "space"), "next", "The next of the words; a letter goes to the next word with it.",
           "choice", ACT),
    Action("previous_choice", ("left",), "before", "The word before.", "choice", ACT),
    Action("confirm_choice", ("enter",), "go on", "Take it, and go to the next field.", "choice", MOVE),
)  # fmt: skip

COMPLETE = (
    Action("complete", ("tab",), "complete", "Take the time zone that is meant; to the next field where it is whole.",
           "complete", ACT),
)  # fmt: skip
