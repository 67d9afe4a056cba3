"""`k8stui init`: what an admin does once in a namespace, so that everybody else just submits."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui_tui.cli.output import Format, documents, say
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute


def init(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the objects as YAML, make none.")] = False,
    create_namespace: Annotated[
        bool, typer.Option("--create-namespace", help="Make the namespace if missing.")
    ] = False,
    service_account: Annotated[str, typer.Option("--service-account", help="Name of the account.")] = "k8stui",
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Prepare a namespace for runs, once.

    Makes the service account, role and role binding of the orchestrator; safe to repeat.
    """
    from k8stui.plan.rbac import service_account_manifests

    async def work() -> None:
        from k8stui.cluster.errors import AlreadyExistsError
        from k8stui.control.access import make_account

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            target = cluster.namespace
            space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": target}}
            if dry_run:
                own = service_account_manifests(target, name=service_account)
                say(documents([space, *own] if create_namespace else own, Format.YAML))
                return
            if create_namespace:
                try:
                    await cluster.create(space)
                    say(f"namespace/{target} created")
                except AlreadyExistsError:
                    say(f"namespace/{target} exists")
            for made in await make_account(cluster, target, name=service_account):
                say(f"{made['kind'].lower()}/{made['metadata']['name']} ready in namespace {target}")

    execute(work())
