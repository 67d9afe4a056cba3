"""Fixtures for every kind of test."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from k8stui.embedded import ClusterThread, EmbeddedCluster, Timing
from k8stui_tui.config.memory import Memory
from k8stui_tui.hints import HINTS
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


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays: thousands of tests and modules, which it took a third of the time for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _nobodys_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs that tests start know no person's config file, and change no person's memory: that of an old hand."""
    home = tmp_path_factory.mktemp("xdg")
    Memory(home / "k8stui" / "state.json").learn(HINTS)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(home))
        yield


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
