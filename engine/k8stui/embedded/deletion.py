"""What a delete means: preconditions, grace period and propagation.

Rules: Kubernetes documentation, "Garbage Collection" and "Pod Lifecycle" (termination). The garbage collector
carries out what is only marked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from k8stui.embedded.failures import bad_request, conflict
from k8stui.embedded.objects import Obj, copied, is_terminal, name_of, now, parse_time, timestamp
from k8stui.embedded.registry import JOB, NAMESPACE, POD, Kind

FOREGROUND = "foregroundDeletion"
"""Finalizer of an owner that waits for its dependents."""

ORPHAN = "orphan"
"""Finalizer of an owner whose dependents are to be released first."""

_POLICIES = ("Background", "Foreground", "Orphan")


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """The options of one delete.

    Attributes:
        grace: Seconds; None is the object's own.
        propagation: Background, Foreground or Orphan; empty is the kind's default.
        uid: Precondition, empty for none.
        version: Precondition on the resource version, empty for none.
    """

    grace: int | None = None
    propagation: str = ""
    uid: str = ""
    version: str = ""

    @classmethod
    def from_request(cls, query: dict[str, str], body: Obj) -> Deletion:
        """Return the options given in a DeleteOptions body or, lacking there, in the query.

        Raises:
            ApiError: 400, an option has no meaning.
        """
        grace = body.get("gracePeriodSeconds", query.get("gracePeriodSeconds"))
        policy = str(body.get("propagationPolicy") or query.get("propagationPolicy") or "")
        if not policy and (body.get("orphanDependents") or query.get("orphanDependents")) is not None:
            orphan = str(body.get("orphanDependents", query.get("orphanDependents"))).lower() == "true"
            policy = "Orphan" if orphan else "Background"
        if policy and policy not in _POLICIES:
            raise bad_request(f'invalid propagationPolicy "{policy}": must be one of {", ".join(_POLICIES)}')
        preconditions = body.get("preconditions") or {}
        try:
            seconds = None if grace is None else int(grace)
        except ValueError:
            raise bad_request(f"invalid gracePeriodSeconds: {grace}") from None
        return cls(
            grace=seconds,
            propagation=policy,
            uid=str(preconditions.get("uid") or ""),
            version=str(preconditions.get("resourceVersion") or ""),
        )

    def check(self, kind: Kind, obj: Obj) -> None:
        """Refuse when a precondition does not hold.

        Raises:
            ApiError: 409.
        """
        metadata = obj["metadata"]
        if self.uid and self.uid != metadata["uid"]:
            why = (
                f"the UID in the precondition ({self.uid}) does not match the UID in record ({metadata['uid']}). "
                "The object might have been deleted and then recreated"
            )
            raise conflict(kind, name_of(obj), why)
        if self.version and self.version != metadata["resourceVersion"]:
            why = (
                f"the ResourceVersion in the precondition ({self.version}) does not match the ResourceVersion in "
                f"record ({metadata['resourceVersion']}). The object might have been modified"
            )
            raise conflict(kind, name_of(obj), why)

    def marked(self, kind: Kind, obj: Obj) -> Obj:
        """Return the object marked for deletion: time, grace period and the finalizers the propagation asks for."""
        new = copied(obj)
        metadata = new["metadata"]
        grace = self._grace(kind, obj)
        before = metadata.get("deletionGracePeriodSeconds")
        if "deletionTimestamp" not in metadata:
            metadata["deletionTimestamp"] = timestamp(now() + timedelta(seconds=grace))
            metadata["deletionGracePeriodSeconds"] = grace
        elif before is not None and grace < before:
            # A repeated delete may only shorten the wait, counted from the first one.
            first = parse_time(metadata["deletionTimestamp"]) - timedelta(seconds=before)
            metadata["deletionTimestamp"] = timestamp(first + timedelta(seconds=grace))
            metadata["deletionGracePeriodSeconds"] = grace
        finalizers = [f for f in metadata.get("finalizers") or [] if f not in (FOREGROUND, ORPHAN)]
        policy = self.propagation or ("Orphan" if kind is JOB else "")
        if policy == "Foreground":
            finalizers.append(FOREGROUND)
        elif policy == "Orphan":
            finalizers.append(ORPHAN)
        elif not policy:
            finalizers = list(metadata.get("finalizers") or [])
        metadata["finalizers"] = finalizers
        if not finalizers:
            del metadata["finalizers"]
        if kind is NAMESPACE:
            new["status"] = {**(new.get("status") or {}), "phase": "Terminating"}
        return new

    def _grace(self, kind: Kind, obj: Obj) -> int:
        if kind is not POD:
            return 0
        own = obj["spec"].get("terminationGracePeriodSeconds", 30)
        grace = own if self.grace is None else self.grace
        if is_terminal(obj) or not obj["spec"].get("nodeName"):
            return 0
        return max(0, int(grace))
