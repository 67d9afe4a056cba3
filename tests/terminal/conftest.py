"""An embedded cluster for each module, so that what one test leaves is on no other's screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui.embedded import ClusterThread
from tests.conftest import QUICK


@pytest.fixture(scope="module")
def own_kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start a cluster for the tests of one module; give its kubeconfig."""
    with ClusterThread(tmp_path_factory.mktemp("cluster"), timing=QUICK) as running:
        yield running.cluster.kubeconfig
