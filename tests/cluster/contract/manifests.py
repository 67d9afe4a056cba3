"""Small manifests for the contract suite."""

from __future__ import annotations

from typing import Any

Obj = dict[str, Any]

IMAGE = "python:3.11-slim"

TELL = """import os
def tell(text):
    with open(os.environ.get("K8STUI_TERMINATION_LOG", "/dev/termination-log"), "w") as file:
        file.write(text)
"""
"""Python that makes `tell` write the termination message on either cluster."""

OBEDIENT = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
"""Python that ends well on SIGTERM, which a first process ignores unless it says so."""

SLEEP = OBEDIENT + "print('ready', flush=True)\ntime.sleep(600)\n"


def config_map(name: str, data: dict[str, str] | None = None, **metadata: Any) -> Obj:
    """Return a ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, **metadata},
        "data": data or {},
    }


def container(code: str, **fields: Any) -> Obj:
    """Return a container that runs Python code."""
    return {
        "name": "main",
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python3", "-u", "-c", code],
        **fields,
    }


def pod_spec(code: str, *, fields: Obj | None = None, **spec: Any) -> Obj:
    """Return the spec of a pod that runs Python code once, without credentials."""
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 5,
        "containers": [container(code, **(fields or {}))],
        **spec,
    }


def pod(name: str, code: str = "pass", *, metadata: Obj | None = None, fields: Obj | None = None, **spec: Any) -> Obj:
    """Return a pod; `fields` go into its container, `spec` into its spec."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, **(metadata or {})},
        "spec": pod_spec(code, fields=fields, **spec),
    }


def job(name: str, code: str = "pass", *, pod_fields: Obj | None = None, **spec: Any) -> Obj:
    """Return a Job; `spec` goes into the Job's spec, `pod_fields` into its pods'."""
    template = {"metadata": {"labels": {"made-for": name}}, "spec": pod_spec(code, **(pod_fields or {}))}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": template, **spec},
    }


def owner(obj: Obj, **more: Any) -> Obj:
    """Return an owner reference to an object."""
    metadata = obj["metadata"]
    return {
        "apiVersion": obj["apiVersion"],
        "kind": obj["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        **more,
    }


def phase(wanted: str) -> Any:
    """Return the condition that a pod is in a phase."""
    return lambda obj: (obj.get("status") or {}).get("phase") == wanted


def condition(obj: Obj, kind: str) -> Obj:
    """Return a status condition, empty when there is none."""
    conditions = (obj.get("status") or {}).get("conditions") or []
    return next((c for c in conditions if c["type"] == kind), {})


def has_condition(kind: str, status: str = "True") -> Any:
    """Return the condition that an object has a status condition."""
    return lambda obj: condition(obj, kind).get("status") == status


def container_state(obj: Obj) -> Obj:
    """Return the state of the only container of a pod, empty before there is one."""
    statuses = (obj.get("status") or {}).get("containerStatuses") or [{}]
    state: Obj = statuses[0].get("state") or {}
    return state


def running(obj: Obj) -> bool:
    """Return whether a pod's container runs."""
    return "running" in container_state(obj)


def waiting(reason: str) -> Any:
    """Return the condition that a pod's container waits for that reason."""
    return lambda obj: (container_state(obj).get("waiting") or {}).get("reason") == reason
