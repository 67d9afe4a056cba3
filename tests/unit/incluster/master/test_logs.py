"""The master copies the logs of steps to its own, and asks for no log that is known to be empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k8stui.incluster.master.kube import Kube
from k8stui.incluster.master.logs import PATIENCE, LogCopier

NOW = 1000.0


class Logs(Kube):
    """An API that has a line for every pod and remembers who asked for it."""

    def __init__(self) -> None:
        self.namespace = "n"
        self.asked: list[str] = []

    def stream(self, path: str, *_: Any, **__: Any) -> Iterator[bytes]:
        pod = path.split("/")[-2]
        self.asked.append(pod)
        yield f"2030-01-01T00:00:00Z line of {pod}\n".encode()


@pytest.fixture
def api() -> Logs:
    return Logs()


def copied(copier: LogCopier, capsys: pytest.CaptureFixture[str]) -> list[str]:
    copier.finish(10.0)
    return capsys.readouterr().out.splitlines()


def test_a_step_that_has_ended_is_read_once(api: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    copier = LogCopier(api)
    for _ in range(2):
        copier.ended("r-a-1", "a")
    assert copied(copier, capsys) == ["[a] line of r-a-1"]
    assert api.asked == ["r-a-1"]


def test_a_step_is_followed_when_it_has_run_for_a_moment(api: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    copier = LogCopier(api)
    copier.running("r-a-1", "a", NOW)
    copier.follow(NOW + PATIENCE / 2)
    assert copied(copier, capsys) == []
    assert copier.due() == NOW + PATIENCE
    copier.follow(NOW + PATIENCE)
    assert copied(copier, capsys) == ["[a] line of r-a-1"]


def test_a_silent_step_is_never_asked_for(api: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    copier = LogCopier(api)
    copier.running("r-a-1", "a", NOW)
    copier.silent("r-a-1")
    copier.follow(NOW + PATIENCE)
    copier.ended("r-a-1", "a")
    copier.running("r-a-1", "a", NOW)
    assert copier.due() is None
    assert copied(copier, capsys) == []
    assert api.asked == []
