"""The settings of each step: the layers merged, once for all steps that say the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.pipeline import PipelineSpec, StepSpec
from k8stui.model.settings import (
    RUN_ONLY,
    EffectiveSettings,
    KubernetesOrchestratorSettings,
    merge,
)


@dataclass
class LayeredSettings:
    """The settings of one run.

    Attributes:
        base: Configuration and pipeline together.
        run: The same with the defaults filled in.
        startup_pause: Seconds between the starts of parallel steps.
    """

    base: KubernetesOrchestratorSettings
    run: EffectiveSettings
    startup_pause: float = 0.0
    _by_text: dict[str, EffectiveSettings] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: PipelineSpec, config: KubernetesOrchestratorSettings | None) -> LayeredSettings:
        """The settings of a pipeline under a registered configuration."""
        base = merge(config, spec.settings)
        registered = config if isinstance(config, KubernetesOrchestratorConfig) else KubernetesOrchestratorConfig()
        return cls(base, base.effective(), registered.parallel_step_startup_waiting_period or 0.0)

    def step(self, step: StepSpec) -> EffectiveSettings:
        """The settings of a step with the defaults filled in; the same object for equal settings."""
        if step.settings is None:
            return self.run
        text = json.dumps(step.settings.explicit(), sort_keys=True)
        if text not in self._by_text:
            self._by_text[text] = merge(self.base, step.settings).effective()
        return self._by_text[text]


def in_vain(spec: PipelineSpec) -> tuple[str, ...]:
    """Sentences on settings that were given at a step and change nothing there."""
    said: dict[str, list[str]] = {}
    for step in spec.steps:
        if step.settings is None:
            continue
        for name in step.settings.explicit():
            if name in RUN_ONLY:
                sentence = f"settings.{name} concerns the whole run and has no effect at a step: set it on the pipeline"
                if name == "service_account_name":
                    sentence += ", or step_pod_service_account_name on the step"
                said.setdefault(sentence, []).append(step.name)
    return tuple(sentence + _steps(steps) for sentence, steps in said.items())


def _steps(found: list[str]) -> str:
    if not found:
        return ""
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f" (step {found[0]!r}{others})"
