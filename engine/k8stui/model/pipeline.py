"""A pipeline as data: what authoring makes of a Python function or a YAML file, and what the compiler reads.

Nothing here knows how a pipeline is written, or what Kubernetes makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from k8stui.incluster.contract.branching import Condition
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import KIND_PYTHON, Retry
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.settings import KubernetesOrchestratorSettings


@dataclass(frozen=True)
class StepSpec:
    """One step as its author wrote it.

    Attributes:
        name: Unique in the pipeline: the function's name, with `_2`, `_3` … for further calls.
        kind: `python` or `container`.
        after: All parents, those of the inputs included, in the order they were met.
        module: Module of the function inside the code package (Python steps).
        function: Qualified name of the function (Python steps).
        inputs: Arguments by parameter name.
        outputs: Names of what it returns; empty when it returns nothing.
        image: Image of the step's container; empty for the run's default.
        command: Entry point (container steps).
        args: Arguments (container steps).
        env: Literal environment variables of this step alone.
        settings: The step's own settings, which win over the pipeline's.
        retry: The step's own retries.
        hook: `on_success` or `on_failure` for one that runs after all others; empty for an ordinary step.
        takes: Which facts of the run's end a hook takes as inputs.
        mapped: The inputs that are lists, of which each item of the step gets one part; empty when it is not mapped.
        when: What must hold for it to run.
        alternatives: Groups of parents that are branches, of each of which one must be taken.
        enable_cache: Whether an earlier result may be taken instead of running it; None for what the pipeline says.
        requirements: What it requires beyond its image, besides the pipeline's (Python steps).
    """

    name: str
    kind: str = KIND_PYTHON
    after: tuple[str, ...] = ()
    module: str = ""
    function: str = ""
    inputs: dict[str, Input] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    settings: KubernetesOrchestratorSettings | None = None
    retry: Retry = field(default_factory=Retry)
    hook: str = ""
    takes: tuple[str, ...] = ()
    mapped: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    enable_cache: bool | None = None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodePackage:
    """The author's source files as one zip.

    Attributes:
        data: The zip's bytes, the same for the same files (entries sorted, fixed times).
        digest: SHA-256 of `data`, hexadecimal.
        files: How many files it holds.
    """

    data: bytes
    digest: str
    files: int

    @property
    def told(self) -> str:
        """Its size in words: `3 files, 2 KiB of code`."""
        return f"{self.files} file{'s' * (self.files != 1)}, {-(-len(self.data) // 1024)} KiB of code"


@dataclass(frozen=True)
class PipelineSpec:
    """A traced pipeline: its steps in topological order, its parameters bound and checked.

    Attributes:
        name: As the author wrote it.
        steps: In topological order.
        parameters: Values of the pipeline's parameters, JSON types.
        settings: Settings of the pipeline; a step's own win.
        code: The code package; None when there are container steps only.
        source: Where it was read from, `flows/train.py:train` below the root of its package; empty when not from a
            file.
        schedule: When it is to run by itself; None for a pipeline that is run by hand.
        enable_cache: Whether earlier results may be taken instead of running steps; None for the default.
        requirements: What all its Python steps require beyond their images.
        image: Image of its runs, where the submitter names none; empty for plain Python.
    """

    name: str
    steps: tuple[StepSpec, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    settings: KubernetesOrchestratorSettings | None = None
    code: CodePackage | None = None
    source: str = ""
    schedule: ScheduleSpec | None = None
    enable_cache: bool | None = None
    requirements: tuple[str, ...] = ()
    image: str = ""
