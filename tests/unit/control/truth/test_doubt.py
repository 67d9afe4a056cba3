"""A Job is believed against its run's record only when no word can be under way any more."""

from __future__ import annotations

from k8stui.control.truth.correcting import SUBMIT_SECONDS
from k8stui.control.truth.doubt import LAST_WORD, Doubt
from k8stui.control.truth.jobs import JobFacts
from k8stui.incluster.contract.states import RunState
from k8stui.model.views import RunSummaryView

GONE, LIVING = JobFacts(), JobFacts(exists=True)
FAILED = JobFacts(exists=True, outcome="failed")


def weigh(
    doubt: Doubt,
    job: JobFacts,
    now: float,
    *,
    state: RunState = RunState.RUNNING,
    live: bool = True,
    at_once: bool = False,
) -> bool:
    """Whether the Job is believed to be dead."""
    told = RunSummaryView(run="r", namespace="ml", state=state, created=0.0)
    claimed = state is not RunState.PENDING
    facts = doubt.weigh(told, job, claimed=claimed, now=now, live=live, at_once=at_once)
    assert facts in (job, LIVING)
    return facts is job and (not job.exists or bool(job.outcome))


def test_a_contradiction_is_believed_once_it_lasted() -> None:
    for job in (GONE, FAILED):
        doubt = Doubt()
        assert not weigh(doubt, job, 10)
        assert doubt.due == 10 + LAST_WORD
        assert not weigh(doubt, job, 10 + LAST_WORD - 0.1)
        assert weigh(doubt, job, 10 + LAST_WORD)
        assert doubt.due is None


def test_a_contradiction_that_passes_leaves_nothing() -> None:
    doubt = Doubt()
    weigh(doubt, GONE, 10)
    weigh(doubt, LIVING, 12)
    assert doubt == Doubt()
    weigh(doubt, GONE, 20)
    weigh(doubt, GONE, 21, state=RunState.SUCCEEDED)
    assert doubt == Doubt()


def test_nothing_new_is_believed_while_a_watch_is_lost_and_what_was_stays_so() -> None:
    doubt, believed = Doubt(), Doubt(since=0, believed=True)
    weigh(doubt, GONE, 10)
    assert not weigh(doubt, GONE, 100, live=False)
    assert doubt.due is None
    assert not weigh(doubt, GONE, 101)
    assert doubt.due == 101 + LAST_WORD
    assert weigh(believed, GONE, 10, live=False)


def test_where_no_word_can_be_under_way_it_is_believed_at_once() -> None:
    assert weigh(Doubt(), GONE, 10, at_once=True)
    assert not weigh(Doubt(), GONE, 10, at_once=True, live=False)


def test_a_run_that_is_being_submitted_is_given_up_on_when_its_time_comes_and_both_watches_stand() -> None:
    told = RunSummaryView(run="r", namespace="ml", created=0.0)

    def goes_by(doubt: Doubt, now: float, *, live: bool = True) -> JobFacts:
        return doubt.weigh(told, GONE, claimed=False, now=now, live=live, at_once=now == 1)

    seen, lost = Doubt(), Doubt()
    for doubt in (seen, lost):
        assert goes_by(doubt, 1) == GONE
        assert doubt.due == SUBMIT_SECONDS
    assert goes_by(seen, SUBMIT_SECONDS) == GONE
    assert (seen.believed, seen.due) == (True, None)
    assert goes_by(lost, SUBMIT_SECONDS, live=False) == LIVING
    assert goes_by(lost, SUBMIT_SECONDS + 9) == LIVING
    assert lost.due == SUBMIT_SECONDS + 9 + LAST_WORD
