"""The environment variables by which a person, or a script, tells k8stui what no option or file says.

Those that pods are told by are `incluster.wire.variables`; those of the screens' looks stand in `k8stui_tui.theme`.
"""

from __future__ import annotations

from k8stui.incluster.wire.variables import ENV_DEBUG

DEBUG_VARIABLE = ENV_DEBUG

CONTEXT_VARIABLE = "K8STUI_CONTEXT"
NAMESPACE_VARIABLE = "K8STUI_NAMESPACE"
KUBECONFIG_VARIABLE = "K8STUI_KUBECONFIG"

CONFIG_VARIABLE = "K8STUI_CONFIG"
"""Names the config file."""

STACK_VARIABLE = "K8STUI_STACK"
"""Names the stack in place of the active one; `none` for none."""

STACKS_VARIABLE = "K8STUI_STACKS"
"""Names the file of all stacks."""

SECRETS_VARIABLE = "K8STUI_SECRETS"
"""`file` keeps secrets in a file although there is a keyring; `keyring` refuses to do without one."""

READ_ONLY_VARIABLE = "K8STUI_READ_ONLY"
ONLY_NAMESPACES_VARIABLE = "K8STUI_ONLY_NAMESPACES"
CONFIRM_VARIABLE = "K8STUI_CONFIRM"
"""Names the protected place in which a script may do what a person would have to type its name for."""

LOG_COMMANDS_VARIABLE = "K8STUI_LOG_COMMANDS"
"""Names the file to which what is changed is appended, as commands of kubectl."""

MAX_CODE_VARIABLE = "K8STUI_MAX_CODE_MIB"
"""The MiB at which collecting a code package stops: of all files together, before they are zipped."""
