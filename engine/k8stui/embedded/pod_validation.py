"""Validation of pod specs, in pods and in the templates of Jobs and CronJobs."""

from __future__ import annotations

import re

from k8stui.embedded.failures import Cause
from k8stui.embedded.objects import Obj
from k8stui.model.quantities import parse_quantity

_DNS_LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
_NAME_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_MUTABLE = frozenset(("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"))


def _required(path: str, what: str = "") -> Cause:
    return Cause(path, "FieldValueRequired", f"Required value{': ' + what if what else ''}")


def _bad(path: str, value: object, why: str) -> Cause:
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    return Cause(path, "FieldValueInvalid", f"Invalid value: {shown}: {why}")


def _unsupported(path: str, value: object, allowed: tuple[str, ...]) -> Cause:
    listed = ", ".join(f'"{one}"' for one in allowed)
    return Cause(path, "FieldValueNotSupported", f'Unsupported value: "{value}": supported values: {listed}')


def pod_spec_causes(spec: object, path: str) -> list[Cause]:
    """Return what is wrong with a pod spec at `path`."""
    if not isinstance(spec, dict) or not spec.get("containers"):
        return [_required(f"{path}.containers")]
    causes: list[Cause] = []
    volumes = [str(volume.get("name", "")) for volume in spec.get("volumes") or []]
    for index, name in enumerate(volumes):
        if not name:
            causes.append(_required(f"{path}.volumes[{index}].name"))
        elif not _DNS_LABEL.match(name):
            causes.append(_bad(f"{path}.volumes[{index}].name", name, _NAME_RULE))
        elif name in volumes[:index]:
            causes.append(Cause(f"{path}.volumes[{index}].name", "FieldValueDuplicate", f'Duplicate value: "{name}"'))
    seen: set[str] = set()
    for field in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(field) or []):
            causes += _container_causes(container, f"{path}.{field}[{index}]", seen, volumes)
    restart = spec.get("restartPolicy")
    if restart is not None and restart not in ("Always", "OnFailure", "Never"):
        causes.append(_unsupported(f"{path}.restartPolicy", restart, ("Always", "OnFailure", "Never")))
    deadline = spec.get("activeDeadlineSeconds")
    if isinstance(deadline, int) and deadline < 1:
        causes.append(_bad(f"{path}.activeDeadlineSeconds", deadline, "must be between 1 and 2147483647, inclusive"))
    for key, value in (spec.get("nodeSelector") or {}).items():
        if not isinstance(value, str):
            causes.append(_bad(f"{path}.nodeSelector.{key}", value, "must be a string"))
    return causes


def _container_causes(container: Obj, path: str, seen: set[str], volumes: list[str]) -> list[Cause]:
    causes: list[Cause] = []
    name = str(container.get("name") or "")
    if not name:
        causes.append(_required(f"{path}.name"))
    elif not _DNS_LABEL.match(name) or len(name) > 63:
        causes.append(_bad(f"{path}.name", name, _NAME_RULE))
    elif name in seen:
        causes.append(Cause(f"{path}.name", "FieldValueDuplicate", f'Duplicate value: "{name}"'))
    seen.add(name)
    if not container.get("image"):
        causes.append(_required(f"{path}.image"))
    policy = container.get("imagePullPolicy")
    if policy not in (None, "Always", "IfNotPresent", "Never"):
        causes.append(_unsupported(f"{path}.imagePullPolicy", policy, ("Always", "IfNotPresent", "Never")))
    for index, mount in enumerate(container.get("volumeMounts") or []):
        causes += _mount_causes(mount, f"{path}.volumeMounts", index, volumes)
    for index, variable in enumerate(container.get("env") or []):
        where = f"{path}.env[{index}]"
        if not variable.get("name"):
            causes.append(_required(f"{where}.name"))
        if variable.get("value") and variable.get("valueFrom"):
            message = "may not be specified when `value` is not empty"
            causes.append(Cause(f"{where}.valueFrom", "FieldValueInvalid", f'Invalid value: "": {message}'))
    return causes + _resource_causes(container.get("resources") or {}, f"{path}.resources")


def _mount_causes(mount: Obj, where: str, index: int, volumes: list[str]) -> list[Cause]:
    causes, path = [], f"{where}[{index}]"
    if mount.get("name") not in volumes:
        causes.append(Cause(f"{path}.name", "FieldValueNotFound", f'Not found: "{mount.get("name")}"'))
    if not mount.get("mountPath"):
        causes.append(_required(f"{path}.mountPath"))
    sub_path = str(mount.get("subPath") or "")
    if sub_path.startswith("/"):
        causes.append(_bad(f"{where}.subPath", sub_path, "must be a relative path"))  # Kubernetes leaves out which
    if ".." in sub_path.split("/"):
        causes.append(_bad(f"{where}.subPath", sub_path, "must not contain '..'"))
    return causes


def _resource_causes(resources: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    limits = resources.get("limits") or {}
    for what in ("requests", "limits"):
        for name, amount in (resources.get(what) or {}).items():
            where = f"{path}.{what}[{name}]"
            try:
                number = parse_quantity(amount)
            except ValueError:
                causes.append(_bad(where, str(amount), "quantities must match the regular expression of a quantity"))
                continue
            if number < 0:
                causes.append(_bad(where, str(amount), "must be greater than or equal to 0"))
            elif what == "requests" and name in limits and number > parse_quantity(limits[name]):
                message = f"must be less than or equal to {name} limit of {limits[name]}"
                causes.append(_bad(f"{path}.requests", str(amount), message))
    return causes


def pod_update_causes(old: Obj, new: Obj) -> list[Cause]:
    """Return what a change of a pod's spec may not change: everything but images and a few numbers."""

    def fixed(spec: Obj) -> Obj:
        rest = {key: value for key, value in spec.items() if key not in _MUTABLE}
        for field in ("containers", "initContainers"):
            rest[field] = [{**container, "image": ""} for container in spec.get(field) or []]
        return rest

    if fixed(old) == fixed(new):
        return []
    message = (
        "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
    )
    return [Cause("spec", "FieldValueForbidden", message)]
