"""What is said about an orchestrator once, when it is registered: the settings' defaults and what no run may change."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AliasChoices, Field

from k8stui.model.settings import NOT_NEGATIVE, KubernetesOrchestratorSettings


class KubernetesOrchestratorConfig(KubernetesOrchestratorSettings):
    """A registered orchestrator. All settings may be given as well: they are the outermost layer of each run.

    Which cluster is used: a connector's, else with `incluster` the one it runs in, else `kubernetes_context`.

    Raises:
        InvalidInputError: A field is unknown or wrong; the message names it and the value.
    """

    called: ClassVar[str] = "orchestrator"

    incluster: bool = Field(False, description="true or false: whether to use the cluster that k8stui runs in")
    kubernetes_context: str | None = Field(None, description="a context of the kubeconfig")
    kubernetes_namespace: str = Field("zenml", description="an existing namespace for the runs")
    local: bool = Field(False, description="true or false: whether the cluster is on this machine")
    skip_local_validations: bool = Field(False, description="true or false: no checks for a local cluster")
    parallel_step_startup_waiting_period: Annotated[float, NOT_NEGATIVE] | None = Field(
        None, description="seconds between the starts of parallel steps"
    )
    pass_token_as_secret: bool = Field(
        False,
        validation_alias=AliasChoices("pass_token_as_secret", "pass_zenml_token_as_secret"),
        description="true or false: whether credentials reach pods by a Secret",
    )
