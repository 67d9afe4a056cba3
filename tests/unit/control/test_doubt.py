"""A Job is believed against its run's record only when no word can be under way any more."""

from __future__ import annotations

from k8stui.control.doubt import LAST_WORD, Doubt


def test_a_contradiction_is_believed_once_it_lasted() -> None:
    doubt = Doubt()
    doubt.weigh(True, now=10, live=True)
    assert (doubt.believed, doubt.due) == (False, 10 + LAST_WORD)
    doubt.weigh(True, now=10 + LAST_WORD - 0.1, live=True)
    assert not doubt.believed
    doubt.weigh(True, now=10 + LAST_WORD, live=True)
    assert (doubt.believed, doubt.due) == (True, None)


def test_a_contradiction_that_passes_leaves_nothing() -> None:
    doubt = Doubt()
    doubt.weigh(True, now=10, live=True)
    doubt.weigh(False, now=12, live=True)
    assert doubt == Doubt()
    doubt.weigh(True, now=20, live=True)
    assert doubt.due == 20 + LAST_WORD


def test_nothing_new_is_believed_while_a_watch_is_lost_and_what_was_stays_so() -> None:
    doubt, believed = Doubt(), Doubt(since=0, believed=True)
    doubt.weigh(True, now=10, live=True)
    doubt.weigh(True, now=100, live=False)
    assert (doubt.believed, doubt.due) == (False, None)
    doubt.weigh(True, now=101, live=True)
    assert not doubt.believed
    believed.weigh(True, now=10, live=False)
    assert believed.believed


def test_after_the_first_list_a_contradiction_is_old_and_believed_at_once() -> None:
    doubt = Doubt()
    doubt.weigh(True, now=10, live=True, at_once=True)
    assert doubt.believed
    lost = Doubt()
    lost.weigh(True, now=10, live=False, at_once=True)
    assert not lost.believed
