"""`k8stui pods edit`: a pod in the person's editor."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.asking import Yes, agree, can_ask
from k8stui_tui.cli.output import note
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute
from k8stui_tui.sanitize import cell


def edit(
    pod: Annotated[str, typer.Argument(metavar="POD", help="The pod's name; it may be anybody's.")],
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Edit a pod with KUBE_EDITOR or EDITOR: what is changed is checked by the server, shown, and asked about.

    What the server does not accept is written into the text, which is opened again. Nothing is sent without a change.
    """

    async def work() -> None:
        from k8stui.cluster.resources import PODS
        from k8stui.control.objects.editing import apply, draft_of, told
        from k8stui_tui import editor

        if not (yes or can_ask()):
            raise InvalidInputError("There is nobody to ask.", hint="--yes changes it without a question.")
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            draft = await draft_of(cluster, PODS, pod)
            patch = await editor.edit(cluster, draft)
            if not patch:
                note("Nothing was changed.")
                return
            lines = told(draft, patch)
            for line in lines:
                note(cell(line))
            agree(cluster, f"Change {draft.called}?", yes=yes, undone="Nothing was changed")
            await apply(cluster, draft, patch)
            note(editor.summary(draft, lines))

    execute(work())
