"""Writes docs/reference/settings.md from the models of settings: every field, where it may stand, its default."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.pod_settings import KubernetesPodSettings
from k8stui.model.settings import RUN_ONLY, EffectiveSettings, KubernetesOrchestratorSettings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "settings.md"

_HEAD = """# Reference: settings

Made from the models. What the settings mean, and how they play together: [settings.md](../settings.md).

## Of a pipeline and a step

`KubernetesOrchestratorSettings`. "run": of the whole run, without effect at a step.

| setting | for | default | value |
|---|---|---|---|
"""

_ORCHESTRATOR = """
## Of a registered orchestrator

`KubernetesOrchestratorConfig`: these, and all settings above.

| setting | default | value |
|---|---|---|
"""

_PODS = """
## Of pods

`pod_settings` and `orchestrator_pod_settings`; unset, Kubernetes' default, or the outer layer's value.

| setting | value |
|---|---|
"""


def page() -> str:
    """The page as it should be."""
    settings = KubernetesOrchestratorSettings.model_fields
    own = {name: one for name, one in KubernetesOrchestratorConfig.model_fields.items() if name not in settings}
    defaults = {field.name: _default(field) for field in dataclasses.fields(EffectiveSettings)}
    rows = [
        f"| `{name}` | {'run' if name in RUN_ONLY else 'step'} | {defaults[name]} | {field.description} |\n"
        for name, field in settings.items()
    ]
    of_orchestrator = [f"| `{name}` | {_shown(field.default)} | {field.description} |\n" for name, field in own.items()]
    of_pods = [f"| `{name}` | {field.description} |\n" for name, field in KubernetesPodSettings.model_fields.items()]
    return "".join((_HEAD, *rows, _ORCHESTRATOR, *of_orchestrator, _PODS, *of_pods))


def _default(field: Any) -> str:
    return _shown(None if field.default is dataclasses.MISSING else field.default)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    return ", ".join(f"`{one}`" for one in value) if isinstance(value, list | tuple) else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
