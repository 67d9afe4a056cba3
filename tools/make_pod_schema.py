"""Writes the schema of everything a Pod manifest may hold, from the model classes of the Kubernetes client.

The compiler checks settings against it, so that a wrong field is told at submit with its full path, without the import
of the client's models (hundreds of milliseconds) and without a cluster. Run it after an update of the client:
`python -m tools.make_pod_schema`; a test compares the file with what this program makes.
"""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "engine" / "k8stui" / "model" / "pod_schema.json"

ROOTS = ("V1Pod", "V1ConfigMap", "V1Job", "V1CronJob", "V1ServiceAccount", "V1Role", "V1RoleBinding")
"""The pod, and the other manifests that the compiler writes: its tests check them against the same schema."""

REFINED = {
    ("V1ObjectMeta", "labels"): "labels",
    ("V1ObjectMeta", "annotations"): "annotations",
    ("V1LabelSelector", "matchLabels"): "labels",
    ("V1PodSpec", "nodeSelector"): "labels",
    ("V1PodSpec", "overhead"): "quantities",
    ("V1ResourceRequirements", "limits"): "quantities",
    ("V1ResourceRequirements", "requests"): "quantities",
    ("V1VolumeResourceRequirements", "limits"): "quantities",
    ("V1VolumeResourceRequirements", "requests"): "quantities",
    ("V1EmptyDirVolumeSource", "sizeLimit"): "quantity",
    ("V1ResourceFieldSelector", "divisor"): "quantity",
    ("V1EnvVar", "name"): "envName",
    ("V1HTTPGetAction", "port"): "intOrString",
    ("V1TCPSocketAction", "port"): "intOrString",
}
"""What the client's types do not tell: which texts are quantities, which maps are labels."""

NOT_FOR_AUTHORS = {("V1Pod", "status"), ("V1Job", "status"), ("V1CronJob", "status")}


def expression(kind: str) -> str:
    """The client's type in the schema's notation: `[X]` is a list of X, `{X}` a map of texts to X."""
    if match := re.fullmatch(r"[Ll]ist\[(.+)\]", kind):
        return f"[{expression(match[1])}]"
    if match := re.fullmatch(r"[Dd]ict(?:\[|\()str, (.+)(?:\]|\))", kind):
        return f"{{{expression(match[1])}}}"
    return kind


def named_types(kind: str) -> list[str]:
    """The model classes that an expression mentions."""
    return re.findall(r"[A-Z]\w*V?\d\w*", kind)


def describe(model: Any) -> dict[str, Any]:
    """Fields, required fields and unusual Python names of one model class."""
    name = model.__name__
    fields = {}
    required = []
    for attribute, key in model.attribute_map.items():
        if (name, key) in NOT_FOR_AUTHORS:
            continue
        fields[key] = REFINED.get((name, key)) or expression(model.openapi_types[attribute])
        if attribute in model.model_fields and model.model_fields[attribute].is_required():
            required.append(key)
    described: dict[str, Any] = {"fields": dict(sorted(fields.items()))}
    if required:
        described["required"] = sorted(required)
    names = {attribute: key for attribute, key in model.attribute_map.items() if key in fields and attribute != key}
    if names:
        described["python"] = dict(sorted(names.items()))
    return described


def build() -> dict[str, Any]:
    """All types that the roots lead to, by the name of their model class."""
    models = importlib.import_module("kubernetes.client.models")
    types: dict[str, Any] = {}
    waiting = list(ROOTS)
    while waiting:
        name = waiting.pop()
        if name in types:
            continue
        types[name] = describe(getattr(models, name))
        for kind in types[name]["fields"].values():
            waiting.extend(named_types(kind))
    return dict(sorted(types.items()))


def render() -> str:
    """The schema as it stands in the file: one type a line, for readable differences."""
    lines = [f"{json.dumps(name)}: {json.dumps(described)}" for name, described in build().items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
