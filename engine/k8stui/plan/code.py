"""The code package in the manifests: in a ConfigMap named by its digest that is shared, or in the run's own.

One that is too large for that is in the artifact store. Whichever it is, a step knows the digest from its own plan and
checks it before it unpacks a byte.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.wire.variables import ENV_CODE, ENV_CODE_DIGEST
from k8stui.model.pipeline import CodePackage
from k8stui.plan.bundle import Bundle, Reference, cut
from k8stui.plan.limits import travels
from k8stui.plan.request import Manifest, RunRequest

KEY = "code"


def code_text(code: CodePackage | None) -> str:
    """The package as it travels; empty for none, and for one that does not."""
    return b64encode(code.data).decode("ascii") if code and travels(code) else ""


def place_code(code: CodePackage | None, request: RunRequest, own: Bundle) -> tuple[list[dict[str, Any]], Manifest]:
    """Put the package where the steps find it.

    Args:
        code: The package; None for none.
        request: Says in which shared ConfigMap it is to be; none for the run's or the schedule's own.
        own: Takes it then.

    Returns:
        The environment variables of a step, and the shared ConfigMap, still without an owner; empty for none.
    """
    if code is None:
        return [], {}
    shared: Manifest = {}
    if request.code_map and travels(code):
        data = cut(KEY, code_text(code))
        shared = code_map(request.code_map, code.digest, request.namespace, data)
        chunks = [Reference(request.code_map, key) for key in data]
    else:
        chunks = own.add(KEY, code_text(code))
    digest = {"name": ENV_CODE_DIGEST, "value": code.digest}
    return [*(chunk.as_env(f"{ENV_CODE}{number}") for number, chunk in enumerate(chunks)), digest], shared


def code_map(name: str, digest: str, namespace: str, data: dict[str, str]) -> Manifest:
    """The ConfigMap that holds a package for all who use it."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {
                names.LABEL_MANAGED_BY: names.MANAGER,
                names.LABEL_COMPONENT: names.COMPONENT_CODE,
                names.LABEL_CODE: names.short_digest(digest),
            },
        },
        "immutable": True,
        "data": data,
    }
