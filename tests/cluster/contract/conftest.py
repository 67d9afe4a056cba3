"""Every test of the contract runs against the embedded and against a real cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cluster.contract.client import Api, namespace_of
from tests.cluster.contract.fixtures import real_kubeconfig


@pytest.fixture(params=["embedded", pytest.param("real", marks=pytest.mark.real)])
def contract_kubeconfig(request: pytest.FixtureRequest) -> Path:
    """Return the administrator's kubeconfig of the cluster under test."""
    if request.param == "real":
        return real_kubeconfig()
    found: Path = request.getfixturevalue("embedded_kubeconfig")
    return found


@pytest.fixture
async def api(contract_kubeconfig: Path) -> AsyncIterator[Api]:
    """Give a namespace of its own in the cluster under test."""
    async with namespace_of(contract_kubeconfig) as found:
        yield found
