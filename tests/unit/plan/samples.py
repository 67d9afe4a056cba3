"""Small pipelines and requests for the compiler's tests, and access to parts of what it makes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import KIND_CONTAINER
from k8stui.model.kubernetes_types import to_json
from k8stui.model.pipeline import CodePackage, PipelineSpec, StepSpec
from k8stui.model.settings import KubernetesOrchestratorSettings
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import CompiledRun, RunRequest


def package(**modules: str) -> CodePackage:
    """A code package of these modules."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in modules.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.py"), text)
    return CodePackage(data=buffer.getvalue(), digest=hashlib.sha256(buffer.getvalue()).hexdigest(), files=len(modules))


CODE = package(train="def a():\n    return 1\n\n\ndef b():\n    return 2\n")

REQUEST = RunRequest(namespace="ml", suffix="x7k2b", image="example/python:1", created=1000.0, submitted_by="ada")


def python_step(name: str, **fields: Any) -> StepSpec:
    return StepSpec(name, **{"module": "train", "function": name, "outputs": ("output",), **fields})


def container_step(name: str, **fields: Any) -> StepSpec:
    return StepSpec(name, kind=KIND_CONTAINER, **{"image": "example/tool:2", **fields})


def pipeline(*steps: StepSpec, name: str = "my_pipeline", **fields: Any) -> PipelineSpec:
    return PipelineSpec(name, steps, **{"code": CODE, **fields})


def compiled(*steps: StepSpec, settings: KubernetesOrchestratorSettings | None = None, **fields: Any) -> CompiledRun:
    """A run of the steps, or of one Python step where none are given."""
    return compile_run(pipeline(*steps or (python_step("a"),), settings=settings, **fields), REQUEST)


def step_pod(run: CompiledRun, name: str = "a") -> dict[str, Any]:
    """The pod manifest of a step, as the master will find it."""
    index = next(step.template for step in run.plan.steps if step.name == name)
    return run.plan.templates[index]


def master_pod(run: CompiledRun) -> dict[str, Any]:
    """The template of the master's pod."""
    template: dict[str, Any] = run.job["spec"]["template"]
    return template


def container(pod: dict[str, Any]) -> dict[str, Any]:
    """The one container of a pod that k8stui writes."""
    (one,) = [
        each for each in pod["spec"]["containers"] if each["name"] in (names.STEP_CONTAINER, names.MASTER_CONTAINER)
    ]
    found: dict[str, Any] = one
    return found


def variables(pod: dict[str, Any]) -> dict[str, Any]:
    """The environment variables of the container by name: their value, or where it comes from."""
    env = container(pod)["env"]
    found = {variable["name"]: variable.get("value", variable.get("valueFrom")) for variable in env}
    assert len(found) == len(env), "a variable is there twice"
    return found


def must_be_known_to_kubernetes(manifest: dict[str, Any]) -> None:
    """Checks a manifest against the schema: no unknown fields, no wrong types, nothing missing."""
    kind = f"V1{manifest['kind']}"
    assert to_json(manifest, kind, where=kind) == manifest


def texts_of(run: CompiledRun, references: list[str]) -> str:
    """The text that lies at the references `config-map/key`, joined."""
    data = {part["metadata"]["name"]: part["data"] for part in run.parts}
    return "".join(data[name][key] for name, key in (reference.split("/") for reference in references))
