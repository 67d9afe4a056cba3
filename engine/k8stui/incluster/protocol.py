"""The Plan: what the compiler hands to the master, as plain JSON.

"Submit compiles, the master executes": everything here is finished. Steps stand in topological order, pod manifests
lack only what is known at run time (name, attempt, inputs, the master's address), and nothing needs a library to be
understood.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

SCHEMA = 1

KIND_PYTHON = "python"
KIND_CONTAINER = "container"

CHUNK_CHARACTERS = 96 * 1024
"""Longest text of one environment variable; the kernel refuses 131,072 bytes for one (MAX_ARG_STRLEN)."""

INLINE_INPUT_BYTES = 64 * 1024
"""Inputs up to this size travel in the step's environment, larger ones in a ConfigMap of the step's own."""

MAX_INPUT_BYTES = 900 * 1024
"""Inputs beyond this do not fit in a ConfigMap: they need an artifact store."""

MAX_RESULT_BYTES = 3 * 1024
"""Results up to this size travel in the handover and in the termination message (Kubernetes keeps 4,096 bytes)."""

STEPS_PER_SHARD = 500
"""Steps in one status shard of the record."""

TERMINATION_LOG = "/dev/termination-log"

DISRUPTION_BUDGET = 3
"""How often a step may be evicted, preempted or lose its node before it fails; `backoff_limit_margin` adds to it."""


class PlanError(ValueError):
    """The plan cannot be executed by this master: damaged, or of a newer schema."""


ON_SUCCESS = "on_success"
ON_FAILURE = "on_failure"

END_FACTS = ("run", "pipeline", "state", "why")
"""What a hook may be told of the end of its run: names of its parameters."""

HOPELESS_REASONS = ("InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError")
"""Reasons of a waiting container that, where the settings say nothing else, end the wait."""


@dataclass(frozen=True)
class Retry:
    """How often a step may fail by itself and be tried again.

    Attributes:
        max_retries: Attempts after the first.
        delay: Seconds before the first retry.
        backoff: Factor on the delay for each further retry.
    """

    max_retries: int = 0
    delay: float = 0.0
    backoff: float = 1.0


@dataclass(frozen=True)
class Startup:
    """How long a pod may wait for its container to start, and how often a pod that did not is replaced.

    Attributes:
        timeout: Seconds after which the pod is deleted.
        max_retries: Pods after the first.
        delay: Seconds before the first of them.
        backoff: Factor on the delay for each further one.
    """

    timeout: float = 600
    max_retries: int = 3
    delay: float = 10
    backoff: float = 1.0


@dataclass(frozen=True)
class Input:
    """Where a step's argument comes from: a value known at submit, an output of an earlier step, or a list of both.

    The list is what a fan-in takes (`pick_best([train(x) for x in rates])`): its items are resolved one by one.
    """

    value: Any = None
    step: Optional[str] = None
    output: Optional[str] = None
    items: Optional[Tuple["Input", ...]] = None

    def to_json(self) -> Dict[str, Any]:
        """One of `{"value": …}`, `{"step": …, "output": …}` and `{"items": […]}`."""
        if self.items is not None:
            return {"items": [item.to_json() for item in self.items]}
        return {"value": self.value} if self.step is None else {"step": self.step, "output": self.output}

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "Input":
        """The input that `to_json` wrote."""
        if "items" in data:
            return cls(items=tuple(cls.from_json(item) for item in data["items"]))
        return cls(**data)

    def sources(self) -> "List[Tuple[str, str]]":
        """The outputs it takes, as (step, output), those of its items included."""
        if self.items is not None:
            return [source for item in self.items for source in item.sources()]
        return [] if self.step is None else [(self.step, self.output or "")]


@dataclass(frozen=True)
class StepPlan:
    """One step, ready to run.

    Attributes:
        name: Unique in the run, as the author wrote it (`train`, `train_2`).
        slug: The name as it stands in object names and label values (RFC 1123, short enough, unique in the run).
        kind: `python` (a function of the code package) or `container` (an image and a command, run unchanged).
        template: Index into the plan's templates.
        after: All parents, those of the inputs included.
        module: Where the function is, for a Python step.
        function: Its qualified name.
        inputs: Arguments by parameter name. A container step gets them as `INPUT_<NAME>` environment variables.
        outputs: Names of what the function returns, in order; empty when it returns nothing.
        retry: The step's own retries.
        disruption_budget: How many evictions and the like it may meet.
        startup: What becomes of pods that don't start.
        timeout: Seconds that an attempt may run; 0 for no limit.
        hopeless: Reasons of a waiting container that end the step at once.
        env: Literal environment variables of this step alone, beside those of its template.
        hook: `on_success` or `on_failure` for one that runs after all others, when they ended so; its own end changes
            nothing. Empty for an ordinary step.
        takes: Which facts of the run's end a hook is given as inputs.
    """

    name: str
    slug: str
    kind: str
    template: int
    after: Tuple[str, ...] = ()
    module: str = ""
    function: str = ""
    inputs: Dict[str, Input] = field(default_factory=dict)
    outputs: Tuple[str, ...] = ()
    retry: Retry = Retry()
    disruption_budget: int = DISRUPTION_BUDGET
    startup: Startup = Startup()
    timeout: float = 0
    hopeless: Tuple[str, ...] = HOPELESS_REASONS
    env: Dict[str, str] = field(default_factory=dict)
    hook: str = ""
    takes: Tuple[str, ...] = ()

    def to_json(self) -> Dict[str, Any]:
        """The step as plain JSON; what equals its default is left out."""
        data: Dict[str, Any] = {"name": self.name, "slug": self.slug, "kind": self.kind, "template": self.template}
        if self.after:
            data["after"] = list(self.after)
        if self.module:
            data["module"], data["function"] = self.module, self.function
        if self.inputs:
            data["inputs"] = {name: value.to_json() for name, value in self.inputs.items()}
        if self.outputs:
            data["outputs"] = list(self.outputs)
        if self.retry != Retry():
            data["retry"] = vars(self.retry)
        if self.disruption_budget != DISRUPTION_BUDGET:
            data["disruption_budget"] = self.disruption_budget
        if self.startup != Startup():
            usual = vars(Startup())
            data["startup"] = {key: value for key, value in vars(self.startup).items() if value != usual[key]}
        if self.timeout:
            data["timeout"] = self.timeout
        if self.hopeless != HOPELESS_REASONS:
            data["hopeless"] = list(self.hopeless)
        if self.env:
            data["env"] = self.env
        if self.hook:
            data["hook"], data["takes"] = self.hook, list(self.takes)
        return data

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "StepPlan":
        """The step that `to_json` wrote."""
        return cls(
            name=data["name"],
            slug=data["slug"],
            kind=data["kind"],
            template=data["template"],
            after=tuple(data.get("after", ())),
            module=data.get("module", ""),
            function=data.get("function", ""),
            inputs={name: Input.from_json(value) for name, value in data.get("inputs", {}).items()},
            outputs=tuple(data.get("outputs", ())),
            retry=Retry(**data.get("retry", {})),
            disruption_budget=data.get("disruption_budget", DISRUPTION_BUDGET),
            startup=Startup(**data.get("startup", {})),
            timeout=data.get("timeout", 0),
            hopeless=tuple(data.get("hopeless", HOPELESS_REASONS)),
            env=data.get("env", {}),
            hook=data.get("hook", ""),
            takes=tuple(data.get("takes", ())),
        )


@dataclass(frozen=True)
class Plan:
    """A compiled run.

    Attributes:
        run: Name of the run, which is its id: unique in its namespace.
        pipeline: Name of the pipeline as the author wrote it.
        namespace: Where everything is made.
        pod_prefix: What the names of step pods begin with; ends with the run's random suffix.
        steps: In topological order.
        templates: Pod manifests without name, attempt, inputs and the master's address.
        parameters: The pipeline's parameters, for showing.
        max_parallelism: Most step pods at a time; 0 for no limit.
        startup_pause: Seconds between the starts of parallel steps.
        failure_mode: What a step's failure means for the others: see `modes`.
        timeout: Seconds from the creation of its first pod after which the run ends; 0 for no limit.
        stream_step_logs: Whether the master copies the steps' logs to its own.
        handover: Whether steps tell the master of their end themselves.
        credentials: Names of the environment variables with credentials that every step gets; never their values.
        created: When it was compiled, seconds since the epoch.
        submitted_by: Who submitted it, for showing.
        version: The k8stui that compiled it.
        source: The file and pipeline it was read from, never with a path of the submitter's machine.
    """

    run: str
    pipeline: str
    namespace: str
    pod_prefix: str
    steps: Tuple[StepPlan, ...]
    templates: Tuple[Dict[str, Any], ...]
    parameters: Dict[str, Any] = field(default_factory=dict)
    max_parallelism: int = 0
    startup_pause: float = 0.0
    failure_mode: str = "continue_on_failure"
    timeout: float = 0
    stream_step_logs: bool = True
    handover: bool = True
    credentials: Tuple[str, ...] = ()
    created: float = 0.0
    submitted_by: str = ""
    version: str = ""
    source: str = ""

    def to_text(self) -> str:
        """The plan as JSON text."""
        data = dict(vars(self), schema=SCHEMA, steps=[step.to_json() for step in self.steps])
        return json.dumps(data, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Plan":
        """The plan that `to_text` wrote.

        Raises:
            PlanError: It is damaged, or its schema is newer than this program.
        """
        try:
            data = json.loads(text)
            schema = data.pop("schema")
            if schema > SCHEMA:
                raise PlanError("plan has schema %s, this k8stui knows %s: use a newer one" % (schema, SCHEMA))
            data["steps"] = tuple(StepPlan.from_json(step) for step in data["steps"])
            data["templates"] = tuple(data["templates"])
            data["credentials"] = tuple(data.get("credentials", ()))
            return cls(**data)
        except (AttributeError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise PlanError("plan is damaged: %r" % (error,)) from error

    def ordinary(self) -> List[str]:
        """The names of all steps but the hooks."""
        return [step.name for step in self.steps if not step.hook]

    def children(self) -> Dict[str, List[str]]:
        """The steps directly after each step, by name."""
        found: Dict[str, List[str]] = {step.name: [] for step in self.steps}
        for step in self.steps:
            for parent in step.after:
                found[parent].append(step.name)
        return found
