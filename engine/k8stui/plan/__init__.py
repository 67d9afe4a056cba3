"""Pure compiler: pipeline and merged settings in, finished Kubernetes manifests out."""

from k8stui.plan.compiler import compile_run
from k8stui.plan.rbac import service_account_manifests
from k8stui.plan.request import CompiledRun, RunRequest, default_image

__all__ = ["CompiledRun", "RunRequest", "compile_run", "default_image", "service_account_manifests"]
