"""Connectors to EKS, with botocore against a stand-in of AWS."""

from __future__ import annotations

import base64
import builtins
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from k8stui.model.errors import ForbiddenError, InvalidInputError, K8stuiError, NotFoundError, UnreachableError
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connectors.aws import AwsConnector
from k8stui.stacks.connectors.short_lived import ShortLivedCredentials
from k8stui.stacks.connectors.types import connector_of

REGION = "eu-west-1"
KEYS = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret-part"}


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[None]:
    """An account with two clusters: once for all tests, which change nothing in it."""
    with mock_aws(config={"core": {"mock_credentials": False}}):
        eks = boto3.client("eks", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="y")
        for name in ("zenbox", "gpu"):
            eks.create_cluster(name=name, roleArn="arn:aws:iam::123456789012:role/eks", resourcesVpcConfig={})
        yield


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where nothing of AWS is set up."""
    for name in ("PROFILE", "REGION", "DEFAULT_REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def made(*, resource: str = "", secrets: dict[str, str] | None = None, **config: Any) -> AwsConnector:
    registered = ServiceConnector(type="aws", resource=resource, config={"region": REGION, **config})
    connector = connector_of("eu", registered, KEYS if secrets is None else secrets)
    assert isinstance(connector, AwsConnector)
    return connector


def signed(header: str) -> dict[str, str]:
    """The request that a token stands for."""
    encoded = header.removeprefix("Bearer k8s-aws-v1.")
    url = urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    return {"host": url.netloc, **{name: values[0] for name, values in parse_qs(url.query).items()}}


async def test_the_clusters_of_a_region_are_listed() -> None:
    assert await made().clusters() == ["gpu", "zenbox"]
    assert await made(region="us-east-1").clusters() == []
    with pytest.raises(InvalidInputError, match="reaches 2 clusters: gpu, zenbox"):
        await made().login()


async def test_logging_in_gives_address_authority_and_a_signed_token_for_this_cluster() -> None:
    login = await made().login("zenbox")
    assert login.endpoint.server.startswith("https://")
    assert login.endpoint.authority
    assert login.endpoint.connector == "eu"
    request = signed((await login.credentials.current()).headers["Authorization"])
    assert request["host"] == "sts.eu-west-1.amazonaws.com"
    assert request["Action"] == "GetCallerIdentity"
    assert request["X-Amz-Expires"] == "60"
    assert "x-k8s-aws-id" in request["X-Amz-SignedHeaders"]
    assert request["X-Amz-Credential"].startswith("AKIAEXAMPLE/")
    assert isinstance(login.credentials, ShortLivedCredentials)
    assert login.credentials.expires
    left = login.credentials.expires - datetime.now(UTC)
    assert timedelta(minutes=13) < left <= timedelta(minutes=14)


async def test_a_role_is_assumed_and_its_credentials_sign() -> None:
    role = "arn:aws:iam::123456789012:role/deployer"
    login = await made(role_arn=role, external_id="k8stui").login("gpu")
    request = signed((await login.credentials.current()).headers["Authorization"])
    assert not request["X-Amz-Credential"].startswith("AKIAEXAMPLE/")
    assert request["X-Amz-Security-Token"]


async def test_a_cluster_that_is_not_there_is_told_with_those_that_are() -> None:
    for connector, named in ((made(resource="prod"), ""), (made(), "prod")):
        with pytest.raises(NotFoundError, match="'eu' reaches no cluster 'prod'") as told:
            await connector.login(named)
        assert told.value.hint == "It reaches: gpu, zenbox"


async def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreachableError, match="'eu' has no credentials, and the SDK finds none") as told:
        await made(secrets={}).clusters()
    assert "aws sso login" in told.value.hint
    with pytest.raises(InvalidInputError, match="'eu' has no region") as missing:
        await made(region="").clusters()
    assert "update eu --region=" in missing.value.hint
    with pytest.raises(InvalidInputError, match="without its secret part"):
        await made(secrets={"aws_access_key_id": "AKIA"}).clusters()
    with pytest.raises(UnreachableError, match="profile"):
        await made(profile="gone").clusters()
    monkeypatch.setenv("AWS_REGION", REGION)
    assert await made(region="").clusters() == ["gpu", "zenbox"]


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("AccessDeniedException", ForbiddenError, "does not let the connector 'eu' list the clusters: said"),
        ("ExpiredTokenException", UnreachableError, "does not accept the credentials of the connector 'eu': said"),
        ("ServerException", UnreachableError, r"could not list the clusters at AWS: said \(ServerException\)"),
    ],
)
async def test_a_refusal_is_told(
    code: str, kind: type[K8stuiError], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> list[str]:
        raise ClientError({"Error": {"Code": code, "Message": "said."}}, "ListClusters")

    monkeypatch.setattr(AwsConnector, "_list", refuse)
    with pytest.raises(kind, match=message):
        await made().clusters()


async def test_an_address_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(UnreachableError, match="'eu' could not list the clusters at AWS"):
        await made(endpoint_url="http://127.0.0.1:1").clusters()


async def test_without_the_sdk_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name.startswith("botocore"):
            raise ImportError(name)
        return known(name, *arguments, **named)

    connector = made()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(K8stuiError, match="need AWS's SDK, which is not installed") as told:
        await connector.clusters()
    assert told.value.hint == "pip install 'k8stui[aws]'"


def test_no_secret_is_in_a_repr() -> None:
    assert "secret-part" not in repr(made())


async def test_a_new_key_helps_an_open_session_once_the_old_one_is_refused() -> None:
    connector = made()
    login = await connector.login("zenbox")
    refused = await login.credentials.current()
    connector.reread = lambda: {**KEYS, "aws_access_key_id": "AKIANEW"}
    assert await login.credentials.reload(refused)
    request = signed((await login.credentials.current()).headers["Authorization"])
    assert request["X-Amz-Credential"].startswith("AKIANEW/")
