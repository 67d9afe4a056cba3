"""An embedded cluster for each module, so that what one test leaves is on no other's screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui.embedded import ClusterThread
from tests.conftest import QUICK
from tests.embedded.command import Shell, shell


@pytest.fixture(scope="module")
def own_kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start a cluster for the tests of one module; give its kubeconfig."""
    with ClusterThread(tmp_path_factory.mktemp("cluster"), timing=QUICK) as running:
        yield running.cluster.kubeconfig


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory, own_kubeconfig: Path) -> Shell:
    """A folder with pipelines on the cluster of the module."""
    return shell(tmp_path_factory.mktemp("author"), own_kubeconfig)


@pytest.fixture(scope="module")
def run(at: Shell) -> str:
    """A run that goes on."""
    return at.name_of("slow.py").removeprefix("run/")
