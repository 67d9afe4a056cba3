"""Fixtures for every kind of test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from k8stui.embedded import ClusterThread, EmbeddedCluster, Timing
from tests.chances import examples

settings.register_profile("ours", examples())
settings.load_profile("ours")

for size in ("COLUMNS", "LINES"):
    # pytest-xdist sets them in its workers, and programs believe them more than the terminal that a test gives them.
    os.environ.pop(size, None)

os.environ["K8STUI_SECRETS"] = "file"
"""No test may look into the keyring of the person who runs it."""
os.environ["K8STUI_STACKS"] = f"{tempfile.gettempdir()}/no-stacks-{os.getpid()}/stacks.yaml"
"""No test reads the stacks of the person who runs it, nor does a program that a test starts."""

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
