"""The artifact store in the manifests of a run: what tells a step of it, and its claim mounted where it is one."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from k8stui.incluster.contract import names
from k8stui.incluster.master.pods import escape
from k8stui.incluster.wire.variables import ENV_ARCHIVE, ENV_POD_UID, ENV_STORE
from k8stui.model.labels import label_value
from k8stui.model.settings import EffectiveSettings
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.kept import VOLUME


def owner_of(place: str, pipeline: str) -> str:
    """The folder in a run's folder of the store that tells whose its artifacts are, as `o1a2b3c4d5e6f-1a2b3c4d`.

    Stores may be shared by namespaces and clusters, and only what is known to be one's own may be deleted there.

    Args:
        place: What tells the namespace from all others of all clusters; empty where that is not known.
        pipeline: The pipeline's name.

    Returns:
        Empty where the place is not known.
    """
    return f"o{_digest(place, 12)}-{_digest(label_value(pipeline), 8)}" if place else ""


def code_mark(sha256: str, place: str) -> str:
    """The key that tells beside a code package that somebody of a namespace uses it.

    Args:
        sha256: Of the package.
        place: As for `owner_of`; where it is not known the mark is nobody's, and keeps the package for ever.
    """
    return f"code/{sha256}.{f'o{_digest(place, 12)}' if place else 'unknown'}"


def _digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def store_variables(store: ArtifactStoreConfig | None, owner: str = "") -> list[dict[str, Any]]:
    """The environment variables that tell a Python step where artifacts are kept; none without a store.

    Args:
        store: The store.
        owner: See `owner_of`.
    """
    if store is None:
        return []
    told: dict[str, Any] = {"path": store.path} | ({"options": store.options} if store.options else {})
    told |= {"owner": owner} if owner else {}
    return [{"name": ENV_STORE, "value": escape(json.dumps(told))}]


def archive_variables(store: ArtifactStoreConfig | None, settings: EffectiveSettings) -> list[dict[str, Any]]:
    """Those that tell it to archive its log there; none where it shall not."""
    if store is None or not settings.archive_logs:
        return []
    uid = {"fieldRef": {"fieldPath": "metadata.uid"}}
    limit = str(settings.archive_logs_limit << 20)
    return [{"name": ENV_ARCHIVE, "value": limit}, {"name": ENV_POD_UID, "valueFrom": uid}]


def mount_claim(spec: dict[str, Any], store: ArtifactStoreConfig) -> None:
    """Mount the claim of a file:// store in a step's pod, unless something is mounted at its path already."""
    folder = urlsplit(store.path).path
    container = next(one for one in spec["containers"] if one["name"] == names.STEP_CONTAINER)
    mounts = container.get("volumeMounts") or []
    if not store.claim or any(mount["mountPath"].rstrip("/") == folder for mount in mounts):
        return
    spec["volumes"] = [
        *(spec.get("volumes") or []),
        {"name": VOLUME, "persistentVolumeClaim": {"claimName": store.claim}},
    ]
    container["volumeMounts"] = [*mounts, {"name": VOLUME, "mountPath": folder}]
