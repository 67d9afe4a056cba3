"""`k8stui schedule export`: a schedule as manifests, for a repository that is applied."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from k8stui_tui.cli.output import Format, documents, note, say
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute


class ManifestFormat(StrEnum):
    """The values of `-o` for manifests."""

    YAML = "yaml"
    JSON = "json"


def export(
    schedule: Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.")],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Annotated[ManifestFormat, typer.Option("--output", "-o", help="YAML or JSON.")] = ManifestFormat.YAML,
) -> None:
    """Print a schedule as manifests for kubectl apply --server-side: its CronJob and what its runs begin with."""

    async def work() -> None:
        from k8stui.control.schedules.exporting import export_schedule

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await export_schedule(cluster, schedule)
        say(documents(found.manifests, Format(output.value)))
        for sentence in found.notes:
            note(f"Note: {sentence}")

    execute(work())
