"""Fixtures for every kind of test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from k8stui.embedded import ClusterThread, EmbeddedCluster, Timing

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("K8STUI_HYPOTHESIS", "same"))
"""The same examples at each run; `K8STUI_HYPOTHESIS=search` looks for new ones."""

QUICK = Timing(job_backoff=0.3, crash_backoff=0.3, config_retry=0.3)
"""Delays of an embedded cluster in tests: the same order of things, without the waiting."""


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[EmbeddedCluster]:
    """Start an embedded cluster for one test."""
    async with EmbeddedCluster(tmp_path / "cluster", timing=QUICK) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def embedded_kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start one embedded cluster for all tests that only talk to it; give its kubeconfig."""
    with ClusterThread(tmp_path_factory.mktemp("embedded"), timing=QUICK) as running:
        yield running.cluster.kubeconfig
