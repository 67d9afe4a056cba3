"""The contract suite against the embedded cluster alone, which needs nothing but Python.

`tests/cluster` runs the same tests against a real cluster as well.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cluster.contract.client import Api, namespace_of
from tests.cluster.contract.test_access import *
from tests.cluster.contract.test_admission import *
from tests.cluster.contract.test_connectors import *
from tests.cluster.contract.test_cronjobs import *
from tests.cluster.contract.test_deletion import *
from tests.cluster.contract.test_jobs import *
from tests.cluster.contract.test_least_privilege import *
from tests.cluster.contract.test_lists import *
from tests.cluster.contract.test_logs import *
from tests.cluster.contract.test_objects import *
from tests.cluster.contract.test_pods import *
from tests.cluster.contract.test_streams import *
from tests.cluster.contract.test_watches import *


@pytest.fixture
def contract_kubeconfig(embedded_kubeconfig: Path) -> Path:
    """Return the administrator's kubeconfig of the embedded cluster."""
    return embedded_kubeconfig


@pytest.fixture
async def api(contract_kubeconfig: Path) -> AsyncIterator[Api]:
    """Give a namespace of its own in the embedded cluster."""
    async with namespace_of(contract_kubeconfig) as found:
        yield found
