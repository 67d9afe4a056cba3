"""Fixtures for every kind of test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from k8stui.embedded import EmbeddedCluster, Timing

QUICK = Timing(job_backoff=0.3, crash_backoff=0.3, config_retry=0.3)
"""Delays of an embedded cluster in tests: the same order of things, without the waiting."""


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[EmbeddedCluster]:
    """Start an embedded cluster for one test."""
    async with EmbeddedCluster(tmp_path / "cluster", timing=QUICK) as cluster:
        yield cluster
