"""A namespace that is deleted under a run."""

from __future__ import annotations

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.space import Space

pytestmark = pytest.mark.real


@pytest.mark.timeout(600)
def test_a_namespace_goes_with_its_run_and_no_further_step_is_made(space: Space) -> None:
    space.submit("chain.py", length=5, hold_at=3)
    space.journal.running("held")
    space.kubectl("delete", "namespace", space.namespace, "--wait=false")
    eventually(
        lambda: space.try_kubectl("get", "namespace", space.namespace).code != 0,
        what="the namespace is gone",
        within=400,
    )
    assert sorted(space.journal.steps_ever()) == [("count", 1), ("count_2", 1), ("held", 1)]
