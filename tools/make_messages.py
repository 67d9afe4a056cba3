"""Writes which fields the kinds of the embedded cluster have, and their numbers in protobuf, from Kubernetes' Go types.

kubectl sends built-in kinds as protobuf, and leaves it to the server to refuse fields that do not exist. Run it when
the embedded cluster follows a newer Kubernetes: `python -m tools.make_messages FOLDER`, where FOLDER has the modules
`api@VERSION` and `apimachinery@VERSION`, as the Go toolchain keeps them under `pkg/mod/k8s.io`.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

TARGET = Path(__file__).parent.parent / "engine" / "k8stui" / "embedded" / "messages.json"

ROOTS = {
    "api/core/v1": (
        *("Namespace", "Node", "Pod", "ConfigMap", "Secret", "Event", "ServiceAccount", "ResourceQuota"),
        "PersistentVolumeClaim",
    ),
    "api/batch/v1": ("Job", "CronJob"),
    "api/policy/v1": ("PodDisruptionBudget", "Eviction"),
    "api/rbac/v1": ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"),
    "api/authorization/v1": ("SelfSubjectAccessReview", "SelfSubjectRulesReview"),
    "api/authentication/v1": ("SelfSubjectReview", "TokenRequest"),
    "apimachinery/pkg/apis/meta/v1": ("DeleteOptions",),
}
"""Package of the Go types to the kinds of it that are read."""

SPECIAL = {
    "resource.Quantity": "quantity",
    "intstr.IntOrString": "intOrString",
    "Time": "time",
    "MicroTime": "time",
    "FieldsV1": "json",
}
"""Types that JSON has in another shape than protobuf."""

LEFT_OUT = {("SelfSubjectReview", "status")}
"""What only the server writes, and has types that nothing else has."""

SCALARS = {"string": "str", "bool": "bool", "int32": "int", "int64": "int", "byte": "byte"}

_FIELD = re.compile(r"^\t(?:\w+ +)?(\S+) +`(.*protobuf:.*)`")
_TAG = re.compile(r'(\w+):"([^"]*)"')


@dataclass
class Package:
    """What the Go files of one package declare.

    Attributes:
        fields: Name of a struct to its fields, each as its Go type and its tags.
        others: Name of another type to what it stands for.
    """

    fields: dict[str, list[tuple[str, dict[str, str]]]] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


def read(folder: Path) -> Package:
    """The types that the files of a package declare."""
    found = Package()
    for path in sorted(folder.glob("*.go")):
        struct = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"type (\w+) struct \{", line):
                struct = match[1]
                found.fields.setdefault(struct, [])
            elif match := re.match(r"type (\w+) ([\w\[\].]+)$", line):
                found.others[match[1]] = match[2]
            elif line == "}":
                struct = ""
            elif struct and (match := _FIELD.match(line)):
                found.fields[struct].append((match[1], dict(_TAG.findall(match[2]))))
    return found


class Types:
    """All packages, and the messages that were asked for."""

    def __init__(self, packages: dict[str, Package]) -> None:
        self._packages = packages
        self._places: dict[str, str] = {}
        self.messages: dict[str, dict[str, list[object]]] = {}

    def expression(self, package: str, go: str) -> str:
        """The notation of a Go type: `[X]` a list of X, `{X}` a map of texts to X, `X?` an X that is told when zero."""
        if go.startswith("*"):
            return self.expression(package, go[1:]) + "?"
        if go == "[]byte":
            return "bytes"
        if go.startswith("[]"):
            return f"[{self.expression(package, go[2:])}]"
        if match := re.fullmatch(r"map\[\w+\](.+)", go):
            return f"{{{self.expression(package, match[1])}}}"
        if special := SPECIAL.get(go.removeprefix("metav1.").removeprefix("v1.")):
            return special
        if go in SCALARS:
            return SCALARS[go]
        owner, _, name = go.rpartition(".")
        if owner == "types":
            return "str"
        place = {"": package, "metav1": "apimachinery/pkg/apis/meta/v1"}.get(owner, "api/core/v1")
        if name in self._packages[place].others:
            return self.expression(place, self._packages[place].others[name])
        return self.message(place, name)

    def message(self, package: str, name: str) -> str:
        """The name of a message, which is described among `messages` from now on."""
        if self._places.setdefault(name, package) != package:
            raise ValueError(f"two messages are called {name}")
        if name not in self.messages:
            described = self.messages[name] = {}
            for go, tags in self._packages[package].fields[name]:
                key, number = tags["json"].split(",")[0], int(tags["protobuf"].split(",")[1])
                if (name, key) in LEFT_OUT:
                    continue
                if key in described:
                    raise ValueError(f"two fields of {name} are called {key!r}")
                described[key] = [number, self.expression(package, go)]
                if "merge" in tags.get("patchStrategy", ""):
                    described[key].append(tags.get("patchMergeKey", ""))
        return name


def build(folder: Path) -> dict[str, dict[str, list[object]]]:
    """All messages that the roots lead to, each as name of a field in JSON to number and type.

    A field whose own fields stand in its place has no name. Lists that a strategic merge patch merges have besides what
    it tells their items apart by, "" for the items themselves.
    """

    def module(package: str) -> Path:
        name, _, rest = package.partition("/")
        return max(folder.glob(f"{name}@*")) / rest

    types = Types({package: read(module(package)) for package in ROOTS})
    for package, kinds in ROOTS.items():
        for kind in kinds:
            types.message(package, kind)
    return dict(sorted(types.messages.items()))


def render(folder: Path) -> str:
    """The messages as they stand in the file: one a line, for readable differences."""
    lines = [f"{json.dumps(name)}: {json.dumps(described)}" for name, described in build(folder).items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(render(Path(sys.argv[1])), encoding="utf-8")
