"""What becomes of each object when k8stui is uninstalled from a namespace, and why it cannot be done yet. Pure.

Only what carries k8stui's own mark goes, and of that nothing that somebody else uses: an account by which pods of
others run, a binding that gives the role to others, a role that others have bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from k8stui.cluster.resources import CONFIGMAPS, PVCS, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS, Resource
from k8stui.incluster.contract import names
from k8stui.model.preparing import CLAIM
from k8stui.model.views import RunSummaryView
from k8stui.plan.rbac import ROLE

Json = dict[str, Any]

RUN, SCHEDULE = "Run", "Schedule"

_ASKED = "asked for"


@dataclass(frozen=True)
class Wanted:
    """What is to go besides accounts, role and role binding.

    Attributes:
        runs: Records of ended runs, with their Jobs and pods, and the step caches.
        schedules: Schedules of k8stui.
        store: The claim that `init` made for an artifact store, and the artifacts in it.
    """

    runs: bool = False
    schedules: bool = False
    store: bool = False


@dataclass(frozen=True)
class Found:
    """What there is in a namespace.

    Attributes:
        accounts: Service accounts, as the API sends them; so are the next four.
        roles: Roles.
        bindings: Role bindings, those of others as well.
        claims: Claims.
        caches: ConfigMaps of step caches.
        pods: All pods, anybody's.
        runs: Runs of k8stui, each with its record's metadata.
        schedules: CronJobs of k8stui's schedules, as the API sends them.
    """

    accounts: Sequence[Json] = ()
    roles: Sequence[Json] = ()
    bindings: Sequence[Json] = ()
    claims: Sequence[Json] = ()
    caches: Sequence[Json] = ()
    pods: Sequence[Json] = ()
    runs: Sequence[tuple[RunSummaryView, Json]] = ()
    schedules: Sequence[Json] = ()


@dataclass(frozen=True)
class Piece:
    """One thing and what becomes of it.

    Attributes:
        kind: As in manifests, or `Run`, `Schedule`.
        name: Its name.
        goes: Whether it is deleted.
        why: Words on it.
        uid: Of the object; of a run's record, of a schedule's CronJob.
        version: Its resourceVersion; empty for a schedule, whose firings change it.
        resource: Its kind; None for a run or a schedule.
    """

    kind: str
    name: str
    goes: bool
    why: str
    uid: str = ""
    version: str = ""
    resource: Resource | None = field(default=None, repr=False)

    def told(self, *, deleted: bool = False, error: str = "") -> dict[str, object]:
        """As it is printed for programs."""
        known = {"kind": self.kind, "name": self.name, "goes": self.goes, "why": self.why}
        return {**known, "deleted": deleted, "error": error}


def judged(found: Found, wanted: Wanted) -> list[Piece]:
    """What becomes of each thing, in the order in which they go: accounts last, without which nothing starts."""
    why = _asked("--schedules", wanted.schedules)
    pieces = [
        Piece(SCHEDULE, _name(one), wanted.schedules, why, one["metadata"]["uid"]) for one in _ours(found.schedules)
    ]
    for run, record in found.runs:
        meta = record["metadata"]
        goes = wanted.runs and run.state.ended
        why = "goes on" if not run.state.ended else _asked("--runs", wanted.runs)
        pieces.append(Piece(RUN, run.run, goes, why, meta["uid"], meta["resourceVersion"]))
    pieces += [_piece(CONFIGMAPS, one, wanted.runs, _asked("--runs", wanted.runs)) for one in _ours(found.caches)]
    pieces += [_claim(one, wanted) for one in _ours(found.claims)]
    accounts = [_account(one, found.pods) for one in _ours(found.accounts)]
    binding = [_binding(one) for one in _ours(found.bindings)]
    gone = {one.name for one in binding if one.goes}
    role = [_role(one, [each for each in found.bindings if _name(each) not in gone]) for one in _ours(found.roles)]
    return [*pieces, *accounts, *binding, *role]


def obstacles(found: Found, wanted: Wanted) -> list[str]:
    """Sentences on why it cannot be done: what goes on or fires would be left without the rights that it needs."""
    told = []
    if active := [run.run for run, _ in found.runs if not run.state.ended]:
        told.append(f"Runs go on: {', '.join(active)}. Stop them first: k8stui runs stop {' '.join(active)}")
    schedules = _ours(found.schedules)
    if schedules and not wanted.schedules:
        listed = ", ".join(map(_name, schedules))
        told.append(f"Schedules could start no run any more: {listed}. Add --schedules, and they go, too.")
    return told


def _ours(objects: Iterable[Json]) -> list[Json]:
    return [one for one in objects if _labels(one).get(names.LABEL_MANAGED_BY) == names.MANAGER]


def _labels(found: Json) -> dict[str, str]:
    return found["metadata"].get("labels") or {}


def _name(found: Json) -> str:
    return str(found["metadata"]["name"])


def _asked(option: str, given: bool) -> str:
    return _ASKED if given else f"stays without {option}"


def _piece(resource: Resource, found: Json, goes: bool, why: str) -> Piece:
    meta = found["metadata"]
    return Piece(resource.kind, meta["name"], goes, why, meta["uid"], meta["resourceVersion"], resource)


def _claim(found: Json, wanted: Wanted) -> Piece:
    if _name(found) != CLAIM:
        return _piece(PVCS, found, False, "is not the claim of k8stui init")
    why = "with all artifacts in it" if wanted.store else "holds artifacts; stays without --store"
    return _piece(PVCS, found, wanted.store, why)


def _account(found: Json, pods: Iterable[Json]) -> Piece:
    users = [
        _name(pod)
        for pod in pods
        if (pod.get("spec") or {}).get("serviceAccountName") == _name(found)
        and _labels(pod).get(names.LABEL_MANAGED_BY) != names.MANAGER
    ]
    if users:
        return _piece(SERVICE_ACCOUNTS, found, False, f"pod {users[0]} of others runs by it")
    return _piece(SERVICE_ACCOUNTS, found, True, "made by k8stui init, or by the first run")


def _binding(found: Json) -> Piece:
    if _name(found) != ROLE:
        return _piece(ROLE_BINDINGS, found, False, "gives rights to persons (k8stui doctor --grants)")
    others = [one for one in found.get("subjects") or () if one.get("kind") != "ServiceAccount"]
    if others:
        told = f"somebody has given its role to {others[0].get('kind')} {others[0].get('name')}"
        return _piece(ROLE_BINDINGS, found, False, told)
    accounts = ", ".join(str(one.get("name")) for one in found.get("subjects") or ())
    return _piece(ROLE_BINDINGS, found, True, f"binds {accounts or 'nobody'}")


def _role(found: Json, bindings: Iterable[Json]) -> Piece:
    if _name(found) != ROLE:
        return _piece(ROLES, found, False, "holds rights of persons (k8stui doctor --grants)")
    users = [
        _name(one)
        for one in bindings
        if (one.get("roleRef") or {}).get("kind") == ROLES.kind and one["roleRef"].get("name") == ROLE
    ]
    return _piece(ROLES, found, not users, f"binding {users[0]} needs it" if users else "of the orchestrator")
