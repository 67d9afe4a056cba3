"""Fields of a pod as its own containers may see them (the downward API)."""

from __future__ import annotations

import re

from k8stui.embedded.objects import Obj, annotations_of, labels_of

_KEYED = re.compile(r"^metadata\.(labels|annotations)\['([^']+)'\]$")

_PLAIN = {
    "metadata.name": ("metadata", "name"),
    "metadata.namespace": ("metadata", "namespace"),
    "metadata.uid": ("metadata", "uid"),
    "spec.nodeName": ("spec", "nodeName"),
    "spec.serviceAccountName": ("spec", "serviceAccountName"),
    "status.hostIP": ("status", "hostIP"),
    "status.podIP": ("status", "podIP"),
}


def field_text(pod: Obj, path: str) -> str:
    """Return the field as text; maps as `key="value"` lines; empty when it is unset."""
    if found := _KEYED.match(path):
        values = labels_of(pod) if found[1] == "labels" else annotations_of(pod)
        return values.get(found[2], "")
    if path in ("metadata.labels", "metadata.annotations"):
        values = labels_of(pod) if path.endswith("labels") else annotations_of(pod)
        return "\n".join(f'{key}="{value}"' for key, value in sorted(values.items()))
    if path in ("status.podIPs", "status.hostIPs"):
        return field_text(pod, path[:-1])
    section, name = _PLAIN.get(path, ("metadata", path))
    return str((pod.get(section) or {}).get(name) or "")
