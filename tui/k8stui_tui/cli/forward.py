"""`k8stui pods forward`: ports of a pod on this machine, until ctrl+c or the pod's end."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from k8stui_tui.cli.output import note, say
from k8stui_tui.cli.session import EXIT_FAILED, Context, Kubeconfig, Namespace, cluster_of, execute


def forward(
    pod: Annotated[str, typer.Argument(metavar="POD", help="The pod's name; it may be anybody's.")],
    ports: Annotated[
        list[str],
        typer.Argument(metavar="[LOCAL:]REMOTE...", help="As 8080:80; :80 for any free local port, 80 for the same."),
    ],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Reach ports of a pod at ports of this machine, which only this machine can connect to.

    Goes on until ctrl+c, through lost connections to the cluster; ends with 1 when the pod does.
    """

    async def work() -> int:
        from k8stui.control.pods.forwarding import Forward, parse_ports

        wanted = [parse_ports(text) for text in ports]
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            forwards = [Forward(cluster, pod, one) for one in wanted]
            try:
                for one in forwards:
                    await one.start()
                    say(f"{one.address} -> {one.pod}:{one.ports.remote}")
                await asyncio.gather(*(one.wait() for one in forwards))
            finally:
                for one in forwards:
                    one.stop()
        note(f"Ended: {forwards[0].ended}.")
        return EXIT_FAILED

    execute(work(), interrupted="Ended.")
