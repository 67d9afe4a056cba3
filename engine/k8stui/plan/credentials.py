"""Credentials of a run's steps: checked, and put where their values belong: in a Secret, or with the master alone.

Their names stand in the plan; their values never do, because plan and record outlive the run by weeks.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping

from k8stui.incluster.contract import names
from k8stui.incluster.master.pods import escape
from k8stui.incluster.wire.variables import ENV_CREDENTIALS
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import InvalidInputError
from k8stui.model.pod_settings import refuse_own_variable
from k8stui.model.rules import env_name_problem
from k8stui.plan.request import Manifest, RunRequest

MAX_BYTES = 64 * 1024
"""All values together, as JSON; the kernel allows twice that for one environment variable."""


def check_credentials(credentials: Mapping[str, str]) -> None:
    """Refuses credentials that cannot be environment variables.

    Raises:
        InvalidInputError: The message names the variable and never its value.
    """
    for name in credentials:
        if problem := env_name_problem(name):
            raise InvalidInputError(f"credentials: {name!r} is not possible: {problem}")
        refuse_own_variable(name, "credentials")
    size = len(json.dumps(dict(credentials)))
    if size > MAX_BYTES:
        raise InvalidInputError(
            f"the credentials are {size // 1024} KiB, more than the {MAX_BYTES // 1024} KiB allowed"
        )


def by_secret(request: RunRequest) -> bool:
    """Whether there are credentials, and the orchestrator is to pass them by a Secret."""
    config = request.config
    asked = isinstance(config, KubernetesOrchestratorConfig) and config.pass_token_as_secret
    return bool(request.hidden) and asked


def masters_values(request: RunRequest) -> dict[str, str]:
    """What of them stands in the master's environment."""
    if not request.hidden or by_secret(request):
        return {}
    return {ENV_CREDENTIALS: escape(json.dumps(request.hidden, separators=(",", ":")))}


def credentials_secret(
    request: RunRequest, name: str, labels: Mapping[str, str], *, final: bool = True
) -> Manifest | None:
    """The Secret of a run or a schedule, still without its owner; None where there is to be none.

    Args:
        request: What the submitter says.
        name: Of the Secret.
        labels: k8stui's own labels of every object of the run or schedule.
        final: Whether they never change, as those of a run; a schedule outlives some.
    """
    return secret(name, request.namespace, labels, request.hidden, immutable=final) if by_secret(request) else None


def secret(
    name: str, namespace: str, labels: Mapping[str, str], credentials: Mapping[str, str], *, immutable: bool = True
) -> Manifest:
    """A Secret of credentials, still without its owner."""
    data = {key: b64encode(value.encode()).decode("ascii") for key, value in credentials.items()}
    own = {**labels, names.LABEL_COMPONENT: names.COMPONENT_CREDENTIALS}
    meta = {"name": name, "namespace": namespace, "labels": own}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "immutable": immutable, "data": data}
