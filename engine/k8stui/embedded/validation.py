"""What the API server refuses with 422: names, required fields, sizes, immutable fields.

Not every rule of Kubernetes, but those a client of ours can run into, each with Kubernetes' field path and words.
"""

from __future__ import annotations

import base64
import binascii
import re

from k8stui.embedded.failures import Cause, invalid
from k8stui.embedded.objects import Obj, name_of
from k8stui.embedded.pod_validation import pod_spec_causes, pod_update_causes
from k8stui.embedded.registry import CONFIG_MAP, CRON_JOB, JOB, NAMESPACE, POD, RBAC, SECRET, Kind
from k8stui.model.cron import zone_problem
from k8stui.model.cron.grammar import refusal

MAX_DATA = 1024 * 1024
"""Bytes of data in a ConfigMap or Secret."""

MAX_ANNOTATIONS = 256 * 1024
"""Bytes of all annotations of an object."""

_SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
_LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
_LABEL_VALUE = re.compile(r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")
_LABEL_KEY = re.compile(r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")
_DATA_KEY = re.compile(r"^[-._a-zA-Z0-9]+$")

_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
    "is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def check_new(kind: Kind, obj: Obj) -> None:
    """Refuse an object that may not be created.

    Raises:
        ApiError: 422 with every cause found.
    """
    causes = _name_causes(kind, name_of(obj)) + _metadata_causes(obj) + _content_causes(kind, obj)
    if causes:
        raise invalid(kind, name_of(obj), causes)


def check_change(kind: Kind, old: Obj, new: Obj) -> None:
    """Refuse a change of `old` into `new` that may not be made.

    Raises:
        ApiError: 422 with every cause found.
    """
    causes = _metadata_causes(new)
    if kind in (CONFIG_MAP, SECRET):
        causes += _immutable_data_causes(old, new)
    if kind is POD:
        causes += pod_update_causes(old["spec"], new["spec"])
    else:
        causes += _content_causes(kind, new)
    if kind is JOB:
        causes += _job_update_causes(old, new)
    if kind.group == RBAC and old.get("roleRef") != new.get("roleRef"):
        causes.append(Cause("roleRef", "FieldValueInvalid", "Invalid value: cannot change roleRef"))
    if causes:
        raise invalid(kind, name_of(new), causes)


def _name_causes(kind: Kind, name: str) -> list[Cause]:
    if not name:
        return [Cause("metadata.name", "FieldValueRequired", "Required value: name or generateName is required")]
    if kind.group == RBAC:
        return []
    longest = {CRON_JOB: 52, NAMESPACE: 63, JOB: 63}.get(kind, 253)
    pattern, rule = (_LABEL, _LABEL_RULE) if kind is NAMESPACE else (_SUBDOMAIN, _SUBDOMAIN_RULE)
    if len(name) > longest:
        what = f"must be no more than {longest} {'bytes' if longest > 63 else 'characters'}"
        return [Cause("metadata.name", "FieldValueInvalid", f'Invalid value: "{name}": {what}')]
    if not pattern.match(name):
        return [Cause("metadata.name", "FieldValueInvalid", f'Invalid value: "{name}": {rule}')]
    return []


def label_causes(labels: object, field: str) -> list[Cause]:
    """Return what is wrong with a map of labels at `field`."""
    causes = []
    for key, value in (labels if isinstance(labels, dict) else {}).items():
        if not _LABEL_KEY.match(key.rpartition("/")[2]) or len(key.rpartition("/")[2]) > 63:
            message = f"Invalid value: \"{key}\": name part must consist of alphanumeric characters, '-', '_' or '.'"
            causes.append(Cause(field, "FieldValueInvalid", message))
        if not isinstance(value, str):
            causes.append(Cause(field, "FieldValueInvalid", f"Invalid value: {value!r}: must be a string"))
        elif len(value) > 63:
            message = f'Invalid value: "{value}": must be no more than 63 bytes'
            causes.append(Cause(field, "FieldValueInvalid", message))
        elif not _LABEL_VALUE.match(value):
            causes.append(Cause(field, "FieldValueInvalid", f'Invalid value: "{value}": {_VALUE_RULE}'))
    return causes


def _metadata_causes(obj: Obj) -> list[Cause]:
    metadata = obj["metadata"]
    causes = label_causes(metadata.get("labels"), "metadata.labels")
    annotations = metadata.get("annotations") or {}
    size = sum(len(str(k).encode()) + len(str(v).encode()) for k, v in annotations.items())
    if size > MAX_ANNOTATIONS:
        message = f"Too long: may not be more than {MAX_ANNOTATIONS} bytes"
        causes.append(Cause("metadata.annotations", "FieldValueTooLong", message))
    for index, owner in enumerate(metadata.get("ownerReferences") or []):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(field):
                path = f"metadata.ownerReferences[{index}].{field}"
                causes.append(Cause(path, "FieldValueRequired", f"Required value: {field} must not be empty"))
    if sum(bool(owner.get("controller")) for owner in metadata.get("ownerReferences") or []) > 1:
        message = "Invalid value: Only one reference can have Controller set to true."
        causes.append(Cause("metadata.ownerReferences", "FieldValueInvalid", message))
    return causes


def _content_causes(kind: Kind, obj: Obj) -> list[Cause]:
    if kind in (CONFIG_MAP, SECRET):
        return _data_causes(kind, obj)
    if kind is POD:
        return pod_spec_causes(obj.get("spec"), "spec")
    if kind is JOB:
        return _job_causes(obj.get("spec"), "spec")
    if kind is CRON_JOB:
        spec = obj.get("spec") or {}
        causes = []
        schedule, zone = spec.get("schedule"), spec.get("timeZone")
        if not schedule:
            causes.append(Cause("spec.schedule", "FieldValueRequired", "Required value"))
        elif error := refusal(str(schedule)):
            causes.append(Cause("spec.schedule", "FieldValueInvalid", f'Invalid value: "{schedule}": {error}'))
        if zone is not None and zone_problem(str(zone)):
            message = f'Invalid value: "{zone}": unknown time zone {zone}'
            causes.append(Cause("spec.timeZone", "FieldValueInvalid", message))
        return causes + _job_causes((spec.get("jobTemplate") or {}).get("spec"), "spec.jobTemplate.spec")
    return []


def _data_causes(kind: Kind, obj: Obj) -> list[Cause]:
    causes, size = [], 0
    for field in ("data", "binaryData"):
        for key, value in (obj.get(field) or {}).items():
            path = f"{field}[{key}]"
            if not _DATA_KEY.match(key) or len(key) > 253:
                rule = (
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  "
                    "or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                )
                causes.append(Cause(path, "FieldValueInvalid", f'Invalid value: "{key}": {rule}'))
            size += len(_decoded(value) if field == "binaryData" or kind is SECRET else str(value).encode())
    if size > MAX_DATA:
        field = "" if kind is CONFIG_MAP else "data"
        causes.append(Cause(field, "FieldValueTooLong", f"Too long: may not be more than {MAX_DATA} bytes"))
    return causes


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error:
        return b""


def _immutable_data_causes(old: Obj, new: Obj) -> list[Cause]:
    if not old.get("immutable"):
        return []
    message = "Forbidden: field is immutable when `immutable` is set"
    changed = [f for f in ("immutable", "data", "binaryData") if (old.get(f) or {}) != (new.get(f) or {})]
    return [Cause(field, "FieldValueForbidden", message) for field in changed]


def _job_causes(spec: object, path: str) -> list[Cause]:
    template = spec.get("template") if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(template, dict):
        return [Cause(f"{path}.template.spec.containers", "FieldValueRequired", "Required value")]
    causes = []
    for field in ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"):
        if isinstance(spec.get(field), int) and spec[field] < 0:
            message = f"Invalid value: {spec[field]}: must be greater than or equal to 0"
            causes.append(Cause(f"{path}.{field}", "FieldValueInvalid", message))
    causes += label_causes((template.get("metadata") or {}).get("labels"), f"{path}.template.labels")
    causes += pod_spec_causes(template.get("spec"), f"{path}.template.spec")
    restart = (template.get("spec") or {}).get("restartPolicy")
    if restart not in ("OnFailure", "Never"):
        unset = restart in (None, "Always")
        found = "Required value: valid" if unset else f'Unsupported value: "{restart}": supported'
        reason = "FieldValueRequired" if unset else "FieldValueNotSupported"
        message = f'{found} values: "OnFailure", "Never"'
        causes.append(Cause(f"{path}.template.spec.restartPolicy", reason, message))
    return causes


def _job_update_causes(old: Obj, new: Obj) -> list[Cause]:
    causes = []
    suspended = bool(old["spec"].get("suspend")) and not (old.get("status") or {}).get("startTime")
    for field in ("completions", "selector", "template", "completionMode", "podFailurePolicy"):
        if old["spec"].get(field) == new["spec"].get(field) or (field == "template" and suspended):
            continue
        message = "Invalid value: field is immutable"
        causes.append(Cause(f"spec.{field}", "FieldValueInvalid", message))
    return causes
