"""What a user may say about the pods of the steps and about the master's pod.

Every value is turned into plain Kubernetes JSON when the object is made, so that a mistake is told at the line that
holds it, merging of layers is plain merging of dictionaries, and the compiler only has to put parts into place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from k8stui.incluster.contract import names
from k8stui.model.errors import InvalidInputError
from k8stui.model.friendly import FriendlyModel
from k8stui.model.kubernetes_types import to_json

OWN_LABELS = frozenset(
    (names.LABEL_RUN, names.LABEL_PIPELINE, names.LABEL_MANAGED_BY, names.LABEL_COMPONENT, "job-name", "controller-uid")
)
"""Labels that k8stui and the Job controller find their pods by."""

OWN_PREFIXES = ("k8stui.io/", "batch.kubernetes.io/")
"""Labels and annotations that belong to k8stui and the Job controller."""

OWN_ENV_PREFIX = "K8STUI_"
"""Environment variables that belong to k8stui."""

_KINDS = {
    "node_selectors": "labels",
    "affinity": "V1Affinity",
    "tolerations": "[V1Toleration]",
    "resources": "V1ResourceRequirements",
    "annotations": "annotations",
    "volumes": "[V1Volume]",
    "volume_mounts": "[V1VolumeMount]",
    "env": "[V1EnvVar]",
    "env_from": "[V1EnvFromSource]",
    "host_ipc": "bool",
    "image_pull_secrets": "[V1LocalObjectReference]",
    "labels": "labels",
    "scheduler_name": "str",
    "container_security_context": "V1SecurityContext",
    "additional_pod_spec_args": "V1PodSpec",
}

_ELSEWHERE = {
    "containers": "k8stui writes the container; use pod_settings.env, volume_mounts, resources and so on",
    "ephemeralContainers": "Kubernetes does not take them in a new pod",
    "restartPolicy": "it is always Never: k8stui itself starts a step again, see StepRetry",
    "serviceAccountName": "use the setting service_account_name or step_pod_service_account_name",
    "serviceAccount": "use the setting service_account_name or step_pod_service_account_name",
    "nodeSelector": "use node_selectors",
    "affinity": "use affinity of the pod settings themselves",
    "tolerations": "use tolerations of the pod settings themselves",
    "volumes": "use volumes of the pod settings themselves",
    "imagePullSecrets": "use image_pull_secrets",
    "schedulerName": "use scheduler_name",
    "hostIPC": "use host_ipc",
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


_SPELLINGS = {_camel(name): name for name in _KINDS} | {"hostIPC": "host_ipc"}


class KubernetesPodSettings(FriendlyModel):
    """Settings of a pod; unset fields leave the outer layer's value, or Kubernetes' default.

    Fields are given by these names or in camelCase; their values as dictionaries in camelCase or snake_case, or as
    model objects of the Kubernetes client. They are kept as plain JSON in Kubernetes' spelling.

    Raises:
        InvalidInputError: A field is unknown or wrong; the message names its full path.
    """

    called: ClassVar[str] = "pod_settings"

    node_selectors: dict[str, str] | None = Field(None, description="labels that the node must have")
    affinity: dict[str, Any] | None = Field(None, description="a Kubernetes Affinity")
    tolerations: list[Any] | None = Field(None, description="a list of Kubernetes Tolerations")
    resources: dict[str, Any] | None = Field(None, description="requests and limits of the container")
    annotations: dict[str, str] | None = Field(None, description="annotations of the pod")
    volumes: list[Any] | None = Field(None, description="a list of Kubernetes Volumes")
    volume_mounts: list[Any] | None = Field(None, description="a list of Kubernetes VolumeMounts")
    env: list[Any] | None = Field(None, description="a list of {name, value} or {name, valueFrom}")
    env_from: list[Any] | None = Field(None, description="a list of {secretRef: {name}} or {configMapRef: {name}}")
    host_ipc: bool | None = Field(None, description="whether the pod shares the node's IPC namespace")
    image_pull_secrets: list[Any] | None = Field(None, description="names of Secrets, as texts or {name}")
    labels: dict[str, str] | None = Field(None, description="labels of the pod")
    scheduler_name: str | None = Field(None, description="the scheduler that places the pod")
    container_security_context: dict[str, Any] | None = Field(
        None, description="a Kubernetes SecurityContext of the container, laid over the defaults key by key"
    )
    additional_pod_spec_args: dict[str, Any] | None = Field(
        None, description="any further field of a Kubernetes PodSpec, such as activeDeadlineSeconds"
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_camel_case(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, Mapping):
            return data
        given: dict[str, Any] = dict(data)
        renamed: dict[str, Any] = {}
        for key, value in given.items():
            name = _SPELLINGS.get(key, key)
            if name in renamed:
                raise InvalidInputError(f"{cls.place(info)}: field {name!r} is given twice, in both case styles")
            renamed[name] = value
        return renamed

    @field_validator("*", mode="before")
    @classmethod
    def _to_kubernetes(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None:
            return None
        name = str(info.field_name)
        where = f"{cls.place(info)}.{name}"
        if name == "image_pull_secrets" and isinstance(value, (list, tuple)):
            value = [{"name": item} if isinstance(item, str) else item for item in value]
        data = to_json(value, _KINDS[name], where=where, partial=name == "additional_pod_spec_args")
        _refuse_what_is_ours(name, data, where)
        return data

    def explicit(self) -> dict[str, Any]:
        """The fields that were set, by name, as plain JSON."""
        return {name: getattr(self, name) for name in _KINDS if name in self.model_fields_set}


def _refuse_what_is_ours(field: str, data: Any, where: str) -> None:
    if field in ("labels", "annotations"):
        for key in data:
            if key.startswith(OWN_PREFIXES) or (field == "labels" and key in OWN_LABELS):
                raise InvalidInputError(
                    f"{where}: the {field[:-1]} {key!r} is set by k8stui itself", hint="Choose another key."
                )
    elif field == "env":
        for item in data:
            refuse_own_variable(item["name"], where)
    elif field == "env_from":
        for item in data:
            refuse_own_variable(item.get("prefix", ""), where)
    elif field == "additional_pod_spec_args":
        for key in data:
            if key in _ELSEWHERE:
                raise InvalidInputError(f"{where}: {key!r} cannot be given here: {_ELSEWHERE[key]}")


def refuse_own_variable(name: str, where: str) -> None:
    """Refuses the name of an environment variable that k8stui itself uses.

    Raises:
        InvalidInputError: It begins with `K8STUI_`.
    """
    if name.startswith(OWN_ENV_PREFIX):
        raise InvalidInputError(
            f"{where}: {name!r} is not possible: names that begin with {OWN_ENV_PREFIX} belong to k8stui",
            hint="Choose another name.",
        )
