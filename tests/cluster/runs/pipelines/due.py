"""A step that tells when its run was due; of the Jobs of its successful runs none is kept."""

import os

from k8stui import KubernetesOrchestratorSettings, pipeline, step


@step
def tell() -> str:
    return os.environ["K8STUI_SCHEDULED_TIME"]


@pipeline(settings=KubernetesOrchestratorSettings(successful_jobs_history_limit=0))
def due() -> None:
    tell()
