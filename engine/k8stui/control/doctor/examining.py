"""Asks the cluster what the findings are made of. One question that has no answer spoils no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import (
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    LIMIT_RANGES,
    NAMESPACES,
    NODES,
    PDBS,
    PODS,
    PVCS,
    RESOURCE_QUOTAS,
    ROLE_BINDINGS,
    ROLES,
    SECRETS,
    SERVICE_ACCOUNTS,
    STORAGE_CLASSES,
    JsonObject,
    Resource,
)
from k8stui.control.doctor.connection import clock_finding, node_findings, server_finding, version_finding
from k8stui.control.doctor.evictions import budget_findings
from k8stui.control.doctor.features import FEATURES, namespaced_rights, rights_findings
from k8stui.control.doctor.finding import Finding, Level, problem
from k8stui.control.doctor.limits import quota_findings, range_findings
from k8stui.control.doctor.namespace import (
    account_finding,
    admission_finding,
    bound_roles,
    missing_namespace_finding,
    namespace_finding,
)
from k8stui.control.doctor.pods import resources_of, settings_of, usual_pod
from k8stui.control.doctor.storage import storage_finding
from k8stui.control.doctor.targets import claim_finding, targets_of, tried
from k8stui.control.namespaces.rights import allowed, may, read_rights, right_of
from k8stui.model.errors import ForbiddenError, InvalidInputError, K8stuiError, NotFoundError, RejectedError, as_told
from k8stui.plan.request import SERVICE_ACCOUNT
from k8stui.stacks.active import ActiveStack

_MAKE_ACCOUNT = (
    "create serviceaccounts",
    "create roles.rbac.authorization.k8s.io",
    "create rolebindings.rbac.authorization.k8s.io",
)

Check = Callable[[], Awaitable[Sequence[Finding]]]


async def examine(
    cluster: Cluster, *, image: str, account: str = SERVICE_ACCOUNT, stack: ActiveStack | None = None
) -> list[Finding]:
    """Look at everything that a run in the cluster's namespace needs.

    Args:
        cluster: The cluster, in the namespace that is meant.
        image: Of the pod that is shown to the server.
        account: The orchestrator's service account.
        stack: The one that is used there; None for none.

    Returns:
        In a fixed order; when the server does not answer, that alone.
    """
    try:
        user, greeting = await cluster.whoami(), await cluster.greet()
    except K8stuiError as error:
        return [problem("server", error)]
    first = [
        server_finding(cluster.server, user, greeting),
        version_finding(greeting.version),
        clock_finding(greeting.ahead),
    ]
    examiner = _Examiner(cluster, user, greeting.version, image, account, stack)
    rest = await asyncio.gather(*(_asked(name, check, user) for name, check in examiner.checks()))
    return first + [finding for findings in rest for finding in findings]


async def _asked(name: str, check: Check, user: str) -> Sequence[Finding]:
    try:
        return await check()
    except Exception as error:
        told = as_told(error)
        why = told.message.rstrip(".").replace(f"User {user!r}", "you")
        # What rights are needed for, and who grants them, the findings on rights say.
        fix = "" if isinstance(error, ForbiddenError) else told.hint
        return [Finding(name, Level.UNKNOWN, f"not looked at: {why}", fix)]


class _Examiner:
    """The questions, in the order of their answers."""

    def __init__(
        self, cluster: Cluster, user: str, version: str, image: str, account: str, stack: ActiveStack | None
    ) -> None:
        self._cluster, self._user, self._version = cluster, user, version
        self._image, self._account, self._stack = image, account, stack

    def checks(self) -> list[tuple[str, Check]]:
        """Names and questions."""
        return [
            ("nodes", self._nodes),
            ("namespace", self._namespace),
            ("rights", self._rights),
            ("account", self._orchestrator),
            ("admission", self._admission),
            ("quota", self._limits),
            ("storage class", self._storage),
            ("evictions", self._evictions),
            ("artifact store", self._claim),
            ("registry", self._pull_secret),
            ("network", self._reach),
        ]

    async def _nodes(self) -> Sequence[Finding]:
        tolerations = settings_of(self._stack).tolerations or ()
        return node_findings(await self._cluster.list(NODES), self._version, tolerations)

    async def _namespace(self) -> Sequence[Finding]:
        name = self._cluster.namespace
        try:
            return [namespace_finding(await self._cluster.get(NAMESPACES, name))]
        except NotFoundError:
            return [missing_namespace_finding(name)]

    async def _rights(self) -> Sequence[Finding]:
        try:
            has = await read_rights(self._cluster, self._cluster.namespace, namespaced_rights())
        except ForbiddenError as error:
            # Everybody who is logged in may ask (system:basic-user).
            told = f"the server takes you for nobody: {error.message.rstrip('.')}"
            return [Finding("rights", Level.PROBLEM, told, "Log in: this context's user has no credentials it knows")]
        everywhere = [need for one in FEATURES if one.everywhere for need in one.needs]
        answers = await asyncio.gather(*(may(self._cluster, right_of(need)) for need in everywhere))
        return rights_findings(
            {**has, **dict(zip(everywhere, answers, strict=True))}, self._user, self._cluster.namespace
        )

    async def _orchestrator(self) -> Sequence[Finding]:
        namespace = self._cluster.namespace
        exists: bool | None = False
        with suppress(NotFoundError):
            exists = await allowed(self._cluster.get(SERVICE_ACCOUNTS, self._account)) is not None or None
        may_make = (
            None if exists is not False else all((await read_rights(self._cluster, namespace, _MAKE_ACCOUNT)).values())
        )
        rules = await self._rules(ROLE_BINDINGS) if exists else None
        everywhere = await self._rules(CLUSTER_ROLE_BINDINGS) if exists else None
        return [
            account_finding(
                self._account,
                exists=exists,
                rules=rules,
                everywhere=everywhere,
                namespace=namespace,
                may_make=may_make,
            )
        ]

    async def _rules(self, kind_of_bindings: Resource) -> list[JsonObject] | None:
        try:
            bindings = await self._cluster.list(kind_of_bindings)
            rules: list[JsonObject] = []
            for kind, name in bound_roles(bindings, self._account, self._cluster.namespace):
                rules += await self._rules_of(kind, name)
        except ForbiddenError:
            return None
        return rules

    async def _rules_of(self, kind: str, name: str) -> list[JsonObject]:
        try:
            role = await self._cluster.get(CLUSTER_ROLES if kind == "ClusterRole" else ROLES, name)
        except NotFoundError:
            return []
        return list(role.get("rules") or ())

    async def _admission(self) -> Sequence[Finding]:
        if not await self._cluster.can_i("create", PODS):
            return [Finding("admission", Level.UNKNOWN, "you may make no pods, so the server was not shown one")]
        try:
            await self._cluster.create(
                usual_pod(self._cluster.namespace, self._image, ["python3", "-c", "pass"], stack=self._stack),
                dry_run=True,
            )
        except (ForbiddenError, RejectedError, InvalidInputError) as error:
            return [admission_finding(error)]
        except NotFoundError:
            return []  # There is no such namespace, which is told by itself.
        return [admission_finding(None)]

    async def _limits(self) -> Sequence[Finding]:
        quotas, ranges = await asyncio.gather(
            self._cluster.list(RESOURCE_QUOTAS), _served(self._cluster.list(LIMIT_RANGES))
        )
        pods = resources_of(self._stack)
        return [*quota_findings(quotas, ranges, pods), *range_findings(ranges, pods)]

    async def _storage(self) -> Sequence[Finding]:
        return [storage_finding(await _served(self._cluster.list(STORAGE_CLASSES)))]

    async def _evictions(self) -> Sequence[Finding]:
        budgets, pods = await asyncio.gather(
            self._cluster.list(PDBS), self._cluster.list(PODS, fields="status.phase=Running")
        )
        return budget_findings(budgets, pods)

    async def _claim(self) -> Sequence[Finding]:
        store = self._stack.artifact_store if self._stack else None
        if store is None or not store.config.claim:
            return []
        found = None
        with suppress(NotFoundError):
            found = await self._cluster.get(PVCS, store.config.claim)
        return [claim_finding(store.config.claim, found, self._cluster.namespace)]

    async def _pull_secret(self) -> Sequence[Finding]:
        registry = self._stack.container_registry if self._stack else None
        name = registry.config.pull_secret if registry else ""
        if not name:
            return []
        try:
            await self._cluster.get(SECRETS, name)
        except NotFoundError:
            told = f"there is no Secret {name} in namespace {self._cluster.namespace}, by which pods pull images"
            fix = f"kubectl create secret docker-registry {name} -n {self._cluster.namespace} --docker-server=…"
            return [Finding("registry", Level.PROBLEM, told, fix)]
        return [Finding("registry", Level.OK, f"pods pull images by the Secret {name}")]

    async def _reach(self) -> Sequence[Finding]:
        return await tried(targets_of(self._stack))


async def _served(listing: Awaitable[list[JsonObject]]) -> list[JsonObject]:
    """The objects; none where the cluster does not know their kind."""
    try:
        return await listing
    except NotFoundError:
        return []
