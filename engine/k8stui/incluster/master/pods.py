"""The last hand on a step's pod: what only the master knows (name, attempt, inputs, owner, its own address)."""

import json
import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..contract.inputs import Results, resolve
from ..contract.names import (
    ANNOTATION_RECEIPT,
    ANNOTATION_STEP,
    COMPONENT_INPUTS,
    LABEL_ATTEMPT,
    LABEL_COMPONENT,
    LABEL_MANAGED_BY,
    LABEL_RUN_ID,
    LABEL_STEP,
    MANAGER,
    STEP_CONTAINER,
    inputs_name,
    keys_name,
    pod_name,
)
from ..contract.protocol import (
    CHUNK_CHARACTERS,
    INLINE_INPUT_BYTES,
    KIND_PYTHON,
    MAX_INPUT_BYTES,
    Plan,
    StepPlan,
)
from ..wire.variables import ENV_KEY, ENV_MASTER, ENV_TASK, ENV_TASK_PART

Json = Dict[str, Any]


class InputsTooLargeError(Exception):
    """A step's inputs do not fit in a ConfigMap."""


class PodBuilder:
    """Makes finished manifests of one run's steps.

    Args:
        plan: The run's plan.
        work: The ConfigMap that controls the step pods.
        address: `host:port` of the handover.
        credentials: Environment variables that every step gets, unless it has one of that name.
    """

    def __init__(self, plan: Plan, work: Json, address: str, credentials: Sequence[Json] = ()) -> None:
        self._plan = plan
        self._owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": work["metadata"]["name"]}
        self._owner["uid"] = work["metadata"]["uid"]
        self._address = address
        self._credentials = credentials
        self._templates = [json.dumps(template) for template in plan.templates]

    def build(
        self,
        step: StepPlan,
        attempt: int,
        results: Results,
        parents: Dict[str, int],
        offer: bool,
        end: Optional[Dict[str, str]] = None,
    ) -> List[Json]:
        """The objects of an attempt in the order in which they must be made: inputs where they are large, the pod.

        Args:
            step: The step.
            attempt: Its number, from 1.
            results: Small results of the steps before.
            parents: Parents that no record yet tells of, with the attempt that succeeded: the pod is their receipt.
            offer: Whether the step may hand over.
            end: The facts of the run's end, for a hook.

        Raises:
            InputsTooLargeError: The inputs need an artifact store.
        """
        pod: Json = json.loads(self._templates[step.template])
        name = pod_name(self._plan.pod_prefix, step.slug, attempt)
        meta = pod["metadata"]
        meta["name"] = name
        meta["labels"].update({LABEL_STEP: step.slug, LABEL_ATTEMPT: str(attempt)})
        notes = meta.setdefault("annotations", {})
        notes[ANNOTATION_STEP] = step.name
        if parents:
            receipt = {parent: (number, results.get(parent, {})) for parent, number in parents.items()}
            notes[ANNOTATION_RECEIPT] = json.dumps(receipt, separators=(",", ":"))
        meta["ownerReferences"] = [dict(self._owner, controller=True, blockOwnerDeletion=False)]
        container = next(one for one in pod["spec"]["containers"] if one["name"] == STEP_CONTAINER)
        env = container.setdefault("env", [])
        env += [{"name": key, "value": value} for key, value in step.env.items()]
        own = {variable["name"] for variable in env}
        env += [variable for variable in self._credentials if variable["name"] not in own]
        values = {key: resolve(value, results) for key, value in step.inputs.items()}
        values.update({key: value for key, value in (end or {}).items() if key in step.takes})
        made: List[Json] = []
        if step.kind == KIND_PYTHON:
            made = self._add_task(step, attempt, name, container, values)
            key = {"name": keys_name(self._plan.run), "key": step.key_slug}
            env.append({"name": ENV_KEY, "valueFrom": {"secretKeyRef": dict(key, optional=True)}})
            if offer:
                env.append({"name": ENV_MASTER, "value": self._address})
        else:
            env += [{"name": input_variable(key), "value": as_text(value)} for key, value in values.items()]
        return made + [pod]

    def _add_task(self, step: StepPlan, attempt: int, name: str, container: Json, values: Json) -> List[Json]:
        task = {
            "run": self._plan.run,
            "pipeline": self._plan.pipeline,
            "step": step.name,
            "attempt": attempt,
            "pod": name,
            "image": container["image"],
            "module": step.module,
            "function": step.function,
            "inputs": values,
            "outputs": list(step.outputs),
        }
        text = json.dumps(task, separators=(",", ":"))
        if len(text) <= INLINE_INPUT_BYTES:
            container["env"].append({"name": ENV_TASK, "value": escape(text)})
            return []
        if len(text) > MAX_INPUT_BYTES:
            raise InputsTooLargeError(
                "the inputs of step %s are %d KiB, more than the %d KiB that travel to a pod: take fewer at a "
                "time, in steps in between, or pass where the data is kept"
                % (step.name, len(text) // 1024, MAX_INPUT_BYTES // 1024)
            )
        return [self._inputs(step, attempt, container, text)]

    def _inputs(self, step: StepPlan, attempt: int, container: Json, text: str) -> Json:
        chunks = [text[start : start + CHUNK_CHARACTERS] for start in range(0, len(text), CHUNK_CHARACTERS)]
        name = inputs_name(self._plan.run, step.slug, attempt)
        for number in range(len(chunks)):
            source = {"configMapKeyRef": {"name": name, "key": "task-%d" % number}}
            container["env"].append({"name": ENV_TASK_PART + str(number), "valueFrom": source})
        labels = {LABEL_RUN_ID: self._plan.run, LABEL_MANAGED_BY: MANAGER, LABEL_COMPONENT: COMPONENT_INPUTS}
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "labels": labels, "ownerReferences": [dict(self._owner)]},
            "data": {"task-%d" % number: chunk for number, chunk in enumerate(chunks)},
        }


def input_variable(name: str) -> str:
    """The environment variable of a container step's input."""
    return "INPUT_" + re.sub(r"[^A-Z0-9_]", "_", name.upper())


def as_text(value: Any) -> str:
    """A value as a container step gets it: text as it is, anything else as JSON."""
    return escape(value if isinstance(value, str) else json.dumps(value, separators=(",", ":")))


def escape(text: str) -> str:
    """The text as the value of an environment variable: Kubernetes expands `$(NAME)` and makes `$$` one dollar."""
    return text.replace("$", "$$")


def read_receipt(pod: Json) -> Dict[str, Tuple[int, Dict[str, Any]]]:
    """What a pod tells of its parents by being there: the attempt that succeeded (0 where unknown) and its results."""
    text = (pod["metadata"].get("annotations") or {}).get(ANNOTATION_RECEIPT) or "{}"
    return {parent: (number, results) for parent, (number, results) in json.loads(text).items()}
