"""The contract suite against the embedded cluster alone, which needs nothing but Python.

`tests/cluster` runs the same tests against a real cluster as well.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cluster.contract.client import Api, namespace_of
from tests.cluster.contract.test_access import *  # noqa: F403
from tests.cluster.contract.test_admission import *  # noqa: F403
from tests.cluster.contract.test_connectors import *  # noqa: F403
from tests.cluster.contract.test_cronjobs import *  # noqa: F403
from tests.cluster.contract.test_deletion import *  # noqa: F403
from tests.cluster.contract.test_jobs import *  # noqa: F403
from tests.cluster.contract.test_least_privilege import *  # noqa: F403
from tests.cluster.contract.test_lists import *  # noqa: F403
from tests.cluster.contract.test_logs import *  # noqa: F403
from tests.cluster.contract.test_objects import *  # noqa: F403
from tests.cluster.contract.test_pods import *  # noqa: F403
from tests.cluster.contract.test_streams import *  # noqa: F403
from tests.cluster.contract.test_watches import *  # noqa: F403


@pytest.fixture
def contract_kubeconfig(embedded_kubeconfig: Path) -> Path:
    """Return the administrator's kubeconfig of the embedded cluster."""
    return embedded_kubeconfig


@pytest.fixture
async def api(contract_kubeconfig: Path) -> AsyncIterator[Api]:
    """Give a namespace of its own in the embedded cluster."""
    async with namespace_of(contract_kubeconfig) as found:
        yield found
