"""Credentials of the steps: environment variables whose values stand in no record and in no plan.

They are in a Secret of the run that the step pods refer to. Or, where the orchestrator is not told to make one, in the
environment of the master, which writes them into the manifests of its step pods.
"""

import json
import os
from typing import Any, Dict, List

from ..contract.names import credentials_name, keys_name
from ..contract.protocol import Plan
from ..wire.variables import ENV_CREDENTIALS
from .kube import Kube, KubeError
from .logs import say
from .pods import escape

Json = Dict[str, Any]


def variables(plan: Plan) -> List[Json]:
    """The environment variables of every step."""
    given: Dict[str, str] = json.loads(os.environ.get(ENV_CREDENTIALS) or "{}")
    return [_variable(plan.run, name, given) for name in plan.credentials]


def are_in_secret(plan: Plan) -> bool:
    """Whether the run has a Secret of its own for them."""
    return bool(plan.credentials) and ENV_CREDENTIALS not in os.environ


def remove_secrets(kube: Kube, plan: Plan) -> None:
    """Delete what only a run that goes on needs.

    What cannot be deleted goes with the Job, or by the sweep of a later submitter: the run has ended all the same.
    """
    for name in [keys_name(plan.run)] + ([credentials_name(plan.run)] if are_in_secret(plan) else []):
        try:
            kube.delete("secrets", name)
        except KubeError as error:
            say("k8stui: the Secret %s stays until its Job goes: %s" % (name, error))


def _variable(run: str, name: str, given: Dict[str, str]) -> Json:
    if name in given:
        return {"name": name, "value": escape(given[name])}
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": credentials_name(run), "key": name}}}
