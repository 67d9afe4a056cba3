"""Actions of the screen of events and diagnosis."""

from k8stui_tui.actions.action import FIND, LOOK, Action

EVENTS = (
    Action("why", ("w",), "why", "Why the pod, run or schedule that this is about is not doing what it should.",
           "events", LOOK, verb="k8stui why RUN", names=("why",), footer=2),
    Action("describe", ("d",), "describe", "All that is known of the object that this is about.", "events", LOOK,
           verb="k8stui pods describe POD", names=("describe",), footer=4),
    Action("yaml", ("Y",), "YAML", "The object itself.", "events", LOOK, verb="k8stui pods yaml POD", names=("yaml",)),
    Action("events", ("E",), "its events", "Only what was said about this object; once more: everything.", "events",
           FIND, verb="k8stui events object:KIND/NAME", names=("its-events",), footer=5),
    Action("warnings", ("x",), "warnings", "Warnings only; once more: everything.", "events", FIND,
           verb="k8stui events type:warning", names=("warnings",), footer=3),
)  # fmt: skip
