"""What objects of Kubernetes look like, as far as this program reads them: one shape for each kind.

Every object that is listed, watched or read by name passes here before anybody looks at it. A real API server sends
nothing that does not fit, but for nulls; a broken one, or one that means ill, may send anything.
"""

from __future__ import annotations

from typing import Any

from k8stui.cluster.resources import JsonObject, Resource
from k8stui.model.shapes import (
    Shape,
    each,
    fields,
    flag,
    instant,
    mapping,
    number,
    number_or_text,
    quantities,
    sentence,
    text,
    texts,
)

_OWNER = fields({"uid": text, "kind": text, "name": text, "controller": flag}, must=("uid", "kind", "name"))

_MANAGED = fields({"manager": text, "operation": text, "subresource": text, "time": instant, "fieldsV1": mapping})

_META: dict[str, Shape] = {
    "name": text, "namespace": text, "uid": text, "resourceVersion": text, "generation": number, "labels": texts,
    "annotations": texts, "creationTimestamp": instant, "deletionTimestamp": instant, "finalizers": each(text),
    "deletionGracePeriodSeconds": number, "ownerReferences": each(_OWNER),
}  # fmt: skip

_NAMED = fields({"name": text, "namespace": text, "uid": text, "kind": text}, must=("name",))

_CONDITION = fields(
    {"type": text, "status": text, "reason": text, "message": sentence, "lastTransitionTime": instant}, always=("type",)
)

_SELECTOR = fields(
    {
        "matchLabels": texts,
        "matchExpressions": each(fields({"key": text, "operator": text, "values": each(text)}, must=("key",))),
    }
)

# Pods.

_STATE = fields(
    {
        "waiting": fields({"reason": text, "message": sentence}),
        "running": fields({"startedAt": instant}),
        "terminated": fields(
            {"exitCode": number, "reason": text, "message": sentence, "startedAt": instant, "finishedAt": instant}
        ),
    }
)

_CONTAINER_STATUS = fields(
    {
        "name": text, "image": text, "imageID": text, "ready": flag, "restartCount": number, "state": _STATE,
        "lastState": _STATE,
    },
    always=("name",),
)  # fmt: skip

_KEY_OF = fields({"name": text, "key": text, "optional": flag}, always=("name", "key"))

_ALL_OF = fields({"name": text, "optional": flag})

_VARIABLE = fields(
    {
        "name": text,
        "value": text,
        "valueFrom": fields(
            {
                "secretKeyRef": _KEY_OF, "configMapKeyRef": _KEY_OF, "fieldRef": fields({"fieldPath": text}),
                "resourceFieldRef": fields({"resource": text}),
            }
        ),
    },
    always=("name",),
)  # fmt: skip

_CONTAINER = fields(
    {
        "name": text, "image": text, "command": each(text), "args": each(text), "restartPolicy": text,
        "ports": each(fields({"containerPort": number, "protocol": text, "name": text}, must=("containerPort",))),
        "resources": fields({"requests": quantities, "limits": quantities}),
        "env": each(_VARIABLE),
        "envFrom": each(fields({"prefix": text, "secretRef": _ALL_OF, "configMapRef": _ALL_OF})),
        "volumeMounts": each(fields({"name": text, "mountPath": text, "readOnly": flag})),
    },
    always=("name",),
)  # fmt: skip

_TOLERATION = fields({"key": text, "operator": text, "value": text, "effect": text, "tolerationSeconds": number})

_VOLUME = fields({"name": text, "persistentVolumeClaim": fields({"claimName": text}, must=("claimName",))})

_POD_SPEC = fields(
    {
        "containers": each(_CONTAINER), "initContainers": each(_CONTAINER), "ephemeralContainers": each(_CONTAINER),
        "nodeName": text, "nodeSelector": texts, "restartPolicy": text, "schedulerName": text,
        "serviceAccountName": text, "priorityClassName": text, "affinity": fields({"nodeAffinity": mapping}),
        "tolerations": each(_TOLERATION), "volumes": each(_VOLUME), "imagePullSecrets": each(fields({"name": text})),
        "schedulingGates": each(fields({"name": text})), "activeDeadlineSeconds": number,
        "terminationGracePeriodSeconds": number,
    },
    always=("containers",),
)  # fmt: skip

_POD_STATUS = fields(
    {
        "phase": text, "reason": text, "message": sentence, "hostIP": text, "podIP": text, "qosClass": text,
        "startTime": instant, "conditions": each(_CONDITION), "containerStatuses": each(_CONTAINER_STATUS),
        "initContainerStatuses": each(_CONTAINER_STATUS), "ephemeralContainerStatuses": each(_CONTAINER_STATUS),
    }
)  # fmt: skip

# Jobs and CronJobs.

POD_TEMPLATE = fields({"metadata": fields(_META), "spec": _POD_SPEC}, always=("metadata", "spec"))
"""What pods are made of, in Jobs and in plans."""

JOB_SPEC = fields(
    {
        "suspend": flag, "backoffLimit": number, "parallelism": number, "completions": number,
        "activeDeadlineSeconds": number, "ttlSecondsAfterFinished": number, "selector": _SELECTOR,
        "template": POD_TEMPLATE,
    },
    always=("template",),
)  # fmt: skip

_JOB_STATUS = fields(
    {
        "active": number, "succeeded": number, "failed": number, "ready": number, "startTime": instant,
        "completionTime": instant, "conditions": each(_CONDITION),
    }
)  # fmt: skip

