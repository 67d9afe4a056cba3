"""One pod from its container, its settings and the defaults: what the master's pod and the step pods have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from k8stui.model.errors import InvalidInputError
from k8stui.model.pod_settings import KubernetesPodSettings
from k8stui.plan.layers import laid_over
from k8stui.plan.security import security_contexts

HOME = {"HOME": "/tmp", "USER": "k8stui"}  # noqa: S108 (the one folder that every image has and every user may write to)
"""What a user without an entry in the image's /etc/passwd needs: else HOME is `/` and getpass fails."""

SMALL_REQUESTS = {"requests": {"cpu": "50m", "memory": "64Mi"}}
"""What a pod asks for where the user says nothing, so that quotas and schedulers see that it is there."""

_NO_MESH = {"sidecar.istio.io/inject": "false"}  # a sidecar delays the start and never ends


def pod(
    *,
    where: str,
    container: dict[str, Any],
    settings: KubernetesPodSettings,
    labels: dict[str, str],
    uid: int | None,
    annotations: dict[str, str] | None = None,
    spec: dict[str, Any] | None = None,
    tolerations: Iterable[dict[str, Any]] = (),
    privileged: bool = False,
    without_env: Collection[str] = (),
    pull_secret: str = "",
) -> dict[str, Any]:
    """Metadata and spec of a pod.

    Args:
        where: What errors call the settings.
        container: Name, image, command and k8stui's own environment variables.
        settings: What the user said about the pod.
        labels: k8stui's own labels.
        uid: User and group to run as; None to leave them to the platform.
        annotations: Default annotations, which the user's replace key by key.
        spec: Default fields of the spec, which the user's replace key by key.
        tolerations: Defaults; one gives way to a user's own for the same taint.
        privileged: Whether the container shall be privileged.
        without_env: Variables that are set elsewhere and so left out.
        pull_secret: A Secret to pull by, besides the user's; empty for none.

    Raises:
        InvalidInputError: Volumes and their mounts don't fit each other.
    """
    extra = dict(settings.additional_pod_spec_args or {})
    contexts = security_contexts(
        pod=extra.pop("securityContext", {}),
        container=settings.container_security_context or {},
        privileged=privileged,
        uid=uid,
    )
    user_labels, user_annotations = settings.labels or {}, settings.annotations or {}
    mesh = {key: value for key, value in _NO_MESH.items() if key not in user_labels}
    whole = laid_over(
        {
            **(spec or {}),
            "restartPolicy": "Never",
            "enableServiceLinks": False,
            "nodeSelector": {"kubernetes.io/os": "linux", **(settings.node_selectors or {})},
            **_placement(settings, tolerations, pull_secret),
            "securityContext": contexts.pod,
        },
        extra,
    )
    whole["containers"] = [_container(container, settings, contexts.container, contexts.foreign_user, without_env)]
    _check_volumes(settings, where)
    return {
        "metadata": {
            "labels": {**user_labels, **labels},
            "annotations": {**mesh, **(annotations or {}), **user_annotations},
        },
        "spec": whole,
    }


def _placement(
    settings: KubernetesPodSettings, tolerations: Iterable[dict[str, Any]], pull_secret: str
) -> dict[str, Any]:
    secrets = list(settings.image_pull_secrets or ())
    if pull_secret and {"name": pull_secret} not in secrets:
        secrets.append({"name": pull_secret})
    own = list(settings.tolerations or ())
    taints = {(toleration.get("key"), toleration.get("effect")) for toleration in own}
    own += [one for one in tolerations if (one.get("key"), one.get("effect")) not in taints]
    fields = {
        "affinity": settings.affinity,
        "tolerations": own,
        "volumes": settings.volumes,
        "hostIPC": settings.host_ipc,
        "imagePullSecrets": secrets,
        "schedulerName": settings.scheduler_name,
    }
    return {key: value for key, value in fields.items() if value}


def _container(
    container: dict[str, Any],
    settings: KubernetesPodSettings,
    security: dict[str, Any],
    foreign_user: bool,
    without_env: Collection[str],
) -> dict[str, Any]:
    env = list(settings.env or ())
    given = {variable["name"] for variable in env}
    home = [{"name": name, "value": value} for name, value in HOME.items() if foreign_user and name not in given]
    result = dict(container)
    result["env"] = [
        *container.get("env", ()),
        *(variable for variable in (*home, *env) if variable["name"] not in without_env),
    ]
    if settings.env_from:
        result["envFrom"] = settings.env_from
    if settings.volume_mounts:
        result["volumeMounts"] = settings.volume_mounts
    result["resources"] = settings.resources or SMALL_REQUESTS
    result["securityContext"] = security
    return result


def _check_volumes(settings: KubernetesPodSettings, where: str) -> None:
    volumes = [volume["name"] for volume in settings.volumes or ()]
    for name in volumes:
        if volumes.count(name) > 1:
            raise InvalidInputError(f"{where}.volumes: the name {name!r} is there twice")
    paths = [mount["mountPath"] for mount in settings.volume_mounts or ()]
    for index, mount in enumerate(settings.volume_mounts or ()):
        if mount["name"] not in volumes:
            known = f"There are: {', '.join(volumes)}" if volumes else "There are no volumes."
            raise InvalidInputError(
                f"{where}.volume_mounts[{index}].name: there is no volume {mount['name']!r}", hint=known
            )
        if paths.count(mount["mountPath"]) > 1:
            raise InvalidInputError(f"{where}.volume_mounts: the path {mount['mountPath']!r} is there twice")
