"""The page on the settings names each of them, and nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.settings import RUN_ONLY, EffectiveSettings, KubernetesOrchestratorSettings

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
LINES = PAGE.read_text(encoding="utf-8").splitlines()
ROWS = [line.split("|")[1:-1] for line in LINES if re.match(r"\| `\w+` \|", line)]


def test_every_field_has_its_row() -> None:
    named = {row[0].strip(" `") for row in ROWS}
    assert named == set(KubernetesOrchestratorConfig.model_fields)


def test_what_concerns_the_whole_run_is_told() -> None:
    told = {row[0].strip(" `"): row[1].strip() for row in ROWS if len(row) == 4}
    assert told == {name: "run" if name in RUN_ONLY else "step" for name in KubernetesOrchestratorSettings.model_fields}


def test_a_default_that_is_told_is_the_default() -> None:
    defaults = vars(EffectiveSettings())
    told = {row[0].strip(" `"): row[2].strip(" `") for row in ROWS if len(row) == 4 and row[2].strip().startswith("`")}
    assert "pod_startup_timeout" in told
    for name, text in told.items():
        assert defaults[name] in (text, ast.literal_eval(text) if text[0].isupper() or text[0].isdigit() else text), (
            name
        )
