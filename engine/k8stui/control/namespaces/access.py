"""Sees to it that the master may do its work: a service account with a role of its own, made when it is missing.

An ordinary user of a namespace may not make roles. So this is done once, by whoever may, and everybody else just
submits.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError, NamespaceMissingError
from k8stui.cluster.resources import ROLE_BINDINGS, SERVICE_ACCOUNTS
from k8stui.model.errors import ConflictError, ForbiddenError, NotFoundError
from k8stui.plan.rbac import service_account_manifests
from k8stui.plan.request import SERVICE_ACCOUNT

_ATTEMPTS = 5
"""How often a binding that others change meanwhile is changed."""


async def account_exists(cluster: Cluster, namespace: str, name: str) -> bool:
    """Whether the account is there; true as well where this user may not look, because the Job will tell."""
    try:
        await cluster.get(SERVICE_ACCOUNTS, name, namespace=namespace)
    except NotFoundError:
        return False
    except ForbiddenError:
        return True
    return True


async def ensure_account(cluster: Cluster, namespace: str, name: str = SERVICE_ACCOUNT) -> None:
    """Make k8stui's service account when it is missing.

    Args:
        cluster: Where.
        namespace: An existing namespace.
        name: The account the run asks for; one other than k8stui's own has to exist already.

    Raises:
        NotFoundError: The namespace does not exist, or the named account does not.
        ForbiddenError: It is missing and this user may not make it; the hint says who does what.
    """
    if await account_exists(cluster, namespace, name):
        return
    if name != SERVICE_ACCOUNT:
        raise NotFoundError(
            f"service_account_name: there is no service account {name!r} in namespace {namespace}.",
            hint=f"Create it and give it k8stui's role: k8stui init -n {namespace} --service-account {name}. "
            "Or leave the setting out.",
        )
    try:
        await make_account(cluster, namespace, update=False)
    except ForbiddenError as error:
        raise ForbiddenError(
            f"Namespace {namespace} has no service account {SERVICE_ACCOUNT!r} with its role yet, "
            f"and you may not make them: {error.message}",
            hint=f"An admin does it once: k8stui init -n {namespace}\n"
            f"or without k8stui: k8stui init -n {namespace} --dry-run | kubectl apply -f -",
        ) from error


async def make_account(
    cluster: Cluster, namespace: str, *, name: str = SERVICE_ACCOUNT, update: bool = True, dry_run: bool = False
) -> list[dict[str, Any]]:
    """Create role, binding and account; the account last, because its presence says that all is done.

    Args:
        cluster: Where.
        namespace: An existing namespace.
        name: The account's name.
        update: Bring a role that exists already up to date. A binding gets the account besides those it has, always.
        dry_run: Only have the server check it.

    Returns:
        The objects as the server has them.

    Raises:
        NamespaceMissingError: The namespace does not exist.
        ForbiddenError: This user may not make one of them.
    """
    account, *role_and_binding = service_account_manifests(namespace, name=name)
    made = []
    for manifest in (*role_and_binding, account):
        try:
            made.append(await cluster.create(manifest, dry_run=dry_run))
        except AlreadyExistsError:
            if manifest["kind"] == "RoleBinding":
                made.append(await _bind(cluster, manifest, dry_run=dry_run))
            else:
                changes = update and manifest["kind"] == "Role"
                made.append(await cluster.replace(manifest, dry_run=dry_run) if changes else manifest)
        except NamespaceMissingError as error:
            raise missing_namespace(namespace) from error
    return made


async def _bind(cluster: Cluster, manifest: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
    """Add the subjects of a manifest to those of the binding that is there."""
    name, namespace = manifest["metadata"]["name"], manifest["metadata"]["namespace"]
    for _ in range(_ATTEMPTS):
        there = await cluster.get(ROLE_BINDINGS, name, namespace=namespace)
        subjects = list(there.get("subjects") or ())
        bound = {_identity(one) for one in subjects}
        lacking = [one for one in manifest["subjects"] if _identity(one) not in bound]
        if not lacking:
            return there
        # Somebody else may add one at the same time, and a merge patch replaces lists.
        with suppress(ConflictError):
            return await cluster.patch(
                ROLE_BINDINGS, name, {"subjects": subjects + lacking}, namespace=namespace, dry_run=dry_run,
                resource_version=there["metadata"]["resourceVersion"],
            )  # fmt: skip
    raise ConflictError(f"RoleBinding {name!r} in namespace {namespace} is changed by others all the time.")


def _identity(subject: dict[str, Any]) -> tuple[object, ...]:
    return subject["kind"], subject["name"], subject.get("namespace")


def missing_namespace(namespace: str) -> NamespaceMissingError:
    """The error for a namespace that does not exist, with how to make it."""
    return NamespaceMissingError(
        f"Namespace {namespace!r} does not exist.",
        hint=f"kubectl create namespace {namespace}, or: k8stui init -n {namespace} --create-namespace",
    )
