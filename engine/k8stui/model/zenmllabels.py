"""Labels of the Jobs and pods of ZenML's runs; an orchestrator that a CronJob made has none of a run."""

from __future__ import annotations

from k8stui.incluster.contract import names

RUN_NAME, RUN_ID, STEP_NAME = "run_name", "run_id", "step_name"

THEIRS = f"{names.LABEL_PIPELINE},{names.LABEL_MANAGED_BY}!={names.MANAGER}"
"""Label selector of the Jobs and pods that may belong to ZenML's runs."""
