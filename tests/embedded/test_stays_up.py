"""The screens recover by themselves, and say so: a server that is gone for long, a token that has expired, a clock."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from k8stui.cluster.retry import Clock
from k8stui.control.live.freshness import Freshness
from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.kubeconfig import write_kubeconfig
from k8stui_tui.interruptions import Interruptions
from tests.embedded.center import center
from tests.embedded.gate import Gate

HOURS = 12 * 3600


class Later:
    """A clock that is ahead, and whose pauses are short."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.clock = Clock(now=lambda: time.monotonic() + self.ahead, sleep=lambda _: asyncio.sleep(0.02))


@pytest.fixture
def later() -> Later:
    return Later()


async def test_a_server_that_was_gone_for_hours_is_back(embedded: EmbeddedCluster, later: Later) -> None:
    async with Gate(embedded.url) as gate:
        file = gate.kubeconfig(embedded.kubeconfig)
        async with center(embedded, kubeconfig=file, clock=later.clock) as (_, until):
            await gate.shut()
            await until("lost", "trying again", gone=" live")
            later.ahead = HOURS
            await until("lost 12h")
            await gate.open()
            await until("The cluster answers again after 12h", " live", gone="lost 12h")


async def test_a_token_that_has_expired_is_told_until_the_kubeconfig_has_another(
    embedded: EmbeddedCluster, later: Later, tmp_path: Path
) -> None:
    file = tmp_path / "kubeconfig"

    def write(token: str) -> None:
        write_kubeconfig(file, server=embedded.url, ca=embedded.ca, token=token)

    write(embedded.token)
    async with Gate(embedded.url) as gate:
        through = gate.kubeconfig(file)
        async with center(embedded, kubeconfig=through, clock=later.clock) as (_, until):
            embedded.expire_token()
            await gate.shut()
            await gate.open()
            await until("lost", "trying again. The credentials for the cluster", gone=" live")
            later.ahead = HOURS
            await until("lost 12h")
            write(embedded.token)
            gate.kubeconfig(file)
            # One after the other: messages leave by themselves.
            await until("The user of context embedded has changed")
            await until("after 12h")
            await until("live, login renewed")


def test_what_is_over_is_told_once() -> None:
    wall, steady = 1e9, 50.0
    looking = Interruptions(wall=lambda: wall, steady=lambda: steady)
    live, lost = Freshness(synced=True, connected=True), Freshness(synced=True, lost_for=600.0)

    def over(fresh: Freshness | None) -> list[str]:
        return list(looking.over(fresh))

    assert over(None) == over(live) == over(lost) == []
    assert over(live) == ["The cluster answers again after 10m: what is shown is live."]
    assert over(live) == []
    assert over(Freshness(synced=True, lost_for=5.0)) == over(live) == []
    # Who went to another cluster meanwhile is told nothing of this one.
    assert over(lost) == over(None) == over(live) == []
    # Twelve hours in which nothing happened are no leap; a host that slept, or a clock that was set, is.
    wall, steady = wall + HOURS, steady + HOURS
    assert over(live) == []
    wall += 3 * 3600
    assert [said[:49] for said in over(live)] == ["The clock of this host went 3h ahead at once: the"]
    wall -= 300
    assert over(live) == ["The clock of this host was set back by 5m: ages and times are counted by it."]
    wall += 0.5
    assert over(live) == []
