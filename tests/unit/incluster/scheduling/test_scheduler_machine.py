"""The scheduler through every order of events that a machine of rules can think of.

What a run lives through here and not in `test_scheduler_random`: lists that arrive old, and a person who pauses,
resumes and stops it, before and after its master dies. After each rule all that must hold at any time is looked at.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.states import RunState, StepState
from tests.chances import examples
from tests.unit.incluster.randomplans import check_the_end, plans
from tests.unit.incluster.world import World

INDEX = st.integers(0, 2**16)


class Runs(RuleBasedStateMachine):
    """One run, whatever happens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.picks: list[int] = []
        self.paused = self.stopped = False
        self.before_stop: set[str] = set()
        self.done: dict[str, int] = {}  # steps that this master knows to have succeeded, with the pods they took

    def choose(self, below: int) -> int:
        """The choices of a rule come with it, so that hypothesis can make each of them smaller."""
        return self.picks.pop() % below if self.picks else 0

    def pick(self, picks: list[int]) -> World:
        self.picks = picks
        return self.world

    @initialize(made=plans(), quota=st.sampled_from([None, None, 1, 2]))
    def submitted(self, made: Plan, quota: int | None) -> None:
        self.world = World(made, self.choose, quota)

    @rule(picks=st.lists(INDEX, min_size=3, max_size=3))
    def something_happens_to_a_pod(self, picks: list[int]) -> None:
        self.pick(picks).happen()

    @rule(picks=st.lists(INDEX, min_size=1, max_size=1))
    def news_arrives(self, picks: list[int]) -> None:
        self.pick(picks).deliver()

    @rule(picks=st.lists(INDEX, min_size=1, max_size=1))
    def old_news_comes_again(self, picks: list[int]) -> None:
        self.pick(picks).repeat()

    @rule()
    def a_list_is_asked_for(self) -> None:
        self.world.ask_for_list()

    @precondition(lambda self: self.world.lists)
    @rule(picks=st.lists(INDEX, min_size=1, max_size=1))
    def a_list_arrives(self, picks: list[int]) -> None:
        self.pick(picks).list_arrives()

    @precondition(lambda self: self.world.under_way)
    @rule(picks=st.lists(INDEX, min_size=2, max_size=2))
    def a_creation_is_answered(self, picks: list[int]) -> None:
        self.pick(picks).answer()

    @precondition(lambda self: not self.world.master.over)
    @rule(picks=st.lists(INDEX, min_size=4, max_size=4))
    def the_master_decides(self, picks: list[int]) -> None:
        self.pick(picks).decide()

    @rule()
    def the_record_is_written(self) -> None:
        self.world.write()

    @rule(seconds=st.integers(1, 8))
    def time_passes(self, seconds: int) -> None:
        self.world.now += seconds
        while self.world.terminating:
            self.world.remove(self.world.terminating.pop())

    @rule(picks=st.lists(INDEX, min_size=8, max_size=8))
    def the_master_dies(self, picks: list[int]) -> None:
        self.pick(picks).crash()
        self.world.master.paused = self.paused
        if self.stopped:
            self.world.master.stop()
        self.done = {}

    @rule()
    def a_pause_is_asked_for(self) -> None:
        self.paused = self.world.master.paused = True

    @precondition(lambda self: self.paused)
    @rule()
    def the_pause_is_called_off(self) -> None:
        self.paused = self.world.master.paused = False

    @precondition(lambda self: not self.stopped and not self.world.master.over)
    @rule(at=st.integers(0, 7))
    def a_stop_is_asked_for(self, at: int) -> None:
        if at:
            return  # one in eight, so that most runs live for long
        self.stopped = True
        self.world.master.stop()
        self.before_stop = set(self.world.made) | {pod.facts.name for pod in self.world.under_way}

    @invariant()
    def what_is_done_stays_done(self) -> None:
        for name, status in self.world.master.steps.items():
            if name in self.done:
                assert status.state is StepState.SUCCEEDED, f"{name} had succeeded and is {status.state.value}"
                assert len(status.attempts) <= self.done[name], f"{name} had succeeded and runs again"
            elif status.state is StepState.SUCCEEDED:
                self.done[name] = len(status.attempts)

    @invariant()
    def a_rest_is_a_rest(self) -> None:
        master = self.world.master
        if master.resting:
            assert self.paused
            assert not [pod for pod in self.world.under_way if pod.facts.name not in self.world.pods]

    @invariant()
    def no_more_pods_than_allowed(self) -> None:
        limit = self.world.plan.max_parallelism
        assert not limit or len(self.world.live()) <= limit

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.paused = self.world.master.paused = False
        self.picks = []
        self.world.settle()
        if not self.stopped:
            check_the_end(self.world)
            return
        assert self.world.made <= self.before_stop, "a stopped run made another pod"
        done = all(self.world.master.steps[name].state.done for name in self.world.plan.ordinary())
        assert (self.world.master.outcome()[0] is RunState.SUCCEEDED) == done


TestRuns = Runs.TestCase
TestRuns.settings = examples(100, stateful_step_count=60)
