"""The environment variables by which a step's pod is told what to do: the master sets them, the runner takes them."""

ENV_TASK = "K8STUI_TASK"
ENV_TASK_PART = "K8STUI_TASK_"
ENV_CODE = "K8STUI_CODE_"
ENV_CODE_DIGEST = "K8STUI_CODE_SHA256"
ENV_KEY = "K8STUI_KEY"
ENV_MASTER = "K8STUI_MASTER"
ENV_TERMINATION_LOG = "K8STUI_TERMINATION_LOG"
ENV_IN_STEP = "K8STUI_IN_STEP"
"""Set while the author's module is imported in a step: calling a pipeline there does nothing."""

ENV_STORE = "K8STUI_STORE"
"""The artifact store as JSON: `path`, and `options` of its filesystem."""

ENV_STORE_SECRETS = "K8STUI_STORE_SECRETS"
"""Further options of its filesystem as JSON, which nothing shows; not there where there are none."""

ENV_REQUIREMENTS = "K8STUI_REQUIREMENTS"
"""What is to be installed first, as pip reads it, one a line."""

ENV_CACHE = "K8STUI_REQUIREMENTS_CACHE"
"""The folder in which that is kept; missing for none."""

ENV_ARCHIVE = "K8STUI_ARCHIVE"
"""Bytes of the step's log that are kept in the artifact store; missing for none."""

ENV_POD_UID = "K8STUI_POD_UID"
"""Of the step's pod: the archive of its log is called by it."""