_CRON_JOB_SPEC = fields(
    {
        "schedule": text, "timeZone": text, "suspend": flag, "concurrencyPolicy": text,
        "startingDeadlineSeconds": number, "successfulJobsHistoryLimit": number, "failedJobsHistoryLimit": number,
        "jobTemplate": fields({"metadata": fields(_META), "spec": JOB_SPEC}, always=("metadata", "spec")),
    },
    always=("schedule", "jobTemplate"),
)  # fmt: skip

_CRON_JOB_STATUS = fields({"lastScheduleTime": instant, "lastSuccessfulTime": instant, "active": each(_NAMED)})

# What else is read.

_REFERENCE = fields({"kind": text, "namespace": text, "name": text, "uid": text})

_SERIES = fields({"count": number, "lastObservedTime": instant})

_TAINT = fields({"key": text, "value": text, "effect": text}, must=("key",))

_LIMIT = fields(
    {"type": text, "min": quantities, "max": quantities, "default": quantities, "defaultRequest": quantities},
    must=("type",),
)

RULE = fields(
    {"apiGroups": each(text), "resources": each(text), "verbs": each(text), "resourceNames": each(text)},
    always=("apiGroups", "resources", "verbs"),
)

_ROLE: dict[str, Shape] = {"rules": each(RULE)}

_BINDING: dict[str, Shape] = {
    "roleRef": fields({"kind": text, "name": text}, always=("kind", "name")),
    "subjects": each(fields({"kind": text, "name": text, "namespace": text})),
}

_EVENT: dict[str, Shape] = {
    "type": text, "reason": text, "message": sentence, "count": number, "reportingComponent": text,
    "firstTimestamp": instant, "lastTimestamp": instant, "eventTime": instant, "series": _SERIES,
    "involvedObject": _REFERENCE, "regarding": _REFERENCE, "source": fields({"component": text}),
}  # fmt: skip

_KINDS: dict[str, dict[str, Shape]] = {
    "Pod": {"spec": _POD_SPEC, "status": _POD_STATUS},
    "Job": {"spec": JOB_SPEC, "status": _JOB_STATUS},
    "CronJob": {"spec": _CRON_JOB_SPEC, "status": _CRON_JOB_STATUS},
    "ConfigMap": {"data": texts, "binaryData": texts, "immutable": flag},
    "Secret": {"data": texts, "stringData": texts, "type": text},
    "Event": _EVENT,
    "Node": {
        "spec": fields({"unschedulable": flag, "taints": each(_TAINT)}),
        "status": fields(
            {
                "conditions": each(_CONDITION), "capacity": quantities, "allocatable": quantities, "nodeInfo": texts,
            }
        ),
    },
    "Namespace": {"status": fields({"phase": text, "conditions": each(_CONDITION)})},
    "ResourceQuota": {
        "spec": fields({"hard": quantities, "scopes": each(text), "scopeSelector": mapping}),
        "status": fields({"hard": quantities, "used": quantities}),
    },
    "LimitRange": {"spec": fields({"limits": each(_LIMIT)})},
    "PersistentVolumeClaim": {
        "spec": fields(
            {
                "accessModes": each(text), "storageClassName": text, "volumeName": text,
                "resources": fields({"requests": quantities, "limits": quantities}),
            }
        ),
        "status": fields({"phase": text}),
    },
    "PodDisruptionBudget": {
        "spec": fields({"selector": _SELECTOR, "minAvailable": number_or_text, "maxUnavailable": number_or_text}),
        "status": fields(
            {
                "disruptionsAllowed": number, "currentHealthy": number, "desiredHealthy": number,
                "expectedPods": number, "conditions": each(_CONDITION),
            }
        ),
    },
    "Role": _ROLE,
    "ClusterRole": _ROLE,
    "RoleBinding": _BINDING,
    "ClusterRoleBinding": _BINDING,
    "PodMetrics": {"timestamp": text, "containers": each(fields({"name": text, "usage": quantities}))},
}  # fmt: skip

_ALWAYS = {
    "Pod": ("spec",), "Job": ("spec",), "CronJob": ("spec",), "PersistentVolumeClaim": ("spec",),
    "RoleBinding": ("roleRef",), "ClusterRoleBinding": ("roleRef",),
}  # fmt: skip
"""Parts that no such object is without."""

_MORE_META: dict[str, dict[str, Shape]] = {"CronJob": {"managedFields": each(_MANAGED)}}
"""What of the metadata is read of some kinds only; managed fields are most of what a pod has."""


def _object(kind: str) -> Shape:
    head = fields({**_META, **_MORE_META.get(kind, {})}, must=("name",), always=("uid", "resourceVersion"))
    known = {"apiVersion": text, "kind": text, "metadata": head, **_KINDS.get(kind, {})}
    return fields(known, must=("metadata",), always=_ALWAYS.get(kind, ()))


_SHAPES = {kind: _object(kind) for kind in _KINDS}

_ANY = _object("")


def shaped(found: Any, resource: Resource, *, metadata_only: bool = False) -> JsonObject | None:
    """An object as one can rely on it: what cannot be what it should be is left out of it; None where it has no name.

    Args:
        found: What the server sent.
        resource: What was asked for.
        metadata_only: Only its metadata was.
    """
    shape = _ANY if metadata_only else _SHAPES.get(resource.kind, _ANY)
    known = shape(found)
    return known if isinstance(known, dict) else None


def known_as(found: JsonObject, resource: Resource, name: str) -> JsonObject:
    """As `shaped`, of an object that was asked for by its name and does not tell it."""
    meta = found.get("metadata")
    named = {**(meta if isinstance(meta, dict) else {}), "name": name}
    return shaped({**found, "metadata": named}, resource) or {"metadata": named}
