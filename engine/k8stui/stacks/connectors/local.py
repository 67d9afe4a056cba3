"""Connectors for what is at hand: the contexts of a kubeconfig, and the pod this runs in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from pydantic import Field, field_validator

from k8stui.cluster.connect import access_login, pod_login
from k8stui.cluster.kubeconfig import Kubeconfig, missing_kubeconfig, read_kubeconfig
from k8stui.cluster.login import Login
from k8stui.model.errors import InvalidInputError
from k8stui.stacks.connectors.base import Connector, ConnectorConfig
from k8stui.stacks.connectors.server import absolute

IN_CLUSTER = "in-cluster"


class KubeconfigConfig(ConnectorConfig):
    """A kubeconfig file."""

    kubeconfig: str = Field("", description="a kubeconfig file; empty for those of KUBECONFIG, or ~/.kube/config")

    @classmethod
    def refusal(cls, where: str, name: str) -> InvalidInputError:
        """The error for a field that it does not have."""
        if "context" in name:
            return InvalidInputError(f"{where}: unknown field {name!r}", hint="A context is named by --resource-id.")
        return super().refusal(where, name)

    @field_validator("kubeconfig")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        return absolute(value, "kubeconfig")


class KubeconfigConnector(Connector):
    """The contexts of a kubeconfig, each one a cluster."""

    kind = "kubeconfig"
    config_model = KubeconfigConfig

    async def _clusters(self) -> list[str]:
        """The contexts."""
        return sorted((await asyncio.to_thread(self._read)).contexts)

    async def only_cluster(self) -> str:
        """The one context, else the current one, as kubectl has it."""
        return self.resource or (await asyncio.to_thread(self._read)).access().context

    async def _login(self, cluster: str, *, interactive: bool) -> Login:
        login = access_login((await asyncio.to_thread(self._read)).access(cluster), interactive=interactive)
        return replace(login, endpoint=replace(login.endpoint, kubeconfig=self.config.kubeconfig))

    def _read(self) -> Kubeconfig:
        found = read_kubeconfig(Path(self.config.kubeconfig) if self.config.kubeconfig else None)
        if found is None:
            raise missing_kubeconfig()
        return found


class InClusterConnector(Connector):
    """The service account of the pod this runs in."""

    kind = IN_CLUSTER
    config_model = ConnectorConfig

    async def _clusters(self) -> list[str]:
        """The one this runs in."""
        return [IN_CLUSTER]

    async def _login(self, cluster: str, *, interactive: bool) -> Login:  # noqa: ARG002 - nobody is asked
        if cluster != IN_CLUSTER:
            raise self.no_such(cluster, [IN_CLUSTER])
        return await asyncio.to_thread(pod_login)
