"""Connectors to GKE, with google-auth against a stand-in of Google's APIs."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from k8stui.model.errors import ForbiddenError, InvalidInputError, NotFoundError, UnreachableError
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.connectors.short_lived import ShortLivedCredentials
from k8stui.stacks.connectors.types import connector_of
from tests.unit.stacks.provider import Answer, Provider, provider

ZENML: dict[str, Any] = {
    "name": "zenml-test-cluster",
    "location": "europe-west1",
    "endpoint": "34.1.2.3",
    "status": "RUNNING",
    "masterAuth": {"clusterCaCertificate": base64.b64encode(b"PEM").decode()},
    "controlPlaneEndpointsConfig": {"dnsEndpointConfig": {"endpoint": "gke-1.europe-west1.gke.goog"}},
}
TWINS = [{"name": "dev", "location": place, "endpoint": f"10.0.0.{n}"} for n, place in enumerate(("eu", "us"))]


class Google:
    """Hands out tokens, and lists clusters to whoever has one."""

    def __init__(self, stand_in: Provider) -> None:
        self.stand_in = stand_in
        self.tokens = 0
        self.refuses: dict[str, Answer] = {}
        stand_in.answer = self.answer

    def answer(self, method: str, path: str) -> Answer:
        if path in self.refuses:
            return self.refuses[path]
        if path == "/token":
            self.tokens += 1
            return 200, {"access_token": f"ya29.{self.tokens}", "expires_in": 3600, "token_type": "Bearer"}
        if path == "/v1/projects/ml/locations/-/clusters":
            return 200, {"clusters": [ZENML, *TWINS]}
        return 404, {"error": {"code": 404, "message": f"{path} is not there.", "status": "NOT_FOUND"}}


@pytest.fixture
def google() -> Iterator[Google]:
    with provider() as stand_in:
        yield Google(stand_in)


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def key(google: Google, private_key: str) -> dict[str, str]:
    """The secrets of a connector: a service account's key."""
    info = {
        "type": "service_account",
        "project_id": "ml",
        "private_key_id": "1",
        "private_key": private_key,
        "client_email": "k8stui@ml.iam.gserviceaccount.com",
        "token_uri": f"{google.stand_in.url}/token",
    }
    return {"credentials_json": json.dumps(info)}


def made(google: Google, secrets: dict[str, str], **config: Any) -> Connector:
    settings = {"endpoint_url": google.stand_in.url, **config}
    return connector_of("eu", ServiceConnector(type="gcp", config=settings), secrets)


async def test_the_clusters_of_the_keys_project_are_listed(google: Google, key: dict[str, str]) -> None:
    assert await made(google, key).clusters() == ["eu/dev", "us/dev", "zenml-test-cluster"]
    assert google.stand_in.asked[-1] == ("GET", "/v1/projects/ml/locations/-/clusters", "Bearer ya29.1")


async def test_logging_in_gives_address_authority_and_a_token_that_is_renewed(
    google: Google, key: dict[str, str]
) -> None:
    login = await made(google, key).login("zenml-test-cluster")
    assert (login.endpoint.server, login.endpoint.authority) == ("https://34.1.2.3", b"PEM")
    assert login.endpoint.connector == "eu"
    refused = await login.credentials.current()
    assert refused.headers == {"Authorization": "Bearer ya29.2"}
    assert await login.credentials.reload(refused)
    assert (await login.credentials.current()).headers == {"Authorization": "Bearer ya29.3"}
    assert isinstance(login.credentials, ShortLivedCredentials)
    assert login.credentials.expires
    assert timedelta(minutes=50) < login.credentials.expires - datetime.now(UTC) < timedelta(minutes=61)
    assert (await made(google, key).login("us/dev")).endpoint.server == "https://10.0.0.1"


async def test_a_cluster_is_reached_by_the_address_that_is_asked_for(google: Google, key: dict[str, str]) -> None:
    login = await made(google, key, address="dns").login("zenml-test-cluster")
    assert (login.endpoint.server, login.endpoint.authority) == ("https://gke-1.europe-west1.gke.goog", None)
    with pytest.raises(UnreachableError, match="'zenml-test-cluster' has no internal address") as told:
        await made(google, key, address="internal").login("zenml-test-cluster")
    assert "Addresses it has: public, dns" in told.value.hint
    with pytest.raises(InvalidInputError, match="address"):
        made(google, key, address="private")


async def test_what_keeps_one_out_is_told(google: Google, key: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFoundError, match="reaches no cluster 'prod'") as told:
        await made(google, key).login("prod")
    assert told.value.hint == "It reaches: eu/dev, us/dev, zenml-test-cluster"
    with pytest.raises(NotFoundError, match=r"could not list the clusters: .*projects/other"):
        await made(google, key, project="other").clusters()
    forbidden = {"error": {"code": 403, "message": "Kubernetes Engine API has not been used in project ml."}}
    google.refuses["/v1/projects/ml/locations/-/clusters"] = (403, forbidden)
    with pytest.raises(ForbiddenError, match="does not let the connector 'eu' list the clusters: Kubernetes Engine"):
        await made(google, key).clusters()
    google.refuses["/token"] = (400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
    with pytest.raises(UnreachableError, match="does not accept the credentials of the connector 'eu': invalid_grant"):
        await made(google, key).clusters()
    with pytest.raises(InvalidInputError, match="no key of a service account") as damaged:
        await made(google, {"credentials_json": '{"type": "service_account", "private_key": "hush"}'}).clusters()
    assert "hush" not in str(damaged.value)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent.json")
    with pytest.raises(UnreachableError, match="has no credentials, and the SDK finds none") as none:
        await made(google, {}).clusters()
    assert "gcloud auth application-default login" in none.value.hint


async def test_a_new_key_helps_an_open_session_once_the_old_one_is_refused(google: Google, key: dict[str, str]) -> None:
    connector = made(google, key)
    login = await connector.login("zenml-test-cluster")
    refused = await login.credentials.current()
    google.refuses["/token"] = 400, {"error": "invalid_grant"}
    google.refuses["/new"] = 200, {"access_token": "new", "expires_in": 3600, "token_type": "Bearer"}
    info = {**json.loads(key["credentials_json"]), "token_uri": f"{google.stand_in.url}/new"}
    connector.reread = lambda: {"credentials_json": json.dumps(info)}
    assert await login.credentials.reload(refused)
    assert (await login.credentials.current()).headers["Authorization"] == "Bearer new"
