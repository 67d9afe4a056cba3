"""Connectors to AKS, against a stand-in of Azure's resource manager; azure-identity is replaced where it logs in."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from k8stui.model.errors import ForbiddenError, InvalidInputError, NotFoundError, UnreachableError
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connectors.azure import AzureConnector
from k8stui.stacks.connectors.types import connector_of
from tests.unit.stacks.provider import Answer, Provider, provider

LIST = "/subscriptions/s1/providers/Microsoft.ContainerService/managedClusters"


def identifier(group: str, name: str) -> str:
    return f"/subscriptions/s1/resourcegroups/{group}/providers/Microsoft.ContainerService/managedClusters/{name}"


def kubeconfig(user: dict[str, Any]) -> str:
    cluster = {"server": "https://aks.example:443", "certificate-authority-data": base64.b64encode(b"PEM").decode()}
    content = {
        "current-context": "aks",
        "clusters": [{"name": "aks", "cluster": cluster}],
        "users": [{"name": "me", "user": user}],
        "contexts": [{"name": "aks", "context": {"cluster": "aks", "user": "me"}}],
    }
    return base64.b64encode(yaml.safe_dump(content).encode()).decode()


class Azure:
    """Two pages of clusters; one of them with Entra ID, the others with local accounts."""

    def __init__(self, stand_in: Provider) -> None:
        self.stand_in = stand_in
        self.refusal: Answer | None = None
        stand_in.answer = self.answer

    def answer(self, method: str, path: str) -> Answer:
        path = path.replace("?api-version=2024-09-01", "")
        if self.refusal:
            return self.refusal
        if path == LIST:
            first = {"name": "ml", "id": identifier("team", "ml")}
            return 200, {"value": [first], "nextLink": f"{self.stand_in.url}/page2"}
        if path == "/page2":
            return 200, {"value": [{"name": "dev", "id": identifier(group, "dev")} for group in ("a", "b")]}
        if method == "POST" and path == identifier("team", "ml") + "/listClusterUserCredential":
            return 200, {"kubeconfigs": [{"value": kubeconfig({"exec": {"command": "kubelogin"}})}]}
        if method == "POST" and path.endswith("/dev/listClusterUserCredential"):
            return 200, {"kubeconfigs": [{"value": kubeconfig({"token": "local"})}]}
        return 404, {"error": {"code": "NotFound", "message": "not there"}}


class Identity:
    """Gives a token that tells its scope."""

    def __init__(self) -> None:
        self.given = 0

    def get_token(self, scope: str) -> SimpleNamespace:
        self.given += 1
        return SimpleNamespace(token=f"{scope}#{self.given}", expires_on=int(time.time()) + 3600)


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    identity = Identity()
    monkeypatch.setattr(AzureConnector, "_log_in", lambda _: identity)
    with provider() as stand_in:
        yield Azure(stand_in)


def made(url: str, secrets: dict[str, str] | None = None, **config: Any) -> AzureConnector:
    settings = {"subscription_id": "s1", "endpoint_url": url, **config}
    connector = connector_of("eu", ServiceConnector(type="azure", config=settings), secrets or {})
    assert isinstance(connector, AzureConnector)
    return connector


async def test_the_clusters_of_a_subscription_are_listed_page_by_page(azure: Azure) -> None:
    url = azure.stand_in.url
    assert await made(url).clusters() == ["a/dev", "b/dev", "ml"]
    assert {authorization for _, _, authorization in azure.stand_in.asked} == {
        f"Bearer {url}/.default#1",
        f"Bearer {url}/.default#2",
    }


async def test_a_cluster_with_entra_id_takes_a_token_and_runs_no_kubelogin(azure: Azure) -> None:
    login = await made(azure.stand_in.url).login("ml")
    assert (login.endpoint.server, login.endpoint.authority) == ("https://aks.example:443", b"PEM")
    assert login.endpoint.connector == "eu"
    header = (await login.credentials.current()).headers["Authorization"]
    assert header.startswith("Bearer 6dae42f8-4368-4678-94ff-3960e28e3630/.default#")


async def test_a_cluster_with_local_accounts_takes_what_its_kubeconfig_has(azure: Azure) -> None:
    login = await made(azure.stand_in.url).login("b/dev")
    assert (await login.credentials.current()).headers == {"Authorization": "Bearer local"}
    assert login.endpoint.context == ""  # the context stands in no kubeconfig of the person's


async def test_what_keeps_one_out_is_told(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    url = azure.stand_in.url
    with pytest.raises(NotFoundError, match="reaches no cluster 'prod'") as told:
        await made(url).login("prod")
    assert told.value.hint == "It reaches: a/dev, b/dev, ml"
    azure.refusal = (403, {"error": {"code": "AuthorizationFailed", "message": "The client may not read."}})
    with pytest.raises(ForbiddenError, match="Azure does not let the connector 'eu' list the clusters: The client may"):
        await made(url).clusters()
    with pytest.raises(UnreachableError, match="'eu' could not list the clusters at Azure: Connection refused"):
        await made("http://127.0.0.1:1").clusters()

    def refuse(_: object) -> None:
        raise ClientAuthenticationError("AADSTS7000215: Invalid client secret provided.\nTrace ID: 1")

    monkeypatch.setattr(AzureConnector, "_log_in", refuse)
    with pytest.raises(UnreachableError, match=r"credentials of the connector 'eu': AADSTS7000215.*provided") as bad:
        await made(url).clusters()
    assert "Trace" not in bad.value.message


def test_a_principal_logs_in_by_its_secret_and_everybody_else_as_the_sdk_finds() -> None:
    url = "http://127.0.0.1:1"
    assert isinstance(made(url)._log_in(), DefaultAzureCredential)
    full = made(url, {"client_secret": "hush"}, tenant_id="t1", client_id="c1")
    assert isinstance(full._log_in(), ClientSecretCredential)
    assert "hush" not in repr(full)
    with pytest.raises(InvalidInputError, match=r"connector\.tenant_id is missing"):
        made(url, {"client_secret": "hush"}, client_id="c1")._log_in()
    with pytest.raises(InvalidInputError, match="subscription_id"):
        connector_of("eu", ServiceConnector(type="azure"), {})


async def test_a_new_secret_helps_an_open_session_once_the_old_one_is_refused(
    azure: Azure, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Principal:
        def __init__(self, secret: str) -> None:
            self.secret = secret

        def get_token(self, _: str) -> SimpleNamespace:
            return SimpleNamespace(token=f"of-{self.secret}", expires_on=int(time.time()) + 3600)

    monkeypatch.setattr(AzureConnector, "_log_in", lambda self: Principal(self._secrets["client_secret"]))
    connector = made(azure.stand_in.url, {"client_secret": "old"})
    login = await connector.login("ml")
    refused = await login.credentials.current()
    assert refused.headers["Authorization"] == "Bearer of-old"
    connector.reread = lambda: {"client_secret": "new"}
    assert await login.credentials.reload(refused)
    assert (await login.credentials.current()).headers["Authorization"] == "Bearer of-new"


async def test_whatever_else_azures_sdk_raises_is_told(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise HttpResponseError("The service is busy.\nTrace ID: 1")

    monkeypatch.setattr(AzureConnector, "_log_in", fail)
    with pytest.raises(UnreachableError, match=r"'eu' could not log in at Azure: The service is busy\.$"):
        await made(azure.stand_in.url).clusters()
