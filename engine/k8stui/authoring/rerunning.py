"""Runs again what ran before, with other parameters: the code that is kept with it puts the steps together anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from k8stui.authoring.retracing import KeptPipeline, retraced
from k8stui.cluster.client import Cluster
from k8stui.control.clusters.placing import on_stack
from k8stui.control.submitting.creating import OnStage, RunRef, submit
from k8stui.control.submitting.rerunning import kept_run, options_like
from k8stui.control.truth import records
from k8stui.stacks.active import ActiveStack

WITHOUT_CODE = "Without --param it runs again as it was. With others, run its file: k8stui run FILE --param …"


async def rerun_with(
    cluster: Cluster,
    run: str,
    changes: Mapping[str, str],
    *,
    namespace: str | None = None,
    cache: bool = True,
    stack: ActiveStack | None = None,
    on_stage: OnStage | None = None,
) -> RunRef:
    """Start a run like an earlier one, with other values for some parameters.

    Args:
        cluster: Where.
        run: The earlier run, in whatever state.
        changes: Texts by parameter, as `--param` takes them; the others keep the values they had.
        namespace: The context's when None.
        cache: Whether results of earlier runs are used.
        stack: The one that is used, for the settings of its orchestrator.
        on_stage: Called at the beginning of each stage.

    Raises:
        NotFoundError: There is no such run, or what it was started with is gone.
        InvalidInputError: A parameter is unknown or does not fit, or the run keeps no code of its pipeline.
        K8stuiError: As for `submit`.
    """
    kept = await kept_run(cluster, run, namespace=namespace)
    source = records.source_target(kept.header)
    pipeline = KeptPipeline(f"run {run}", source, await kept.code(), kept.plan.parameters, WITHOUT_CODE)
    spec = await retraced(pipeline, changes)
    options = replace(await options_like(kept), cache=cache)
    return await submit(cluster, spec, on_stack(stack, options, cluster), on_stage=on_stage)
