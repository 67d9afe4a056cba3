"""A log that is read anew goes on where it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.logs.stream import LogLine
from k8stui_tui.feeds.rereading import Rereading

LOGS = st.dictionaries(st.sampled_from("ab"), st.lists(st.integers(0, 3), max_size=12), max_size=2)


def line(pod: str, time: float | None, text: str, kind: str = "log") -> LogLine:
    return LogLine(time, pod, "step", "run", text, "note" if kind == "note" else "log")


@given(LOGS, st.data())
def test_however_often_it_is_read_anew_each_line_comes_once(gaps: dict[str, list[int]], data: st.DataObject) -> None:
    logs: dict[str, list[LogLine]] = {}
    for pod, steps in gaps.items():
        times = [float(sum(steps[: place + 1])) for place in range(len(steps))]
        logs[pod] = [line(pod, time, str(place)) for place, time in enumerate(times)]
    rereading, shown = Rereading(), list[LogLine]()
    for _ in range(3):
        rereading.begin()
        for log in logs.values():
            shown += rereading.fresh(log[: data.draw(st.integers(0, len(log)))])
    rereading.begin()
    for log in logs.values():
        shown += rereading.fresh(log)
    assert {pod: [one for one in shown if one.pod == pod] for pod in logs} == logs


def test_what_is_said_of_known_lines_goes_with_them_and_of_new_ones_stays() -> None:
    rereading = Rereading()
    left_out, restarted, trouble = (
        line("a", time, text, "note") for time, text in ((1.0, "left out"), (3.0, "restarted"), (None, "trouble"))
    )
    first = [left_out, line("a", 1.0, "one"), trouble]
    assert rereading.fresh(first) == first
    rereading.begin()
    assert rereading.fresh([left_out, line("a", 1.0, "one"), restarted, line("a", 3.0, "two"), trouble]) == [
        restarted, line("a", 3.0, "two"), trouble,
    ]  # fmt: skip
    assert rereading.pods == {"a"}
    rereading.clear()
    assert rereading.fresh([line("a", 1.0, "one")]) == [line("a", 1.0, "one")]
