"""How a run came from its schedule, in words."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.describing.fired import fired_text
from k8stui.model.views import RunView

DUE = 1_794_450_900.0


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"schedule": ""}, ""),
        ({"scheduled": DUE, "submitted_by": "grace"}, "scheduled for 2026-11-12 02:35 UTC"),
        ({"trigger": "manual", "submitted_by": "ada"}, "triggered by ada"),
        ({"trigger": "manual"}, "triggered by hand"),
        ({"trigger": "backfill", "scheduled": DUE, "submitted_by": "ada"}, "backfill of 2026-11-12 02:35 UTC by ada"),
        ({"trigger": "backfill", "scheduled": DUE}, "backfill of 2026-11-12 02:35 UTC"),
    ],
)
def test_it_is_told_what_is_known(facts: dict[str, Any], said: str) -> None:
    assert fired_text(RunView(run="a", namespace="ml", **{"schedule": "nightly", **facts})) == said
