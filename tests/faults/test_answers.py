"""An API server that answers badly: not now, with an error, or not at all although it did what was asked."""

from __future__ import annotations

import pytest

from tests.faults.deeds import calls, each_once, lose, refuse, writes
from tests.faults.oracle import judge
from tests.faults.place import Place
from tests.faults.proxy import Deed

RESULT = ("one_2", 7)
"""Of a diamond of three."""


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        pytest.param(refuse(429, retry_after=1), "429 TooManyRequests", id="too many requests"),
        pytest.param(refuse(500), "500 InternalError", id="error before the commit"),
        pytest.param(refuse(500, commit=True), "500 InternalError", id="error after the commit"),
        pytest.param(refuse(504, commit=True), "504 Timeout", id="timeout after the commit"),
    ],
)
async def test_every_write_is_answered_with_an_error_once(place: Place, deed: Deed, told: str) -> None:
    fault = place.proxy.on(each_once(writes), deed, times=None)
    run = await place.submit("diamond")
    await judge(place, run, result=RESULT, told=[told])
    assert fault.hits > 8


@pytest.mark.parametrize("kind", ["pods", "configmaps", "secrets"])
@pytest.mark.parametrize("commit", [False, True], ids=["before the commit", "after the commit"])
async def test_the_answer_to_each_creation_of_a_kind_is_lost_once(place: Place, kind: str, commit: bool) -> None:
    fault = place.proxy.on(each_once(calls("create", kind)), lose(commit=commit), times=None)
    run = await place.submit("diamond")
    await judge(place, run, result=RESULT)
    assert fault.hits
