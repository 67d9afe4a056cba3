"""Connectors to Google Kubernetes Engine: google-auth finds and renews credentials, GKE's API tells the clusters.

A cluster of GKE accepts an access token of Google's as it is. google-auth blocks, so it is used in threads.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import Field

from k8stui.cluster.login import Login
from k8stui.cluster.tls import Endpoint, named_endpoint
from k8stui.model.errors import InvalidInputError, UnreachableError
from k8stui.stacks.connectors.base import ConnectorConfig, missing_sdk
from k8stui.stacks.connectors.cloud import CloudConnector, by_name
from k8stui.stacks.connectors.rest import TIMEOUT, answer_of
from k8stui.stacks.connectors.short_lived import Token

_T = TypeVar("_T")

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email")
"""The second one lets the cluster know the account by its mail address, which its RBAC names."""


class GcpConfig(ConnectorConfig):
    """A project of Google Cloud.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    project: str = Field("", description="the project's id; empty for that of the credentials")
    location: str = Field("", description="a region or zone, such as europe-west1; empty for all")
    impersonate: str = Field("", description="the mail address of a service account to act as; empty for none")
    address: Literal["public", "internal", "dns"] = Field(
        "public", description="public, internal or dns: by which of its addresses a cluster is reached"
    )
    endpoint_url: str = Field("https://container.googleapis.com", description="the address of GKE's API")


class GcpConnector(CloudConnector):
    """The GKE clusters of a project."""

    kind = "gcp"
    config_model = GcpConfig
    secret_names: ClassVar = {
        "credentials_json": "a service account's key, or other credentials of google-auth, as JSON; else the SDK looks"
    }

    async def _clusters(self) -> list[str]:
        return sorted(await self._in_thread(self._list))

    async def _login(self, cluster: str, *, interactive: bool) -> Login:  # noqa: ARG002 - the SDK asks nobody
        known = await self._in_thread(self._list)
        if cluster not in known:
            raise self.no_such(cluster, sorted(known))
        return Login(self._endpoint(cluster, known[cluster]), self._credentials_of(self._token))

    def _endpoint(self, name: str, cluster: Mapping[str, Any]) -> Endpoint:
        kind = self.config.address
        dns = ((cluster.get("controlPlaneEndpointsConfig") or {}).get("dnsEndpointConfig") or {}).get("endpoint")
        addresses = {
            "public": cluster.get("endpoint"),
            "internal": (cluster.get("privateClusterConfig") or {}).get("privateEndpoint"),
            "dns": dns,
        }
        if not addresses[kind]:
            there = ", ".join(other for other, address in addresses.items() if address) or "none"
            raise UnreachableError(
                f"The cluster {name!r} has no {kind} address; it is {cluster.get('status', 'in an unknown state')}.",
                hint=f"Addresses it has: {there}. k8stui service-connector update {self.name} --address=…",
            )
        if kind == "dns":
            return named_endpoint(f"https://{dns}", None)
        authority = base64.b64decode((cluster.get("masterAuth") or {}).get("clusterCaCertificate") or "")
        return named_endpoint(f"https://{addresses[kind]}", authority or None)

    def _list(self) -> dict[str, dict[str, Any]]:
        from google.auth.transport.requests import AuthorizedSession

        credentials, project = self._credentials()
        if not (self.config.project or project):
            raise InvalidInputError(
                f"The connector {self.name!r} has no project, and its credentials name none.",
                hint=f"k8stui service-connector update {self.name} --project=ID",
            )
        place = f"projects/{self.config.project or project}/locations/{self.config.location or '-'}"
        with AuthorizedSession(credentials) as session:
            body = answer_of(
                lambda: session.get(f"{self.config.endpoint_url}/v1/{place}/clusters", timeout=TIMEOUT),
                connector=self.name, provider="Google Cloud", what="list the clusters",
            )  # fmt: skip
        return by_name(body.get("clusters") or [], lambda one: str(one.get("location")))

    def _token(self) -> Token:
        from google.auth.transport.requests import Request

        credentials, _ = self._credentials()
        credentials.refresh(Request())
        # google-auth writes UTC without saying so.
        expires = credentials.expiry.replace(tzinfo=UTC) if credentials.expiry else None
        return Token(credentials.token, expires or datetime.now(UTC) + timedelta(minutes=5))

    def _credentials(self) -> tuple[Any, str]:
        """The SDK's credentials, and the project that they belong to; empty where they name none."""
        if self._session is None:
            found, project = self._named() if self._secrets.get("credentials_json") else self._default()
            if self.config.impersonate:
                from google.auth.impersonated_credentials import Credentials

                found = Credentials(found, self.config.impersonate, _SCOPES)
            self._session = found, project or ""
        credentials, project = self._session
        return credentials, project

    def _named(self) -> tuple[Any, str | None]:
        from google.auth import load_credentials_from_dict
        from google.oauth2.service_account import Credentials

        try:
            info = json.loads(self._secrets["credentials_json"])
            if info.get("type") == "service_account":
                return Credentials.from_service_account_info(info, scopes=_SCOPES), info.get("project_id")
            found, project = load_credentials_from_dict(info, scopes=_SCOPES)
        except (ValueError, AttributeError) as error:
            # What the libraries say may quote the key: it is not repeated.
            raise InvalidInputError(
                f"The secret credentials_json of the connector {self.name!r} is no key of a service account as JSON.",
                hint=f"k8stui service-connector update {self.name} --secret credentials_json=@KEY.json",
            ) from error
        return found, project

    def _default(self) -> tuple[Any, str | None]:
        from google.auth import default

        found: tuple[Any, str | None] = default(scopes=_SCOPES)
        return found

    def _told(self, work: Callable[[], _T], what: str) -> _T:
        try:
            from google.auth import exceptions
        except ImportError:
            raise missing_sdk(self.kind, "Google") from None
        # What a library has to say to its developers has no place on a terminal that is drawn on.
        logging.getLogger("google").addHandler(logging.NullHandler())
        try:
            return work()
        except exceptions.DefaultCredentialsError as error:
            raise UnreachableError(
                f"The connector {self.name!r} has no credentials, and the SDK finds none.",
                hint="Log in (gcloud auth application-default login), or give --secret credentials_json=@KEY.json.",
            ) from error
        except exceptions.TransportError as error:
            raise UnreachableError(
                f"The connector {self.name!r} could not {what} at Google Cloud: it cannot be reached.",
                hint="Is Google Cloud reachable from here?",
            ) from error
        except exceptions.GoogleAuthError as error:
            said = str(error.args[0] if error.args else error).rstrip(".")
            raise UnreachableError(
                f"Google does not accept the credentials of the connector {self.name!r}: {said}.",
                hint="Log in again (gcloud auth application-default login), or give it another key: "
                f"k8stui service-connector update {self.name} --secret credentials_json=@KEY.json",
            ) from error
