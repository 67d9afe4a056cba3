"""Actions of the Pods screen, and of the plan of a cleanup."""

from k8stui_tui.actions.action import ACT, GO, LOOK, Action

PODS = (
    Action("mark_all", ("A", "ctrl+a"), "mark all", "Mark all pods that are shown; once more: none.", "pods", ACT,
           footer=3),
    Action("delete", ("D", "delete"), "delete", "Plan the deletion of the pod, or of all marked ones: what goes, what "
           "stays and why, what the server says to it; then it asks.", "pods", ACT, dangerous=True,
           verb="k8stui pods clean FILTER", names=("delete", "rm", "clean"), footer=1),
    Action("evict", ("V",), "evict", "Plan their eviction: as a drain does, so that disruption budgets are honoured.",
           "pods", ACT, dangerous=True, verb="k8stui pods evict POD", names=("evict",)),
    Action("shell", ("s",), "shell", "A shell in the pod, or in that CONTAINER of it; exit comes back.", "pods", ACT,
           verb="k8stui pods shell POD", names=("shell", "exec"), argument="[CONTAINER]"),
    Action("forward", ("F",), "forward a port", "Reach a port of the pod at a port of this machine, for as long as the "
           "pod lives and k8stui runs.", "pods", ACT, verb="k8stui pods forward POD [LOCAL:]REMOTE",
           names=("forward", "port-forward"), argument="[[LOCAL:]REMOTE]"),
    Action("why", ("w",), "why", "Why this pod is not doing what it should, and what to do about it.", "pods", LOOK,
           verb="k8stui why --pod POD", names=("why",), footer=2),
    Action("logs", ("l",), "log", "To its log.", "pods", LOOK, names=("logs", "log"),
           footer=4),
    Action("describe", ("d",), "describe", "All that is known of it.", "pods", LOOK,
           verb="k8stui pods describe POD", names=("describe",), footer=5),
    Action("yaml", ("Y",), "YAML", "The object itself.", "pods", LOOK, verb="k8stui pods yaml POD", names=("yaml",)),
    Action("edit_yaml", ("ctrl+e",), "edit YAML", "Edit the pod with your EDITOR.",
           "pods", ACT, verb="k8stui pods edit POD", names=("edit-yaml",), dangerous=True),
    Action("events", ("E",), "events", "What Kubernetes said about it.", "pods", LOOK, verb="k8stui pods events POD",
           names=("its-events",)),
)  # fmt: skip

CLEANUP = (
    Action("yes", ("y",), "yes", "Let them go, where there are few.", "cleanup", ACT, footer=1),
    Action("go", ("enter",), "go", "Let them go, when their number stands there; close what is done.", "cleanup", ACT,
           footer=1),
    Action("no", ("n", "q"), "no", "Let nothing go.", "cleanup", ACT, footer=2),
    Action("close", ("escape",), "close", "Leave; while pods go: let no more go.", "cleanup", GO, footer=3),
    Action("running", ("ctrl+r",), "running too", "Plan once more: with pods that have not ended, or without.",
           "cleanup", ACT, footer=4),
    Action("force", ("ctrl+k",), "by force", "Plan once more: by force or not. By force a pod is forgotten at once and "
           "its node is not waited for; pods that are being deleted already go too.", "cleanup", ACT),
    Action("save", ("ctrl+s",), "save list", "Save the plan, or what became of it, as a file of JSON.", "cleanup", ACT,
           footer=5),
)  # fmt: skip
