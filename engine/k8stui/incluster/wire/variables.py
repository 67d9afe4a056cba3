"""The environment variables by which pods are told what to do: who makes a pod sets them, our program takes them."""

ENV_DEBUG = "K8STUI_DEBUG"
"""Set to anything to be told more, as whole tracebacks; on a person's machine and in pods."""

# -- of a master -------------------------------------------------------------------------------------------------

ENV_NAMESPACE = "K8STUI_NAMESPACE"
ENV_RUN = "K8STUI_RUN"
ENV_SCHEDULE = "K8STUI_SCHEDULE"
"""In place of a run: the schedule whose template the master makes one from."""

ENV_PLAN = "K8STUI_PLAN"
"""Where the chunks of the plan are, each as `config-map/key`, with commas."""

ENV_PARTS = "K8STUI_PARTS"
"""The ConfigMaps of a schedule's template, with commas."""

ENV_POD = "K8STUI_POD"
ENV_POD_IP = "K8STUI_POD_IP"
ENV_IMAGE = "K8STUI_IMAGE"
"""Of the steps that name none, where the master has another one."""

ENV_CREDENTIALS = "K8STUI_CREDENTIALS"
"""JSON of credentials by name; never kept."""

# -- of a step ---------------------------------------------------------------------------------------------------

ENV_TASK = "K8STUI_TASK"
ENV_TASK_PART = "K8STUI_TASK_"
ENV_CODE = "K8STUI_CODE_"
ENV_CODE_DIGEST = "K8STUI_CODE_SHA256"
ENV_KEY = "K8STUI_KEY"
ENV_MASTER = "K8STUI_MASTER"
ENV_TERMINATION_LOG = "K8STUI_TERMINATION_LOG"
"""Names the file that stands in for the container's terminationMessagePath, in the embedded cluster."""

ENV_IN_STEP = "K8STUI_IN_STEP"
"""Set while the author's module is imported in a step: calling a pipeline there does nothing."""

ENV_SCHEDULED_TIME = "K8STUI_SCHEDULED_TIME"
"""The time that the run was due at, RFC 3339 in UTC; by hand: the time it was triggered at."""

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

# -- of both -----------------------------------------------------------------------------------------------------

ENV_PROGRAM = "K8STUI_PROGRAM_"
"""Followed by 0, 1, …: chunks of the in-cluster program's text, as `plan.shipping` packs it."""

ENV_POD_UID = "K8STUI_POD_UID"
"""Of a step's pod: the archive of its log is called by it."""

ENV_MOUNTS = "K8STUI_MOUNTS"
"""Set by the embedded cluster, which cannot mount: JSON of the folder behind each mount path."""

ENV_ACCOUNT_DIR = "K8STUI_SERVICEACCOUNT_DIR"
"""Set by the embedded cluster likewise: where the token of the pod's service account is."""

ENV_SCHEME = "K8STUI_API_SCHEME"
"""`http` for API servers without TLS, as tests have them."""
