"""An embedded cluster for each module, so that what one test leaves is on no other's screen."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from k8stui.embedded import ClusterThread
from tests import forking
from tests.conftest import QUICK
from tests.embedded.command import Shell, shell
from tests.environ import clean_environ


@pytest.fixture(scope="module")
def own_kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start a cluster for the tests of one module; give its kubeconfig."""
    with ClusterThread(tmp_path_factory.mktemp("cluster"), timing=QUICK) as running:
        yield running.cluster.kubeconfig


@pytest.fixture
def empty_kubeconfig(own_kubeconfig: Path, tmp_path: Path) -> Path:
    """The same cluster in a namespace of this test's own, where nothing is seen of what other tests leave."""
    namespace = f"own-{secrets.token_hex(4)}"
    config = yaml.safe_load(own_kubeconfig.read_text())
    for one in config["contexts"]:
        one["context"]["namespace"] = namespace
    file = tmp_path / "empty.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(config))
    done = forking.k8stui(("init", "--create-namespace"), environ={**clean_environ(), "KUBECONFIG": str(file)})
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory, own_kubeconfig: Path) -> Shell:
    """A folder with pipelines on the cluster of the module."""
    return shell(tmp_path_factory.mktemp("author"), own_kubeconfig)


@pytest.fixture(scope="module")
def run(at: Shell) -> str:
    """A run that goes on."""
    return at.name_of("slow.py").removeprefix("run/")
