"""What every namespace gets by itself: the `default` service account and the API server's certificate authority."""

from __future__ import annotations

from k8stui.embedded.controllers.base import Controller
from k8stui.embedded.objects import is_deleting, name_of, namespace_of, uid_of
from k8stui.embedded.registry import CONFIG_MAP, NAMESPACE, SERVICE_ACCOUNT
from k8stui.embedded.resources import Resources
from k8stui.embedded.store import Change

ROOT_CA = "kube-root-ca.crt"
"""The ConfigMap from which pods learn whom to trust."""


class AccountController(Controller):
    """Creates both in new namespaces, and again when they are deleted."""

    def __init__(self, resources: Resources, *, ca: str) -> None:
        super().__init__(resources)
        self._ca = ca

    def on_change(self, change: Change) -> None:
        """Look at new namespaces and at those that lost one of the objects."""
        if change.kind is NAMESPACE and change.verb == "ADDED":
            self.look(uid_of(change.obj))
        elif change.verb == "DELETED" and (
            (change.kind is SERVICE_ACCOUNT and name_of(change.obj) == "default")
            or (change.kind is CONFIG_MAP and name_of(change.obj) == ROOT_CA)
        ):
            namespace = self.resources.store.get(NAMESPACE, "", namespace_of(change.obj))
            if namespace:
                self.look(uid_of(namespace))

    def sync(self, uid: str) -> None:
        """Create what is missing."""
        found = self.resources.store.by_uid(uid)
        if found is None or is_deleting(found[1]):
            return
        name = name_of(found[1])
        if self.resources.store.get(CONFIG_MAP, name, ROOT_CA) is None:
            authority = {"metadata": {"name": ROOT_CA}, "data": {"ca.crt": self._ca}}
            self.resources.create(CONFIG_MAP, name, authority)
        if self.resources.store.get(SERVICE_ACCOUNT, name, "default") is None:
            self.resources.create(SERVICE_ACCOUNT, name, {"metadata": {"name": "default"}})
