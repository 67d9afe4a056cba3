"""`k8stui init`: what an admin does once in a namespace, so that everybody else just submits."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui.model.preparing import CLAIM, STORE_PATH, Access, PodSecurity
from k8stui_tui.cli.output import Format, documents, note, say
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute


def init(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the objects as YAML, make none.")] = False,
    create_namespace: Annotated[
        bool, typer.Option("--create-namespace", help="Make the namespace if missing.")
    ] = False,
    service_account: Annotated[str, typer.Option("--service-account", help="Name of the account.")] = "k8stui",
    pss: Annotated[
        PodSecurity | None, typer.Option("--pss", help="Have the namespace enforce this Pod Security Standard.")
    ] = None,
    store_size: Annotated[
        str, typer.Option("--store-size", metavar="SIZE", help="Make a claim for an artifact store, such as 10Gi.")
    ] = "",
    storage_class: Annotated[str, typer.Option("--storage-class", help="Of the claim; the cluster's default.")] = "",
    store_access: Annotated[
        Access, typer.Option("--store-access", help="Of the claim: whether pods of one node or of many use it at once.")
    ] = Access.ONE_NODE,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Prepare a namespace for runs, once.

    Makes the service account, role and role binding of the orchestrator, and what else is asked for; safe to repeat.
    """

    async def work() -> None:
        from k8stui.control.namespaces.preparing import prepare
        from k8stui.plan.preparing import Preparation

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            wanted = Preparation(
                namespace=cluster.namespace,
                service_account=service_account,
                create_namespace=create_namespace,
                pss=pss,
                store_size=store_size,
                storage_class=storage_class,
                access=store_access,
            )
            if dry_run:
                say(documents(wanted.manifests(), Format.YAML))
                return
            async for told in prepare(cluster, wanted):
                say(told)
        if store_size:
            note(f"To use it: k8stui artifact-store register NAME --flavor=local --path={STORE_PATH} --claim={CLAIM}")

    execute(work())
