"""Actions of the screen of clusters."""

from k8stui_tui.actions.action import LOOK, Action

CLUSTERS = (
    Action("reload", ("r",), "again", "Read kubeconfig and namespaces again, and ask the context once more.",
           "clusters", LOOK, names=("reload",), footer=3),
)  # fmt: skip
