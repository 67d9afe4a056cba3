"""Events: what the cluster's parts tell about objects, as `kubectl describe` and `kubectl get events` show it."""

from __future__ import annotations

from collections import OrderedDict

from k8stui.embedded.failures import ApiError
from k8stui.embedded.objects import Obj, name_of, namespace_of, new_uid, timestamp, uid_of
from k8stui.embedded.registry import EVENT, Kind
from k8stui.embedded.resources import Resources

KEPT = 5000
"""Events kept in all; Kubernetes keeps them for an hour."""


class Recorder:
    """Writes events, counting repeated ones as one."""

    def __init__(self, resources: Resources, *, host: str) -> None:
        self._resources = resources
        self._host = host
        self._known: OrderedDict[tuple[str, str, str], tuple[str, str]] = OrderedDict()

    def normal(self, kind: Kind, obj: Obj, reason: str, message: str, *, source: str, path: str = "") -> None:
        """Tell that something went as it should."""
        self._record("Normal", kind, obj, reason, message, source, path)

    def warning(self, kind: Kind, obj: Obj, reason: str, message: str, *, source: str, path: str = "") -> None:
        """Tell that something did not."""
        self._record("Warning", kind, obj, reason, message, source, path)

    def _record(self, level: str, kind: Kind, obj: Obj, reason: str, message: str, source: str, path: str) -> None:
        key = (uid_of(obj), reason, message)
        try:
            if key in self._known and self._again(*self._known[key]):
                return
            event = self._event(level, kind, obj, reason, message, source, path)
            stored = self._resources.create(EVENT, event["metadata"]["namespace"], event)
        except ApiError:
            # A namespace that is being deleted takes no more events; Kubernetes drops them as well.
            return
        self._known[key] = (namespace_of(stored), name_of(stored))
        if len(self._known) > KEPT:
            _, (namespace, name) = self._known.popitem(last=False)
            if self._resources.store.get(EVENT, namespace, name):
                self._resources.delete(EVENT, namespace, name)

    def _again(self, namespace: str, name: str) -> bool:
        """Count an event once more; False when it is gone."""
        found = self._resources.store.get(EVENT, namespace, name)
        if found is None:
            return False
        self._resources.update(
            EVENT,
            namespace,
            {**found, "count": int(found.get("count", 1)) + 1, "lastTimestamp": timestamp()},
        )
        return True

    def _event(self, level: str, kind: Kind, obj: Obj, reason: str, message: str, source: str, path: str) -> Obj:
        moment = timestamp()
        namespace = namespace_of(obj) or "default"
        involved: Obj = {
            "kind": kind.kind,
            "namespace": namespace_of(obj),
            "name": name_of(obj),
            "uid": uid_of(obj),
            "apiVersion": kind.api_version,
            "resourceVersion": obj["metadata"].get("resourceVersion", ""),
        }
        if path:
            involved["fieldPath"] = path
        origin = {"component": source, "host": self._host} if source == "kubelet" else {"component": source}
        return {
            "metadata": {"name": f"{name_of(obj)[:200]}.{new_uid()[:16].replace('-', '')}", "namespace": namespace},
            "involvedObject": involved,
            "reason": reason,
            "message": message,
            "source": origin,
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
            "type": level,
            "eventTime": None,
            "reportingComponent": source,
            "reportingInstance": self._host if source == "kubelet" else "",
        }
