"""Service connectors at an API server: dead tokens, another certificate authority, a proxy, no answer at all."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from k8stui.cluster.connect import open_cluster
from k8stui.cluster.login import Login
from k8stui.model.errors import UnreachableError
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.connectors.short_lived import ShortLivedCredentials, Token
from k8stui.stacks.connectors.types import connector_of
from k8stui.stacks.connectors.verifying import verify
from tests.cluster.contract.client import WAIT, Api, pem_of


@dataclass
class Place:
    """An API server, and a service account there."""

    api: Api
    server: str
    authority: Path

    async def token(self, account: str) -> str:
        """A token of an account that is made for it."""
        await self.api.create("serviceaccounts", {"metadata": {"name": account}})
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
        answer = await self.api.ok("POST", self.api.path("serviceaccounts", account, "token"), request)
        return str(answer["status"]["token"])

    async def dead_token(self) -> str:
        """A token that was good once: its account is gone, and the server knows."""
        token = await self.token("gone")
        await self.api.ok("DELETE", self.api.path("serviceaccounts", "gone"))
        as_gone = self.api.as_token(token)
        async with asyncio.timeout(WAIT):
            while (await as_gone.call("GET", self.api.path("pods"))).code != 401:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.05)
        return token

    def connector(self, kind: str = "token", secrets: dict[str, str] | None = None, **config: Any) -> Connector:
        settings = {"server": self.server, "cluster": "c", "certificate_authority": str(self.authority), **config}
        return connector_of("eu", ServiceConnector(type=kind, config=settings), secrets or {})


@pytest.fixture
def place(api: Api, contract_kubeconfig: Path, tmp_path: Path) -> Place:
    cluster = yaml.safe_load(contract_kubeconfig.read_text())["clusters"][0]["cluster"]
    authority = tmp_path / "ca.crt"
    authority.write_text(pem_of(cluster, "certificate-authority"))
    return Place(api, cluster["server"], authority)


async def test_a_token_of_a_service_account_lets_one_in_and_a_dead_one_does_not(place: Place) -> None:
    (found,) = await verify(place.connector(secrets={"token": await place.token("deployer")}))
    assert (found.cluster, found.error) == ("c", None)
    assert found.user == f"system:serviceaccount:{place.api.namespace}:deployer"
    assert found.version.startswith("v1.")
    (refused,) = await verify(place.connector(secrets={"token": await place.dead_token()}))
    assert isinstance(refused.error, UnreachableError)
    assert "(connector eu) were not accepted" in refused.error.message


async def test_a_session_goes_on_when_its_token_dies_before_its_time(place: Place) -> None:
    tokens = [await place.dead_token(), await place.token("deployer")]
    asked: list[str] = []

    async def fetch() -> Token:
        asked.append(tokens[len(asked)])
        return Token(asked[-1], datetime.now(UTC) + timedelta(minutes=14))

    endpoint = (await place.connector(secrets={"token": "unused"}).login()).endpoint
    async with open_cluster(Login(endpoint, ShortLivedCredentials(fetch))) as cluster:
        users = await asyncio.gather(*(cluster.whoami() for _ in range(5)))
    assert set(users) == {f"system:serviceaccount:{place.api.namespace}:deployer"}
    assert asked == tokens


async def test_a_login_plugin_is_asked_again_when_its_token_is_dead(place: Place, tmp_path: Path) -> None:
    tokens = [await place.dead_token(), await place.token("deployer")]
    (tmp_path / "tokens").write_text(json.dumps(tokens))
    script = tmp_path / "plugin.py"
    script.write_text(
        "import json, pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "token, *rest = json.loads(file.read_text())\n"
        "file.write_text(json.dumps(rest))\n"
        "answer = {'apiVersion': 'client.authentication.k8s.io/v1', 'kind': 'ExecCredential'}\n"
        "print(json.dumps({**answer, 'status': {'token': token}}))\n"
    )
    connector = place.connector("exec", command=sys.executable, args=[str(script), str(tmp_path / "tokens")])
    (found,) = await verify(connector)
    assert (found.error, found.user) == (None, f"system:serviceaccount:{place.api.namespace}:deployer")


async def test_another_authority_is_told_until_the_connector_has_the_new_one(place: Place, tmp_path: Path) -> None:
    secrets = {"token": await place.token("deployer")}
    right = place.authority.read_text()
    place.authority.write_text(_other_authority())
    (refused,) = await verify(place.connector(secrets=secrets))
    assert isinstance(refused.error, UnreachableError)
    assert "(connector eu) is not trusted" in refused.error.message
    place.authority.write_text(right)
    (found,) = await verify(place.connector(secrets=secrets))
    assert found.error is None


async def test_an_open_session_takes_up_what_the_connector_hands_out_by_then(place: Place, tmp_path: Path) -> None:
    right, told = place.authority.read_text(), list[str]()
    place.authority.write_text(_other_authority())
    by_token = await place.connector(secrets={"token": await place.token("deployer")}).login()
    entry = {"server": place.server, "certificate-authority-data": base64.b64encode(right.encode()).decode()}
    file = tmp_path / "kubeconfig"

    def log_in(token: str) -> None:
        content = {
            "clusters": [{"name": "c", "cluster": entry}],
            "users": [{"name": "u", "user": {"token": token}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        }
        file.write_text(json.dumps(content))

    log_in(await place.dead_token())
    by_file = await connector_of("k", ServiceConnector(type="kubeconfig", config={"kubeconfig": str(file)}), {}).login(
        "c"
    )
    async with open_cluster(by_token) as first, open_cluster(by_file) as second:
        for cluster, refusal in ((first, r"\(connector eu\) is not trusted"), (second, "were not accepted")):
            cluster.tell_renewals(told.append)
            with pytest.raises(UnreachableError, match=refusal):
                await cluster.whoami()
        place.authority.write_text(right)
        log_in(await place.token("other"))
        account = f"system:serviceaccount:{place.api.namespace}"
        assert await first.whoami() == f"{account}:deployer"
        assert await second.whoami() == f"{account}:other"
    assert [one.partition(" has changed")[0] for one in told] == [
        "The certificate authority of connector eu",
        "The user of connector k",
    ]


async def test_a_proxy_is_used_and_told_when_it_is_gone(place: Place) -> None:
    secrets = {"token": await place.token("deployer")}
    async with proxy() as running:
        (found,) = await verify(place.connector(secrets=secrets, proxy_url=running.url))
        assert found.error is None
        assert running.asked == [place.server.removeprefix("https://")]
    (refused,) = await verify(place.connector(secrets=secrets, proxy_url=running.url))
    assert refused.error
    assert f"The proxy {running.url} on the way to" in refused.error.message


async def test_a_cluster_that_does_not_answer_is_told(place: Place) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # nobody else gets the port, and nobody listens
        server = f"https://127.0.0.1:{deaf.getsockname()[1]}"
        (refused,) = await verify(place.connector(secrets={"token": "t"}, server=server))
    assert isinstance(refused.error, UnreachableError)
    assert refused.error.message.endswith("(connector eu): Connection refused.")
    assert "k8stui service-connector verify eu" in refused.error.hint


@dataclass
class Proxy:
    """An HTTP proxy on loopback, and what it was asked to connect to."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@asynccontextmanager
async def proxy() -> AsyncIterator[Proxy]:
    made = Proxy()
    pipes: set[asyncio.Task[None]] = set()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        made.asked.append(target)
        host, _, port = target.rpartition(":")
        beyond = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        for ends in ((reader, beyond[1]), (beyond[0], writer)):
            task = asyncio.create_task(pipe(*ends))
            pipes.add(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for task in pipes:
            task.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)


def _other_authority() -> str:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
