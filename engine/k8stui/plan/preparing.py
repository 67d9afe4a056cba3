"""What an admin makes in a namespace before others run pipelines there: all of it plain manifests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k8stui.incluster.contract import names
from k8stui.model.errors import InvalidInputError
from k8stui.model.preparing import CLAIM, PSS_ENFORCE, Access, PodSecurity
from k8stui.model.quantities import parse_quantity
from k8stui.plan.rbac import service_account_manifests
from k8stui.plan.request import SERVICE_ACCOUNT, Manifest


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What is wanted of a namespace.

    Attributes:
        namespace: Its name.
        service_account: The orchestrator's account.
        create_namespace: Make it if it is missing.
        pss: The Pod Security Standard that it is to enforce; None to leave that as it is.
        store_size: Of a claim for artifacts, as `10Gi`; empty for none.
        storage_class: Of the claim; empty for the cluster's default.
        access: Of the claim.

    Raises:
        InvalidInputError: The size is none, or a class is given without it.
    """

    namespace: str
    service_account: str = SERVICE_ACCOUNT
    create_namespace: bool = False
    pss: PodSecurity | None = None
    store_size: str = ""
    storage_class: str = ""
    access: Access = Access.ONE_NODE

    def __post_init__(self) -> None:
        if self.store_size and not _positive(self.store_size):
            raise InvalidInputError(
                f"--store-size: {self.store_size!r} is no size.", hint="Give a quantity of bytes, such as 10Gi."
            )
        if self.storage_class and not self.store_size:
            raise InvalidInputError(
                f"--storage-class: {self.storage_class!r} has nothing to hold for.",
                hint="Give --store-size too, such as --store-size 10Gi.",
            )

    def manifests(self) -> list[Manifest]:
        """Everything, in an order in which it can be applied."""
        namespace = [self.namespace_manifest()] if self.create_namespace or self.pss else []
        return [
            *namespace,
            *service_account_manifests(self.namespace, name=self.service_account),
            *self.claims(),
        ]

    def namespace_manifest(self) -> Manifest:
        """The namespace, with the label of its Pod Security Standard."""
        metadata: dict[str, Any] = {"name": self.namespace}
        if self.pss:
            metadata["labels"] = {PSS_ENFORCE: self.pss.value}
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    def claims(self) -> list[Manifest]:
        """The claim for artifacts; none where none is wanted."""
        if not self.store_size:
            return []
        spec: dict[str, Any] = {
            "accessModes": [self.access.value],
            "resources": {"requests": {"storage": self.store_size}},
        }
        if self.storage_class:
            spec["storageClassName"] = self.storage_class
        labels = {names.LABEL_MANAGED_BY: names.MANAGER}
        metadata = {"name": CLAIM, "namespace": self.namespace, "labels": labels}
        return [{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}]


def _positive(size: str) -> bool:
    try:
        return parse_quantity(size) > 0
    except ValueError:
        return False
