"""The screen of events and diagnosis as pictures; see test_snapshots.py."""

from __future__ import annotations

from k8stui.control.live.freshness import Freshness
from k8stui.model.errors import ForbiddenError, UnreachableError
from tests.tui.fakes import FakeStore
from tests.tui.harness import SIZES, TIGHT, Look, Size, events_store
from tests.tui.sample_events import every_event
from tests.tui.sample_runs import NOW, every_state


@SIZES
def test_events(looks: Look, size: Size) -> None:
    """What is wrong now, events, and all that there is to say of what is wrong first."""
    assert looks("4", store=events_store(), size=size)


@TIGHT
def test_an_event(looks: Look, size: Size) -> None:
    """The cursor among the events."""
    assert looks("4", "tab", "j", store=events_store(), size=size)


@TIGHT
def test_several_in_one_trouble(looks: Look, size: Size) -> None:
    """The details of what is wrong with many."""
    assert looks("4", "j", "tab", "tab", store=events_store(), size=size)


def test_looking(looks: Look) -> None:
    """It is not known yet what is wrong."""
    assert looks("4", store=FakeStore(every_state(), troubles=None, now=NOW))


def test_a_filter(looks: Look) -> None:
    """What is typed, with what can be."""
    assert looks("4", "tab", "slash", typed="type:warning", store=events_store())


def test_no_events(looks: Look) -> None:
    """Nothing happened."""
    assert looks("4", store=FakeStore(every_state(), now=NOW))


@TIGHT
def test_forbidden(looks: Look, size: Size) -> None:
    """They may not be listed."""
    error = ForbiddenError("User ada may not list events in namespace ml-team.", hint="Ask for a Role that lets her.")
    assert looks("4", store=FakeStore(every_state(), of_events=Freshness(error=error), now=NOW), size=size)


def test_disconnected(looks: Look) -> None:
    """The last ones, and their age."""
    lost = Freshness(synced=True, lost_for=42.0, error=UnreachableError("No answer from prod-eu for 42 s."))
    assert looks("4", store=FakeStore(every_state(), events=every_event(), of_events=lost, now=NOW))
