"""From a stack to its cluster: what wins, and what happens when a token, a certificate or a way there is no good."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.cluster.resources import NAMESPACES
from k8stui.embedded import EmbeddedCluster
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.errors import ForbiddenError, NotFoundError, UnreachableError
from k8stui.model.stacks import Orchestrator, ServiceConnector, StackDocument
from k8stui.stacks.active import ActiveStack, active_stack
from k8stui.stacks.connecting import connect_stack
from k8stui.stacks.secrets import Secrets


@dataclass
class Server:
    """What a person knows of the embedded cluster."""

    url: str
    authority: str
    token: str = field(repr=False)


@pytest.fixture
def server(embedded: EmbeddedCluster, tmp_path: Path) -> Server:
    content = yaml.safe_load(embedded.kubeconfig.read_text())
    cluster = content["clusters"][0]["cluster"]
    authority = tmp_path / "ca.crt"
    authority.write_bytes(base64.b64decode(cluster["certificate-authority-data"]))
    return Server(cluster["server"], str(authority), content["users"][0]["user"]["token"])


def stack(connector: ServiceConnector | None = None, *, resource: str = "", **config: Any) -> ActiveStack:
    orchestrator = Orchestrator(
        connector="eu" if connector else "", resource=resource, config=KubernetesOrchestratorConfig(**config)
    )
    document = StackDocument.model_validate(
        {
            "active": "prod",
            "stacks": {"prod": {"orchestrator": "gpu"}},
            "orchestrators": {"gpu": orchestrator},
            "connectors": {"eu": connector} if connector else {},
        }
    )
    active = active_stack(document)
    assert active is not None
    return active


def by_token(known: Server, **config: Any) -> ServiceConnector:
    settings = {"server": known.url, "certificate_authority": known.authority, **config}
    return ServiceConnector(type="token", config=settings, secrets=("token",))


def kept(tmp_path: Path, token: str) -> Secrets:
    secrets = Secrets(tmp_path / "stacks.yaml", place="file")
    secrets.keep("connector/eu", {"token": token})
    return secrets


async def test_a_connector_wins_over_incluster_and_that_over_a_context(
    server: Server, embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(embedded.kubeconfig))
    secrets = kept(tmp_path, server.token)
    both: dict[str, Any] = {"incluster": True, "kubernetes_context": "gone", "kubernetes_namespace": "default"}
    async with await connect_stack(stack(by_token(server), **both), secrets=secrets) as cluster:
        assert (cluster.connector, cluster.context, cluster.namespace) == ("eu", "", "default")
        assert await cluster.whoami()
    with pytest.raises(UnreachableError, match="does not run in a pod"):
        await connect_stack(stack(**both))
    with pytest.raises(NotFoundError, match="no context 'gone'"):
        await connect_stack(stack(kubernetes_context="gone"))
    async with await connect_stack(stack(kubernetes_context="embedded"), namespace="team") as cluster:
        assert (cluster.context, cluster.connector, cluster.namespace) == ("embedded", "", "team")
    async with await connect_stack(stack()) as cluster:
        assert cluster.namespace == "zenml"


async def test_read_only_holds_by_a_connector_too(server: Server, tmp_path: Path) -> None:
    one = stack(by_token(server), resource="127.0.0.1")
    async with await connect_stack(one, read_only=True, secrets=kept(tmp_path, server.token)) as cluster:
        with pytest.raises(ForbiddenError, match="Read-only mode"):
            await cluster.delete(NAMESPACES, "default")


async def test_what_keeps_one_out_is_told_with_the_connector(server: Server, tmp_path: Path) -> None:
    async with await connect_stack(stack(by_token(server)), secrets=kept(tmp_path, "expired")) as cluster:
        with pytest.raises(UnreachableError, match=r"\(connector eu\) were not accepted") as told:
            await cluster.get(NAMESPACES, "default")
        assert told.value.hint == "They may have expired: log in again, or k8stui service-connector update eu …"
    secrets = kept(tmp_path, server.token)
    unchecked = by_token(server, certificate_authority="")
    async with await connect_stack(stack(unchecked), secrets=secrets) as cluster:
        with pytest.raises(UnreachableError, match=r"certificate of .*\(connector eu\) is not trusted") as told:
            await cluster.version()
        assert "connector 'eu'" in told.value.hint
    nowhere = by_token(server, server="https://127.0.0.1:1")
    async with await connect_stack(stack(nowhere), secrets=secrets) as cluster:
        with pytest.raises(UnreachableError, match=r"No connection to .*\(connector eu\): Connection refused"):
            await cluster.version()
    proxied = by_token(server, proxy_url="http://127.0.0.1:1")
    async with await connect_stack(stack(proxied), secrets=secrets) as cluster:
        with pytest.raises(UnreachableError, match=r"proxy http://127\.0\.0\.1:1 on the way"):
            await cluster.version()


async def test_an_open_session_takes_the_new_token_when_the_old_one_is_refused(server: Server, tmp_path: Path) -> None:
    secrets = kept(tmp_path, "expired")
    async with await connect_stack(stack(by_token(server)), secrets=secrets) as cluster:
        with pytest.raises(UnreachableError, match="were not accepted"):
            await cluster.get(NAMESPACES, "default")
        secrets.keep("connector/eu", {"token": server.token})
        assert (await cluster.get(NAMESPACES, "default"))["metadata"]["name"] == "default"
