"""Where runs go, and with which settings: what the active stack says, unless a person names a context.

A context that is named is another place, and the settings, credentials and images of the stack are meant for the
stack's own: it counts there only when it is named, too.

Every verb asks here, and most people have no stack: what knows stacks is imported by those functions that need it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.model.errors import InvalidInputError, NotFoundError
from k8stui.model.variables import CONTEXT_VARIABLE, KUBECONFIG_VARIABLE, NAMESPACE_VARIABLE, STACK_VARIABLE
from k8stui.stacks.place import default_path, is_there

if TYPE_CHECKING:
    from k8stui.control.submitting.creating import SubmitOptions
    from k8stui.stacks.active import ActiveStack


@dataclass(frozen=True)
class NamedPlace:
    """What a person names by variables, where no option can be given; None for what is not named."""

    context: str | None
    namespace: str | None
    kubeconfig: Path | None


def named_place() -> NamedPlace:
    """The place that K8STUI_CONTEXT, K8STUI_NAMESPACE and K8STUI_KUBECONFIG name, as the options of verbs do."""
    context, namespace, file = map(os.environ.get, (CONTEXT_VARIABLE, NAMESPACE_VARIABLE, KUBECONFIG_VARIABLE))
    return NamedPlace(context or None, namespace or None, Path(file) if file else None)


def used_stack(*, context: str | None = None, kubeconfig: Path | None = None) -> ActiveStack | None:
    """The stack that is used; None for none.

    Args:
        context: One that a person names.
        kubeconfig: A file that a person names.

    Raises:
        InvalidInputError: The file of stacks has something in it that is not possible.
        NotFoundError: A stack is named that is not there.
    """
    if not os.environ.get(STACK_VARIABLE) and (context or kubeconfig or not is_there()):
        return None
    from k8stui.stacks.active import active_stack
    from k8stui.stacks.document import StackFile

    return active_stack(StackFile().read())


async def open_cluster(
    stack: ActiveStack | None,
    *,
    kubeconfig: Path | None = None,
    context: str | None = None,
    namespace: str | None = None,
    read_only: bool = False,
    interactive: bool = False,
) -> Cluster:
    """Get ready to talk to the cluster that is meant; nothing is sent yet.

    Args:
        stack: The one that is used.
        kubeconfig: A file that a person names; goes before the stack, as the next two do.
        context: A context.
        namespace: A namespace.
        read_only: Refuse every write.
        interactive: Whether a login plugin may use the terminal.

    Raises:
        NotFoundError: A named context does not exist.
        UnreachableError: There is no way to a cluster.
        K8stuiError: The stack's connector cannot be used.
    """
    if stack is None or context or kubeconfig:
        return await connect(
            kubeconfig=kubeconfig, context=context, namespace=namespace, read_only=read_only, interactive=interactive
        )
    from k8stui.stacks.connecting import connect_stack

    try:
        return await connect_stack(stack, namespace=namespace, read_only=read_only, interactive=interactive)
    except NotFoundError as error:
        update = f"k8stui orchestrator update {stack.names.orchestrator} --kubernetes_context=CONTEXT"
        other = "" if stack.orchestrator.connector else f"\nThe stack {stack.name} names it: {update}"
        raise NotFoundError(error.message, hint=f"{error.hint}{other}\n--stack none uses no stack.") from error


def on_stack(stack: ActiveStack | None, options: SubmitOptions, cluster: Cluster) -> SubmitOptions:
    """What a submitter says about a run, with what the stack says about all of them; what was said itself stays.

    Args:
        stack: The one that is used; None for none.
        options: What was said.
        cluster: Where it goes.

    Raises:
        InvalidInputError: A part of the stack cannot work on that cluster.
    """
    if stack is None:
        return options
    from k8stui.control.clusters.localcheck import local_problems

    if options.rerun_of:  # Store and registry are those of the earlier run, or none.
        stack = replace(stack, artifact_store=None, container_registry=None)
    if problems := local_problems(stack, cluster.server, cluster.context):
        raise InvalidInputError(
            "\n".join(one.message for one in problems), hint="\n".join(one.hint for one in problems)
        )
    registry = stack.container_registry.config if stack.container_registry else None
    return replace(
        options,
        config=options.config or stack.orchestrator.config,
        registry=options.registry or (registry.uri if registry else ""),
        pull_secret=options.pull_secret or (registry.pull_secret if registry else ""),
        stack=stack.name,
        **_store(stack, options),
    )


def _store(stack: ActiveStack, options: SubmitOptions) -> dict[str, Any]:
    if stack.artifact_store is None or options.artifact_store is not None:
        return {}
    from k8stui.stacks.secrets import Secrets

    owner = f"artifact_store/{stack.names.artifact_store}"
    secrets = Secrets(default_path()).read(owner) if stack.artifact_store.secrets else {}
    return {"artifact_store": stack.artifact_store.config, "store_secrets": secrets}
