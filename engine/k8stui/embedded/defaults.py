"""What the API server fills in for fields a manifest leaves out.

Only fields that this cluster or its clients read: `kubectl get -o yaml` should look familiar, and controllers may
rely on them being there.
"""

from __future__ import annotations

import base64

from k8stui.embedded.objects import Obj, uid_of
from k8stui.embedded.registry import CRON_JOB, EVENT, JOB, NAMESPACE, POD, SECRET, Kind

_UNREACHABLE = [
    {"effect": "NoExecute", "key": f"node.kubernetes.io/{what}", "operator": "Exists", "tolerationSeconds": 300}
    for what in ("not-ready", "unreachable")
]


def fill_in(kind: Kind, obj: Obj) -> None:
    """Set the defaults of a new or updated object, in place."""
    spec = obj.get("spec")
    if kind is POD and isinstance(spec, dict):
        pod_spec(spec)
        spec.setdefault("priority", 0)
        spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
        spec.setdefault("tolerations", [dict(t) for t in _UNREACHABLE])
    elif kind is JOB and isinstance(spec, dict):
        _job_spec(spec)
        _job_identity(obj, spec)
    elif kind is CRON_JOB and isinstance(spec, dict):
        _cron_job_spec(spec)
    elif kind is NAMESPACE:
        obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])
        labels = obj["metadata"].get("labels") or {}
        obj["metadata"]["labels"] = {**labels, "kubernetes.io/metadata.name": obj["metadata"].get("name", "")}
    elif kind is SECRET:
        obj.setdefault("type", "Opaque")
        for key, text in (obj.pop("stringData", None) or {}).items():
            obj.setdefault("data", {})[key] = _encoded(text)
    elif kind is EVENT:
        obj.setdefault("type", "")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def pod_spec(spec: Obj) -> None:
    """Set the defaults of a pod's spec, in place."""
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("schedulerName", "default-scheduler")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("securityContext", {})
    if "enableServiceLinks" not in spec:
        spec["enableServiceLinks"] = True
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or []:
            if isinstance(container, dict):
                _container(container)


def _container(container: Obj) -> None:
    image = str(container.get("image") or "")
    tag = image.rpartition("/")[2].partition(":")[2]
    fresh = "@" not in image and tag in ("", "latest")
    container.setdefault("imagePullPolicy", "Always" if fresh else "IfNotPresent")
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    resources = container.setdefault("resources", {})
    if isinstance(resources, dict) and resources.get("limits"):
        resources["requests"] = {**resources["limits"], **(resources.get("requests") or {})}
    for variable in container.get("env") or []:
        reference = (variable.get("valueFrom") or {}).get("fieldRef") if isinstance(variable, dict) else None
        if isinstance(reference, dict):
            reference.setdefault("apiVersion", "v1")


def _job_spec(spec: Obj) -> None:
    if "parallelism" not in spec:
        # With a parallelism of its own but no completions, one success of any pod is enough.
        spec.setdefault("completions", 1)
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("podReplacementPolicy", "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed")
    _pod_failure_policy(spec)
    template = spec.get("template")
    if isinstance(template, dict) and isinstance(template.get("spec"), dict):
        restart = template["spec"].get("restartPolicy")
        pod_spec(template["spec"])
        if restart is None:
            # Jobs have no valid default: validation must see that it was left out.
            del template["spec"]["restartPolicy"]


def _pod_failure_policy(spec: Obj) -> None:
    policy = spec.get("podFailurePolicy")
    rules = policy.get("rules") if isinstance(policy, dict) else None
    for rule in rules if isinstance(rules, list) else ():
        patterns = rule.get("onPodConditions") if isinstance(rule, dict) else None
        for pattern in patterns if isinstance(patterns, list) else ():
            if isinstance(pattern, dict):
                pattern.setdefault("status", "True")


def _job_identity(obj: Obj, spec: Obj) -> None:
    """Give the Job the selector and labels by which its pods are found (needs the uid)."""
    uid, name = uid_of(obj), obj["metadata"].get("name", "")
    template = spec.get("template")
    if not uid or not isinstance(template, dict):
        return
    metadata = template.get("metadata") or {}
    template["metadata"] = metadata
    if "selector" not in spec:
        metadata["labels"] = {
            **(metadata.get("labels") or {}),
            "batch.kubernetes.io/controller-uid": uid,
            "batch.kubernetes.io/job-name": name,
            "controller-uid": uid,
            "job-name": name,
        }
        spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}


def _cron_job_spec(spec: Obj) -> None:
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)
    template = spec.get("jobTemplate")
    if isinstance(template, dict):
        if isinstance(template.get("spec"), dict):
            _pod_failure_policy(template["spec"])
        pod_template = (template.get("spec") or {}).get("template")
        if isinstance(pod_template, dict) and isinstance(pod_template.get("spec"), dict):
            restart = pod_template["spec"].get("restartPolicy")
            pod_spec(pod_template["spec"])
            if restart is None:
                del pod_template["spec"]["restartPolicy"]
