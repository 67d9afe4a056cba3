"""What the API offers: versions, groups and resources, from which kubectl learns the names it accepts."""

from __future__ import annotations

import platform
import sys

from k8stui.embedded.failures import no_such_resource
from k8stui.embedded.objects import Obj
from k8stui.embedded.registry import KINDS, Kind

GIT_VERSION = "v1.34.0+k8stui.embedded"
"""The Kubernetes version whose behaviour is followed; the suffix says what it is."""


def version() -> Obj:
    """Return the answer to `/version`."""
    return {
        "major": "1",
        "minor": "34",
        "gitVersion": GIT_VERSION,
        "gitCommit": "",
        "gitTreeState": "",
        "buildDate": "",
        "goVersion": "",
        "compiler": f"python{platform.python_version()}",
        "platform": f"{sys.platform}/{machine()}",
    }


def machine() -> str:
    """Return the processor architecture as Kubernetes labels nodes with it."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def discover(path: str, address: str) -> Obj:
    """Return the discovery document of a path.

    Args:
        path: `/api`, `/apis`, or either with group and version.
        address: Where the server listens, `host:port`.

    Raises:
        ApiError: 404, there is no such document.
    """
    match path.strip("/").split("/"):
        case ["api"]:
            where = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": where}
        case ["apis"]:
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(*pair) for pair in _groups()]}
        case ["api", "v1"]:
            return _resources("", "v1")
        case ["apis", group] if found := next((v for g, v in _groups() if g == group), None):
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(group, found)}
        case ["apis", group, wanted] if (group, wanted) in _groups():
            return _resources(group, wanted)
    raise no_such_resource()


def _groups() -> list[tuple[str, str]]:
    return list(dict.fromkeys((kind.group, kind.version) for kind in KINDS if kind.group))


def _group(group: str, api_version: str) -> Obj:
    one = {"groupVersion": f"{group}/{api_version}", "version": api_version}
    return {"name": group, "versions": [one], "preferredVersion": one}


def _resources(group: str, api_version: str) -> Obj:
    listed: list[Obj] = []
    for kind in KINDS:
        if (kind.group, kind.version) == (group, api_version):
            listed += _entries(kind)
    group_version = f"{group}/{api_version}" if group else api_version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": listed}


def _entries(kind: Kind) -> list[Obj]:
    entry: Obj = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
    }
    if kind.short:
        entry["shortNames"] = list(kind.short)
    if kind.plural in ("pods", "jobs", "cronjobs"):
        entry["categories"] = ["all"]
    entries = [entry]
    subresources = list(kind.subresources)
    if kind.status:
        subresources.append(("status", kind.kind, kind.api_version, ("get", "patch", "update")))
    for name, sub_kind, api_version, verbs in subresources:
        sub: Obj = {
            "name": f"{kind.plural}/{name}",
            "singularName": "",
            "namespaced": kind.namespaced,
            "kind": sub_kind,
            "verbs": list(verbs),
        }
        if api_version != kind.api_version:
            group, _, of_group = api_version.rpartition("/")
            sub |= {"group": group, "version": of_group}
        entries.append(sub)
    return entries
