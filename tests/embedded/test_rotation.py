"""A session that is open goes on when the cluster's authority is rotated, or a person logs in anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from k8stui.cluster.connect import connect, open_cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import NAMESPACES
from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.kubeconfig import write_kubeconfig
from k8stui.model.errors import UnreachableError
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connectors.types import connector_of
from tests.waiting import until


async def test_an_open_session_takes_up_the_authority_that_the_kubeconfig_has_by_then(
    embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    file = tmp_path / "kubeconfig"

    def write(server: str = "", token: str = "") -> None:
        write_kubeconfig(file, server=server or embedded.url, ca=embedded.ca, token=token or embedded.token)

    write()
    told: list[str] = []
    async with await connect(kubeconfig=file) as cluster, Mirror(cluster, NAMESPACES) as mirror:
        cluster.tell_renewals(told.append)
        await mirror.wait_synced()
        embedded.rotate_authority()
        with pytest.raises(UnreachableError, match="is not trusted"):
            await cluster.list(NAMESPACES)
        # Where the context leads somewhere else by now, the session stays where it is.
        write(server="https://127.0.0.1:1")
        with pytest.raises(UnreachableError, match="is not trusted") as caught:
            await cluster.list(NAMESPACES)
        assert "gives another address for it, https://127.0.0.1:1" in caught.value.hint
        file.write_text("half a file: [")
        with pytest.raises(UnreachableError, match="is not trusted"):
            await cluster.list(NAMESPACES)
        assert told == []
        write()
        assert await asyncio.gather(*(cluster.list(NAMESPACES) for _ in range(5)))
        await until(lambda: mirror.connected)
        assert told == [
            "The certificate authority of context embedded has changed: taken up anew, the session goes on."
        ]


async def test_an_open_session_takes_up_the_token_that_the_kubeconfig_has_by_then(
    embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    file = tmp_path / "kubeconfig"
    write_kubeconfig(file, server=embedded.url, ca=embedded.ca, token="expired")
    told: list[str] = []
    async with await connect(kubeconfig=file) as cluster:
        cluster.tell_renewals(told.append)
        with pytest.raises(UnreachableError, match="not accepted"):
            await cluster.list(NAMESPACES)
        write_kubeconfig(file, server=embedded.url, ca=embedded.ca, token=embedded.token)
        assert await cluster.list(NAMESPACES)
    assert told == ["The user of context embedded has changed: taken up anew, the session goes on."]


async def test_a_connector_is_asked_for_the_new_authority(embedded: EmbeddedCluster, tmp_path: Path) -> None:
    authority = tmp_path / "ca.crt"
    authority.write_text(embedded.ca)
    settings = {"server": embedded.url, "cluster": "c", "certificate_authority": str(authority)}
    connector = connector_of("eu", ServiceConnector(type="token", config=settings), {"token": embedded.token})
    told: list[str] = []
    async with open_cluster(await connector.login()) as cluster:
        cluster.tell_renewals(told.append)
        assert await cluster.list(NAMESPACES)
        embedded.rotate_authority()
        with pytest.raises(UnreachableError, match=r"\(connector eu\) is not trusted"):
            await cluster.list(NAMESPACES)
        authority.write_text(embedded.ca)
        assert await cluster.list(NAMESPACES)
    assert told == ["The certificate authority of connector eu has changed: taken up anew, the session goes on."]
