"""Tokens that expire are renewed in time, and never later than they must be."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from k8stui.model.errors import UnreachableError
from k8stui.stacks.connectors.short_lived import ShortLivedCredentials, Token

START = datetime(2026, 1, 1, tzinfo=UTC)


class Provider:
    """Gives a token for ten minutes, as often as it is asked and not down."""

    def __init__(self) -> None:
        self.asked = 0
        self.now = START
        self.down = False
        self.started_over_at: list[int] = []
        self.credentials = ShortLivedCredentials(self.fetch, self.start_over, now=lambda: self.now)

    async def start_over(self) -> None:
        self.started_over_at.append(self.asked)

    async def fetch(self) -> Token:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            raise UnreachableError("The provider is down.")
        return Token(f"t{self.asked}", self.now + timedelta(minutes=10))

    async def token(self) -> str:
        return (await self.credentials.current()).headers["Authorization"].removeprefix("Bearer ")

    def after(self, **time: float) -> None:
        self.now += timedelta(**time)


async def test_a_token_is_renewed_before_it_expires_and_not_much_earlier() -> None:
    provider = Provider()
    assert await provider.token() == "t1"
    provider.after(minutes=7)
    assert await provider.token() == "t1"
    provider.after(minutes=1, seconds=1)
    assert await provider.token() == "t2"
    assert provider.credentials.expires == provider.now + timedelta(minutes=10)


async def test_many_requests_at_once_ask_for_one_token() -> None:
    provider = Provider()
    assert set(await asyncio.gather(*(provider.token() for _ in range(20)))) == {"t1"}
    assert provider.asked == 1


async def test_a_provider_that_is_down_is_in_nobodys_way_while_the_old_token_is_good() -> None:
    provider = Provider()
    await provider.token()
    provider.down = True
    provider.after(minutes=8, seconds=30)
    assert await provider.token() == "t1"
    assert await provider.token() == "t1"
    assert provider.asked == 2  # it is not asked with each request
    provider.after(seconds=21)
    assert await provider.token() == "t1"
    assert provider.asked == 3
    provider.after(minutes=2)
    with pytest.raises(UnreachableError, match="The provider is down"):
        await provider.token()
    provider.down = False
    assert await provider.token() == "t5"
    assert provider.started_over_at == [2, 3, 4]  # a new login may help
    provider.after(minutes=9)
    assert await provider.token() == "t6"
    assert provider.started_over_at == [2, 3, 4]


async def test_a_refused_token_is_replaced_once_for_all_who_had_it() -> None:
    provider = Provider()
    refused = await provider.credentials.current()
    assert await asyncio.gather(*(provider.credentials.reload(refused) for _ in range(5))) == [True] * 5
    assert await provider.token() == "t2"
    assert (provider.asked, provider.started_over_at) == (2, [1])


def test_a_token_is_in_no_repr() -> None:
    assert "t0p" not in repr(Token("t0p", START))
