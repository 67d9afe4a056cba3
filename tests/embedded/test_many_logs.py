"""Many logs at once, through a lost connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from k8stui.cluster.connect import connect
from k8stui.control.logs.many import LogQuery
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui_tui.feeds.logs import LogFeed
from tests.cluster.contract.manifests import Obj, pod
from tests.embedded.gate import Gate
from tests.embedded.logreader import Reader
from tests.embedded.runs import eventually

PODS, LINES = 60, 5
QUERY = LogQuery(pipeline="many")
SCRIPT = """
say() {{ for n in 1 2 3 4 5; do echo "$1 {number} $n"; done; }}
say before; until [ -e {flag} ]; do sleep 0.5; done; say after
"""


def expected(word: str) -> set[str]:
    return {f"{word} {number} {line + 1}" for number in range(PODS) for line in range(LINES)}


def manifests(flag: Path) -> Iterator[Obj]:
    labels = dict(pair.split("=", 1) for pair in QUERY.labels.split(","))
    for number in range(PODS):
        manifest = pod(f"many-{number}", fields={"command": ["sh", "-c", SCRIPT.format(number=number, flag=flag)]})
        manifest["metadata"]["labels"] = {**labels, names.LABEL_STEP: f"step-{number}"}
        yield manifest


async def test_of_many_logs_each_line_comes_once_though_the_connection_breaks(
    embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    async with Gate(embedded.url) as gate, await connect(kubeconfig=gate.kubeconfig(embedded.kubeconfig)) as behind:
        await asyncio.gather(*(behind.create(one) for one in manifests(flag)))
        async with LogFeed(behind, QUERY) as feed:
            reader = Reader(feed)
            await reader.until(*expected("before"))
            await gate.shut()
            flag.touch()
            await gate.open()
            await reader.until(*expected("after"))
            await eventually(reader.look, until=lambda texts: any("reconnected after" in text for text in texts))
    written = [line.text for line in reader.lines if line.kind == "log"]
    assert len(written) == len(set(written)) == 2 * PODS * LINES
    assert set(written) == expected("before") | expected("after")
    told = [line.text for line in reader.lines if line.kind == "note"]
    assert len(told) < 10, told
