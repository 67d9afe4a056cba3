"""Connectors to Azure Kubernetes Service: azure-identity logs in, Azure's resource manager tells the clusters.

How a cluster is reached stands in the kubeconfig that Azure hands out. One with Microsoft Entra ID takes a token from
azure-identity in place of the `kubelogin` that stands there; one with local accounts brings its certificate.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import Field

from k8stui.cluster.connect import access_login
from k8stui.cluster.kubeconfig import Kubeconfig
from k8stui.cluster.login import Login
from k8stui.cluster.tls import endpoint_of
from k8stui.model.errors import InvalidInputError, UnreachableError
from k8stui.stacks.connectors.base import ConnectorConfig, missing_sdk
from k8stui.stacks.connectors.cloud import CloudConnector, by_name
from k8stui.stacks.connectors.rest import TIMEOUT, answer_of
from k8stui.stacks.connectors.short_lived import Token

_T = TypeVar("_T")

_SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630/.default"
"""The application by which all AKS clusters accept tokens of Entra ID, the same in every tenant."""
_VERSION = "2024-09-01"
"""Of the API Microsoft.ContainerService."""


class AzureConfig(ConnectorConfig):
    """A subscription of Azure.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    subscription_id: str = Field(description="the subscription's id")
    resource_group: str = Field("", description="a resource group; empty for all")
    tenant_id: str = Field("", description="the tenant's id, for a service principal")
    client_id: str = Field("", description="a service principal's, or a managed identity's")
    authority_host: str = Field("", description="where one logs in, for other clouds; empty for Azure's public one")
    endpoint_url: str = Field("https://management.azure.com", description="the address of the resource manager")


class AzureConnector(CloudConnector):
    """The AKS clusters of a subscription."""

    kind = "azure"
    config_model = AzureConfig
    secret_names: ClassVar = {"client_secret": "a service principal's secret; else the SDK looks where it always does"}

    async def _clusters(self) -> list[str]:
        return sorted(await self._in_thread(self._list))

    async def _login(self, cluster: str, *, interactive: bool) -> Login:
        known = await self._in_thread(self._list)
        if cluster not in known:
            raise self.no_such(cluster, sorted(known))
        found = known[cluster]
        kubeconfig = await self._in_thread(lambda: self._kubeconfig(found["id"]))
        access = replace(kubeconfig.access(), context="")  # it stands in no file that a person has
        if not access.user.value.get("exec") and not access.user.value.get("auth-provider"):
            return access_login(access, interactive=interactive)
        return Login(endpoint_of(access), self._credentials_of(lambda: self._token(_SERVER_APPLICATION)))

    def _list(self) -> dict[str, dict[str, Any]]:
        config = self.config
        group = f"/resourceGroups/{config.resource_group}" if config.resource_group else ""
        path = f"/subscriptions/{config.subscription_id}{group}/providers/Microsoft.ContainerService/managedClusters"
        url, found = f"{config.endpoint_url}{path}?api-version={_VERSION}", list[dict[str, Any]]()
        while url:
            body = self._call("GET", url, "list the clusters")
            found += body.get("value") or []
            url = str(body.get("nextLink") or "")
        return by_name(found, lambda one: _group(str(one["id"])))

    def _kubeconfig(self, cluster: str) -> Kubeconfig:
        url = f"{self.config.endpoint_url}{cluster}/listClusterUserCredential?api-version={_VERSION}"
        body = self._call("POST", url, "get the kubeconfig of a cluster")
        if not body.get("kubeconfigs"):
            raise UnreachableError(f"Azure hands out no kubeconfig for {cluster}.")
        merged = Kubeconfig()
        merged.add(Path("/azure"), yaml.safe_load(base64.b64decode(body["kubeconfigs"][0]["value"])))
        return merged

    def _call(self, method: str, url: str, what: str) -> dict[str, Any]:
        import requests

        token = self._token(f"{self.config.endpoint_url}/.default").value
        headers = {"Authorization": f"Bearer {token}"}
        return answer_of(
            lambda: requests.request(method, url, headers=headers, timeout=TIMEOUT),
            connector=self.name, provider="Azure", what=what,
        )  # fmt: skip

    def _token(self, scope: str) -> Token:
        self._session = self._session or self._log_in()
        found = self._session.get_token(scope)
        return Token(found.token, datetime.fromtimestamp(found.expires_on, UTC))

    def _log_in(self) -> Any:
        from azure.identity import ClientSecretCredential, DefaultAzureCredential

        config = self.config
        other = {"authority": config.authority_host} if config.authority_host else {}
        if not (secret := self._secrets.get("client_secret")):
            named = {"managed_identity_client_id": config.client_id} if config.client_id else {}
            return DefaultAzureCredential(**named, **other)
        for field in ("tenant_id", "client_id"):
            if not getattr(config, field):
                raise InvalidInputError(
                    f"connector.{field} is missing: a service principal with a client_secret needs it.",
                    hint=f"k8stui service-connector update {self.name} --{field}=…",
                )
        return ClientSecretCredential(config.tenant_id, config.client_id, secret, **other)

    def _told(self, work: Callable[[], _T], what: str) -> _T:
        try:
            import azure.identity  # noqa: F401 - whether it is there
            from azure.core.exceptions import (
                AzureError,
                ClientAuthenticationError,
                ServiceRequestError,
            )
        except ImportError:
            raise missing_sdk(self.kind, "Azure") from None
        # What a library has to say to its developers has no place on a terminal that is drawn on.
        logging.getLogger("azure").addHandler(logging.NullHandler())
        try:
            return work()
        except ClientAuthenticationError as error:
            said = str(error.message).split("\n")[0].rstrip(". ")
            raise UnreachableError(
                f"Azure does not accept the credentials of the connector {self.name!r}: {said}.",
                hint="Log in again (az login), or give it another secret: "
                f"k8stui service-connector update {self.name} --secret client_secret",
            ) from error
        except ServiceRequestError as error:
            raise UnreachableError(
                f"The connector {self.name!r} could not {what} at Azure: it cannot be reached.",
                hint="Is Azure reachable from here?",
            ) from error
        except AzureError as error:
            said = str(error.message).split("\n")[0].rstrip(". ")
            raise UnreachableError(f"The connector {self.name!r} could not {what} at Azure: {said}.") from error


def _group(identifier: str) -> str:
    parts = identifier.split("/")
    return next((after for part, after in pairwise(parts) if part.lower() == "resourcegroups"), "")
