"""`k8stui runs rerun`: a new run like an earlier one."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui_tui.cli.asking import agree
from k8stui_tui.cli.output import Format, note
from k8stui_tui.cli.run import NoCache, Parameters, announce, parameters
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, execute, place_of
from k8stui_tui.cli.trust import Yes, ask_to_load


def rerun(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The name of an earlier run.")],
    param: Parameters = None,
    no_cache: NoCache = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Start a new run like an earlier one: same parameters, code, images and settings.

    With --param some parameters change. The run's own code then puts the steps together once more: it is loaded on this
    machine, as `k8stui run FILE` loads a file.
    """
    changes = parameters(param or [])
    if changes and not yes:
        ask_to_load(run, "other parameters")

    async def work() -> int:
        from k8stui_tui.cli.patience import patience

        async with place_of(context, namespace, kubeconfig) as (cluster, stack):
            agree(cluster, f"Start a new run like {run}?", yes=True, undone="Nothing was started")
            async with patience() as stage:
                if changes:
                    from k8stui.authoring.rerunning import rerun_with

                    ref = await rerun_with(cluster, run, changes, cache=not no_cache, stack=stack, on_stage=stage)
                else:
                    from k8stui.control.submitting.rerunning import rerun

                    ref = await rerun(cluster, run, cache=not no_cache, on_stage=stage)
            for warning in ref.warnings:
                note(f"Warning: {warning}")
            return await announce(cluster, ref, output)

    execute(work())
