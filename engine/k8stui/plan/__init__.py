"""Pure compiler: pipeline and merged settings in, finished Kubernetes manifests out."""

from k8stui.plan.compiler import compile_run
from k8stui.plan.rbac import service_account_manifests
from k8stui.plan.request import CompiledRun, CompiledSchedule, RunRequest, default_image
from k8stui.plan.schedule import compile_schedule

__all__ = [
    "CompiledRun",
    "CompiledSchedule",
    "RunRequest",
    "compile_run",
    "compile_schedule",
    "default_image",
    "service_account_manifests",
]
