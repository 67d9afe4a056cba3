"""k8stui: run Python pipelines on plain Kubernetes and watch them from one terminal screen.

What a pipeline author imports stands here, and each name is loaded when it is first asked for: `import k8stui` costs
next to nothing, neither in a script nor in the command line's start.
"""

import importlib
import os

from k8stui.version import __version__

TYPE_CHECKING = False  # type checkers know the name; `typing` itself would cost more than all the rest here
if TYPE_CHECKING:
    from k8stui.authoring.branches import one_of as one_of
    from k8stui.authoring.branches import unmapped as unmapped
    from k8stui.authoring.client import Client as Client
    from k8stui.authoring.containers import container_step as container_step
    from k8stui.authoring.pipelines import pipeline as pipeline
    from k8stui.authoring.retry import StepRetry as StepRetry
    from k8stui.authoring.schedule import Schedule as Schedule
    from k8stui.authoring.steps import step as step
    from k8stui.incluster.runner.telling import report as report
    from k8stui.model.settings import KubernetesOrchestratorSettings as KubernetesOrchestratorSettings

__all__ = [
    "Client",
    "KubernetesOrchestratorSettings",
    "Schedule",
    "StepRetry",
    "__version__",
    "container_step",
    "one_of",
    "pipeline",
    "report",
    "step",
    "unmapped",
]

_IN_STEP = "K8STUI_IN_STEP"  # incluster.wire.variables.ENV_IN_STEP
_STAND_IN = "k8stui.incluster.standins.k8stui"
"""What these names are in a step's pod, whether its image has k8stui or not: there, nothing is traced or submitted."""

_HOMES = {
    "Client": "k8stui.authoring.client",
    "KubernetesOrchestratorSettings": "k8stui.model.settings",
    "Schedule": "k8stui.authoring.schedule",
    "StepRetry": "k8stui.authoring.retry",
    "container_step": "k8stui.authoring.containers",
    "one_of": "k8stui.authoring.branches",
    "pipeline": "k8stui.authoring.pipelines",
    "report": "k8stui.incluster.runner.telling",
    "step": "k8stui.authoring.steps",
    "unmapped": "k8stui.authoring.branches",
}


if not TYPE_CHECKING:  # or a type checker would believe in every name

    def __getattr__(name: str) -> object:
        """Load a public name from its home.

        Raises:
            AttributeError: There is no such name.
        """
        if name not in _HOMES:
            raise AttributeError(f"module 'k8stui' has no attribute {name!r}")
        home = _STAND_IN if _IN_STEP in os.environ else _HOMES[name]
        value: object = getattr(importlib.import_module(home), name)
        globals()[name] = value
        if home != _STAND_IN:
            exits = importlib.import_module("k8stui.authoring.exits")
            if exits.called_by_script():
                exits.show_errors_as_sentences()
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
