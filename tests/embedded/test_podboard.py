"""All pods, kept fresh."""

from __future__ import annotations

from k8stui.cluster.connect import connect
from k8stui.cluster.resources import PODS
from k8stui.control.pods.board import PodBoard
from k8stui.embedded import EmbeddedCluster
from tests.embedded.pods import manifest
from tests.embedded.runs import eventually


async def test_it_follows_pods_from_beginning_to_end(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster, PodBoard(cluster) as board:
        await board.wait_synced()
        assert not board.pods
        await cluster.create(manifest("bad", "exit(3)"))

        async def statuses() -> list[str]:
            return [one.pod.status for one in board.pods]

        await eventually(statuses, until=lambda found: found == ["failed"])
        found = board.find(cluster.namespace, "bad")
        assert found is not None
        assert found.pod.exit_code == 3
        version, pods = board.version, board.pods
        assert (board.version, board.pods) == (version, pods)
        assert board.pods is pods
        await cluster.delete(PODS, "bad", uid=found.pod.uid)
        await eventually(statuses, until=lambda found: not found)
        assert board.find(cluster.namespace, "bad") is None
        assert board.version > version
