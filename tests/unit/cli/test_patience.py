"""Stages are said only to a person who has begun to wonder."""

from __future__ import annotations

import asyncio

from k8stui_tui.cli.patience import patience


async def test_a_quick_verb_says_nothing() -> None:
    said: list[str] = []
    async with patience(3600, say=said.append) as stage:
        stage("one")
        stage("two")
    assert said == []


async def test_a_slow_one_says_the_stage_it_is_at_and_those_after_it() -> None:
    said: list[str] = []
    spoken = asyncio.Event()

    def say(text: str) -> None:
        said.append(text)
        spoken.set()

    async with patience(0, say=say) as stage:
        stage("one \x1b[31m")
        async with asyncio.timeout(60):
            await spoken.wait()
        stage("two")
    assert said == ["one ", "two"]
