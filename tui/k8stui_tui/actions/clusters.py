"""Actions of the screen of stacks and clusters."""

from k8stui_tui.actions.action import ACT, LOOK, Action

CLUSTERS = (
    Action("verify", ("v",), "verify", "Look whether the stack can be used: its cluster answers, its parts can meet.",
           "clusters", LOOK, verb="k8stui stack verify STACK", names=("verify",), footer=2),
    Action("describe", ("d",), "describe", "All that the stack's components are set to.",
           "clusters", LOOK, verb="k8stui stack describe STACK", names=("describe",), footer=4),
    Action("edit", ("ctrl+e",), "edit", "Edit the stack and its components in the editor; it is checked when saved.",
           "clusters", ACT, verb="k8stui stack edit STACK", names=("edit",), footer=5),
    Action("reload", ("r",), "again", "Read stacks, kubeconfig and namespaces again, and ask the context once more.",
           "clusters", LOOK, names=("reload",), footer=3),
)  # fmt: skip
