"""Fixtures of the fault suite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from k8stui.embedded import EmbeddedCluster
from tests.faults.place import Place, new_place


@pytest.fixture
async def place(embedded: EmbeddedCluster, tmp_path: Path) -> AsyncIterator[Place]:
    """A cluster of this test's own, with faults to be made before it."""
    async with new_place(embedded, tmp_path) as made:
        yield made
