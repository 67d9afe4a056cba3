"""Fixtures of the tests on the embedded cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.embedded import EmbeddedCluster


@pytest.fixture
async def cluster(embedded: EmbeddedCluster) -> AsyncIterator[Cluster]:
    """A client of the test's own cluster."""
    async with await connect(kubeconfig=embedded.kubeconfig) as connected:
        yield connected
