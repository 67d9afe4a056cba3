"""When a way into a cluster is asked for once more, and which answers are taken up."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from k8stui.cluster.login import Login, Way
from k8stui.cluster.tls import Endpoint
from k8stui.model.errors import UnreachableError
from tests.unit.cluster.fakes import StaticCredentials

FIRST = Endpoint("https://server", connector="eu", authority=b"old")


class Provider:
    """Tells the way as often as it is asked; an error where there is none."""

    def __init__(self, *answers: Endpoint | None) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.now = 100.0
        self.told: list[str] = []
        self.way = Way(self.login(FIRST), now=lambda: self.now)
        self.way.told = self.told.append

    def login(self, endpoint: Endpoint) -> Login:
        return Login(endpoint, StaticCredentials(), again=self.again, pause=20)

    async def again(self) -> Login:
        self.asked += 1
        answer = self.answers.pop(0)
        if answer is None:
            raise UnreachableError("Nobody answers.")
        return self.login(answer)

    async def renew(self) -> bool:
        return await self.way.renew(self.way.login)


async def test_a_provider_is_asked_only_once_in_a_while() -> None:
    provider = Provider(None, FIRST, replace(FIRST, authority=b"new"))
    assert not await provider.renew()
    provider.now += 19
    assert not await provider.renew()
    assert provider.asked == 1
    provider.now += 1
    assert not await provider.renew()
    assert provider.told == []
    provider.now += 20
    assert await provider.renew()
    assert provider.way.login.endpoint.authority == b"new"
    assert provider.told == [
        "The certificate authority of connector eu has changed: taken up anew, the session goes on."
    ]


async def test_requests_that_fail_together_ask_once() -> None:
    provider = Provider(replace(FIRST, authority=b"new", proxy="http://proxy:1"))
    stale = provider.way.login
    assert all(await asyncio.gather(*(provider.way.renew(stale) for _ in range(5))))
    assert (provider.asked, len(provider.told)) == (1, 1)
    assert provider.told[0].startswith("The certificate authority and the proxy of connector eu")


async def test_another_address_is_never_taken_up() -> None:
    provider = Provider(replace(FIRST, authority=b"new", server="https://elsewhere"))
    assert not await provider.renew()
    assert (provider.way.moved, provider.way.login.endpoint) == ("https://elsewhere", FIRST)
