"""Volumes as directories.

Nothing can be mounted without privileges, so a container does not find them at their mount paths; the variable
K8STUI_MOUNTS tells where they are (JSON, mount path -> directory), and K8STUI_SERVICEACCOUNT_DIR where the
credentials are.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from k8stui.embedded.admission import TOKEN_PATH
from k8stui.embedded.kubelet.environment import ConfigError, Lookup, resource_text
from k8stui.embedded.kubelet.fields import field_text
from k8stui.embedded.objects import Obj


@dataclass(frozen=True)
class VolumeSources:
    """What volumes are filled from.

    Attributes:
        lookup: Finds ConfigMaps and Secrets.
        token: Issues a token for the pod's service account.
        claims: The directory that holds one directory per claim.
    """

    lookup: Lookup
    token: Callable[[], str]
    claims: Path


@dataclass
class Volumes:
    """The prepared volumes of one pod: name to directory."""

    folders: dict[str, Path] = field(default_factory=dict)

    def mounts(self, container: Obj) -> dict[str, str]:
        """Return mount path to directory for a container."""
        return {
            str(mount["mountPath"]): str(self.folders[mount["name"]] / str(mount.get("subPath") or ""))
            for mount in container.get("volumeMounts") or []
            if mount["name"] in self.folders
        }

    def credentials(self, container: Obj) -> str | None:
        """Return where the container's service account credentials are, if it has any."""
        return self.mounts(container).get(TOKEN_PATH)


def prepare(pod: Obj, root: Path, sources: VolumeSources) -> Volumes:
    """Make the directories of a pod's volumes under `root`.

    Raises:
        ConfigError: A ConfigMap or Secret does not exist (FailedMount).
    """
    volumes = Volumes()
    for volume in pod["spec"].get("volumes") or []:
        name = str(volume["name"])
        folder = root / name
        if "hostPath" in volume:
            folder = Path(str(volume["hostPath"].get("path", "/")))
        elif "persistentVolumeClaim" in volume:
            claim = str(volume["persistentVolumeClaim"].get("claimName"))
            if "/" in claim:
                raise ConfigError(f'persistentvolumeclaim "{claim}" not found')
            folder = sources.claims / f"{pod['metadata']['namespace']}_{claim}"
            folder.mkdir(parents=True, exist_ok=True)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            _fill(pod, volume, folder, sources)
        volumes.folders[name] = folder
    return volumes


def _fill(pod: Obj, volume: Obj, folder: Path, sources: VolumeSources) -> None:
    if "configMap" in volume:
        _keys(volume["configMap"], "ConfigMap", "name", folder, sources)
    elif "secret" in volume:
        _keys(volume["secret"], "Secret", "secretName", folder, sources)
    elif "downwardAPI" in volume:
        _downward(pod, volume["downwardAPI"], folder)
    elif "projected" in volume:
        for source in volume["projected"].get("sources") or []:
            if "configMap" in source:
                _keys(source["configMap"], "ConfigMap", "name", folder, sources)
            elif "secret" in source:
                _keys(source["secret"], "Secret", "name", folder, sources)
            elif "downwardAPI" in source:
                _downward(pod, source["downwardAPI"], folder)
            elif "serviceAccountToken" in source:
                _write(folder, str(source["serviceAccountToken"].get("path", "token")), sources.token().encode())


def _keys(reference: Obj, kind: str, name_field: str, folder: Path, sources: VolumeSources) -> None:
    name = str(reference.get(name_field))
    found = sources.lookup(kind, name)
    if found is None:
        if reference.get("optional"):
            return
        raise ConfigError(f'{kind.lower()} "{name}" not found')
    data = found.get("data") or {}
    content = {k: base64.b64decode(v) if kind == "Secret" else str(v).encode() for k, v in data.items()}
    content |= {k: base64.b64decode(v) for k, v in (found.get("binaryData") or {}).items()}
    items = reference.get("items") or [{"key": key, "path": key} for key in content]
    for item in items:
        if item["key"] not in content:
            if reference.get("optional"):
                continue
            raise ConfigError(f"references non-existent {kind.lower()} key: {item['key']}")
        _write(folder, str(item["path"]), content[item["key"]])


def _downward(pod: Obj, reference: Obj, folder: Path) -> None:
    for item in reference.get("items") or []:
        if "fieldRef" in item:
            text = field_text(pod, str(item["fieldRef"].get("fieldPath", "")))
        else:
            wanted = item.get("resourceFieldRef") or {}
            containers = pod["spec"]["containers"]
            container = next((c for c in containers if c["name"] == wanted.get("containerName")), containers[0])
            text = resource_text(container, wanted)
        _write(folder, str(item["path"]), text.encode())


def _write(folder: Path, relative: str, content: bytes) -> None:
    path = (folder / relative).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ConfigError(f"path {relative!r} leads out of the volume")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
