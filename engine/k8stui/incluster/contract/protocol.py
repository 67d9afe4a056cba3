"""The Plan: what the compiler hands to the master, as plain JSON.

"Submit compiles, the master executes": everything here is finished. Steps stand in topological order, pod manifests
lack only what is known at run time (name, attempt, inputs, the master's address), and nothing needs a library to be
understood.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Tuple

from .branching import Condition
from .inputs import Input

SCHEMA = 1

KIND_PYTHON = "python"
KIND_CONTAINER = "container"

CHUNK_CHARACTERS = 96 * 1024
"""Longest text of one environment variable; the kernel refuses 131,072 bytes for one (MAX_ARG_STRLEN)."""

INLINE_INPUT_BYTES = 64 * 1024
"""Inputs up to this size travel in the step's environment, larger ones in a ConfigMap of the step's own."""

MAX_INPUT_BYTES = 900 * 1024
"""Inputs beyond this do not fit in a ConfigMap: they need an artifact store."""

STEPS_PER_SHARD = 500
"""Steps in one status shard of the record."""

MAX_MAP_ITEMS = 1000
"""Most items of a mapped step where the settings say nothing else."""

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


USUAL_RETRY, USUAL_STARTUP = Retry(), Startup()
"""Those of most steps: of thousands, one is enough."""


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
        mapped: The inputs that are lists, of which each item of the step gets one part; empty for a step that is not
            mapped.
        max_items: Most items that it may come to.
        when: What must hold for it to run; else it is skipped, as a branch that was not taken.
        alternatives: Groups of parents that are branches: of each, one must be done, and the others may be skipped.
        item_of: The mapped step that it is an item of; empty for a step of the plan.
        key: What its handover key is called, where that is not its slug: items share the key of their step.
        cache: Digests of its code and settings, `code.settings`, and of the time it is due at where it asks for that;
            empty for a step that is always run (`caching`).
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
    mapped: Tuple[str, ...] = ()
    max_items: int = MAX_MAP_ITEMS
    when: Tuple[Condition, ...] = ()
    alternatives: Tuple[Tuple[str, ...], ...] = ()
    item_of: str = ""
    key: str = ""
    cache: str = ""

    @property
    def key_slug(self) -> str:
        """What its handover key is called."""
        return self.key or self.slug

    @property
    def longest_slug(self) -> int:
        """Characters of its slug, or of the longest one of its items."""
        return len(self.slug) + (len("-%d" % (self.max_items - 1)) if self.mapped else 0)

    def to_json(self) -> Dict[str, Any]:
        """The step as plain JSON; what equals its default is left out."""
        data: Dict[str, Any] = {"name": self.name, "slug": self.slug, "kind": self.kind, "template": self.template}
        usual = vars(Startup())
        found = {
            "after": list(self.after),
            "module": self.module,
            "function": self.function,
            "inputs": {name: value.to_json() for name, value in self.inputs.items()},
            "outputs": list(self.outputs),
            "retry": vars(self.retry) if self.retry != Retry() else None,
            "startup": {key: value for key, value in vars(self.startup).items() if value != usual[key]},
            "timeout": self.timeout,
            "env": self.env,
            "hook": self.hook,
            "takes": list(self.takes),
            "mapped": list(self.mapped),
            "max_items": self.max_items if self.mapped else None,
            "when": [condition.to_json() for condition in self.when],
            "alternatives": [list(group) for group in self.alternatives],
            "cache": self.cache,
        }
        data.update({key: value for key, value in found.items() if value})
        if self.disruption_budget != DISRUPTION_BUDGET:
            data["disruption_budget"] = self.disruption_budget
        if self.hopeless != HOPELESS_REASONS:
            data["hopeless"] = list(self.hopeless)
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
            retry=Retry(**data["retry"]) if "retry" in data else USUAL_RETRY,
            disruption_budget=data.get("disruption_budget", DISRUPTION_BUDGET),
            startup=Startup(**data["startup"]) if "startup" in data else USUAL_STARTUP,
            timeout=data.get("timeout", 0),
            hopeless=tuple(data["hopeless"]) if "hopeless" in data else HOPELESS_REASONS,
            env=data.get("env", {}),
            hook=data.get("hook", ""),
            takes=tuple(data.get("takes", ())),
            mapped=tuple(data.get("mapped", ())),
            max_items=data.get("max_items", MAX_MAP_ITEMS),
            when=tuple(Condition.from_json(one) for one in data.get("when", ())),
            alternatives=tuple(tuple(group) for group in data.get("alternatives", ())),
            cache=data.get("cache", ""),
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
        cache: The ConfigMap with the index of the pipeline's results; empty where nothing is cached.
        no_cache: Why earlier results are not to be used, where they are not: this run's still go into the index.
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
    cache: str = ""
    no_cache: str = ""
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
