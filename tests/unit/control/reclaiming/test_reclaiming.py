"""Which artifacts of a store go: never one that anything could still need, or that is not known to be ours."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.reclaiming.doomed import Known, Stored, doomed, references_in
from k8stui.model.labels import label_value
from k8stui.plan.storing import code_mark, owner_of
from tests.chances import examples

PLACES = {"uid-here": "here", "uid-there": "there"}
RUNS, PIPELINES = ("train-1", "train-2", "score-1"), ("Train model", "score")
NOW = 1_000_000.0


def key(run: str, place: str, pipeline: str, name: str = "0-output-abc123.json") -> str:
    return f"artifacts/{run}/{owner_of(place, pipeline)}/{run}-step-1/{name}"


def digest(pipeline: str) -> str:
    return owner_of("any", pipeline).partition("-")[2]


HERE = {owner_of("uid-here", "").partition("-")[0].removeprefix("o"): "here"}
GONE = Stored(key("train-1", "uid-here", "Train model"), 10, NOW - 10)


def why(stored: Stored, known: Known) -> str:
    (one,) = doomed([stored], known, before=NOW)
    assert one.goes == (one.why == "its run was deleted")
    return one.why


def test_what_a_deleted_run_has_left_goes_and_each_reason_keeps_it() -> None:
    known = Known(places=HERE)
    assert why(GONE, known) == "its run was deleted"
    assert why(GONE, replace(known, runs=frozenset({("there", "train-1")}))) == "its run was deleted"
    assert why(GONE, replace(known, runs=frozenset({("here", "train-1")}))) == "its run is there"
    busy = replace(known, busy=frozenset({("here", digest("Train model"))}))
    assert why(GONE, busy) == "a run of its pipeline goes on"
    assert why(GONE, replace(known, references=frozenset({GONE.key}))) == "a run or a step cache refers to it"
    assert why(replace(GONE, modified=NOW + 1), known) == "too young"
    assert why(replace(GONE, modified=None), known) == "the store does not tell its age"
    there = replace(GONE, key=key("train-1", "uid-there", "Train model"))
    assert why(there, known) == "of another namespace or cluster"
    for other in ("artifacts/train-1/-/pod/0-x", "artifacts/train-1/pod/0-x", f"{GONE.key}/more", f"x/{GONE.key}", "x"):
        assert why(replace(GONE, key=other), known) == "nothing tells whose it is"


def log(run: str, place: str, *, pod: str = "1", part: str = "u.00001.log") -> str:
    return f"logs/{run}/{owner_of(place, 'train')}/{run}-step-{pod}/{part}"


def told_of_logs(*logs: Stored, known: Known, logs_before: float | None = None) -> list[str]:
    judged = doomed(logs, known, before=NOW, logs_before=logs_before)
    gone = ("its run was deleted", "a log of that age")
    assert [one.goes for one in judged] == [one.why in gone for one in judged]
    return [one.why for one in judged]


def test_the_log_of_a_deleted_run_goes_and_each_reason_keeps_it() -> None:
    known, here = Known(places=HERE), ("here", "train-1")
    gone = Stored(log("train-1", "uid-here"), 10, NOW - 10)
    assert told_of_logs(gone, known=known) == ["its run was deleted"]
    assert told_of_logs(gone, known=replace(known, runs=frozenset({here}))) == ["its run is there"]
    assert told_of_logs(gone, known=replace(known, runs=frozenset({here}), going=frozenset({here}))) == [
        "its run goes on"
    ]
    assert told_of_logs(replace(gone, modified=None), known=known) == ["the store does not tell its age"]
    assert told_of_logs(replace(gone, key=log("train-1", "uid-there")), known=known) == [
        "of another namespace or cluster"
    ]
    for other in ("logs/train-1/-/pod/u.00001.log", "logs/train-1/pod/u.00001.log", f"{gone.key}/more"):
        assert told_of_logs(replace(gone, key=other), known=known) == ["nothing tells whose it is"]


def test_all_parts_of_a_log_go_or_none() -> None:
    known = Known(places=HERE)
    old = Stored(log("train-1", "uid-here"), 10, NOW - 10)
    new = Stored(log("train-1", "uid-here", part="u.00002.end.log"), 10, NOW + 1)
    other = Stored(log("train-1", "uid-here", pod="2"), 10, NOW - 10)
    assert told_of_logs(old, new, other, known=known) == ["too young", "too young", "its run was deleted"]


def test_logs_of_runs_that_have_ended_go_by_age_only_where_it_is_named() -> None:
    here = ("here", "train-1")
    known = Known(places=HERE, runs=frozenset({here}))
    part = Stored(log("train-1", "uid-here"), 10, NOW - 10)
    assert told_of_logs(part, known=known, logs_before=NOW - 5) == ["a log of that age"]
    assert told_of_logs(part, known=known, logs_before=NOW - 20) == ["too young"]
    assert told_of_logs(part, known=replace(known, going=frozenset({here})), logs_before=NOW) == ["its run goes on"]
    assert told_of_logs(part, known=Known(places=HERE), logs_before=NOW - 20) == ["its run was deleted"]
    assert told_of_logs(Stored(GONE.key, 10, NOW - 10), known=known, logs_before=NOW) == ["its run is there"]


def test_references_are_found_below_any_path() -> None:
    for path in ("s3://bucket/team", "file:///mnt/artifacts", "s3://artifacts", "s3://a/artifacts/artifacts"):
        once = json.dumps({"uri": f"{path}/{GONE.key}", "size": 1})
        for text in (once, json.dumps(once), json.dumps([json.dumps(once)]), f"[{once},{once}]"):
            assert GONE.key in references_in(text)
    longer = replace(GONE, key=GONE.key + ".part")
    assert references_in(f'"{longer.key}"') == {longer.key}


def test_a_code_package_goes_with_its_marks_when_all_are_ours_and_nobody_names_it() -> None:
    sha256, known = "ab" * 32, Known(places=HERE)
    package = Stored(f"code/{sha256}.zip", 10, NOW - 10)
    ours = Stored(code_mark(sha256, "uid-here"), 0, NOW - 10)

    def told(*objects: Stored, known: Known = known) -> set[str]:
        found = doomed(objects, known, before=NOW)
        assert {one.goes for one in found} == {{one.why for one in found} == {"no run and no schedule names it"}}
        return {one.why for one in found}

    assert told(package, ours) == {"no run and no schedule names it"}
    assert told(package, ours, known=replace(known, codes=frozenset({sha256}))) == {"a run or a schedule names it"}
    assert told(package) == {"nothing tells whose it is"}
    for place in ("uid-there", ""):
        other = Stored(code_mark(sha256, place), 0, NOW - 10)
        assert told(package, ours, other) == {"of another namespace or cluster, too"}
    assert told(package, replace(ours, modified=NOW + 1)) == {"too young"}


def test_a_pipeline_is_told_by_its_name_as_by_its_label() -> None:
    for name in (*PIPELINES, "Größe der Daten " * 10):
        assert owner_of("place", name) == owner_of("place", label_value(name))
    assert owner_of("", "score") == ""


_runs, _places = st.sampled_from(RUNS), st.sampled_from(sorted(PLACES))
objects = st.builds(
    Stored,
    st.one_of(st.builds(key, _runs, _places, st.sampled_from(PIPELINES)), st.builds(log, _runs, _places)),
    st.integers(0, 9),
    st.sampled_from((None, NOW - 1, NOW + 1)),
)
places = st.sampled_from(sorted(PLACES.values()))
knowns = st.builds(
    Known,
    st.sampled_from(({}, HERE)),
    st.frozensets(st.tuples(places, st.sampled_from(RUNS))),
    st.frozensets(st.tuples(places, st.sampled_from(RUNS))),
    st.frozensets(st.tuples(places, st.sampled_from([digest(one) for one in PIPELINES]))),
    st.frozensets(st.builds(key, _runs, _places, st.sampled_from(PIPELINES))),
)


@examples(200)
@given(
    found=st.lists(objects, max_size=8), known=knowns, more=knowns, logs=st.sampled_from((None, NOW - 5.0, NOW + 5.0))
)
def test_more_knowledge_of_what_is_needed_never_lets_more_go(
    found: list[Stored], known: Known, more: Known, logs: float | None
) -> None:
    wider = replace(
        known,
        runs=known.runs | more.runs,
        going=known.going | more.going,
        busy=known.busy | more.busy,
        references=known.references | more.references,
    )
    before = [one.stored for one in doomed(found, known, before=NOW, logs_before=logs) if one.goes]
    after = [one.stored for one in doomed(found, wider, before=NOW, logs_before=logs) if one.goes]
    assert [one.stored for one in doomed(found, known, before=NOW, logs_before=logs)] == found
    assert set(after) <= set(before)
    for stored in before:
        assert "/" + owner_of("uid-here", "").partition("-")[0] in stored.key
        assert stored.key not in known.references
        assert ("here", stored.key.split("/")[1]) not in known.runs
    assert not [one for one in doomed(found, replace(known, places={}), before=NOW, logs_before=logs) if one.goes]
