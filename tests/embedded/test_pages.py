"""README, tutorial and how-tos: what they have a person type does what they say, on the embedded cluster."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from k8stui.cluster.connect import connect
from k8stui.control.namespaces.preparing import prepare
from k8stui.embedded.kubeconfig import CONTEXT
from k8stui.plan.preparing import Preparation
from tests.docpages import name_of
from tests.docsession import SESSIONS, run


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", SESSIONS, ids=name_of)
def test_a_page_can_be_typed_from_beginning_to_end(page: Path, tmp_path: Path, embedded_kubeconfig: Path) -> None:
    namespace = f"page-{page.stem.lower()}"
    asyncio.run(_made(embedded_kubeconfig, namespace))
    done = run(page, tmp_path, kubeconfig=embedded_kubeconfig, context=CONTEXT, namespace=namespace)
    assert done.code == 0, done.said[-4000:]


async def _made(kubeconfig: Path, namespace: str) -> None:
    async with await connect(kubeconfig=kubeconfig) as cluster:
        async for _ in prepare(cluster, Preparation(namespace=namespace, create_namespace=True)):
            pass
