"""What a log line says to a reader."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.logs.shape import level_in, record_of
from k8stui.control.words.harmless import harmless_line

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("line", "word", "kind"),
    [
        ("2026-11-24 ERROR disk full", "ERROR", "error"),
        ("[WARN] slow", "WARN", "warning"),
        ("WARNING: old", "WARNING", "warning"),
        ("error: no such file", "error", "error"),
        ("[error] no", "error", "error"),
        ('time=12 level=error msg="no"', "error", "error"),
        ('level="warning" msg=x', "warning", "warning"),
        ("E1129 12:00:00.1 7 x.go:1] no", "E", "error"),
        ("W1129 12:00:00.1 7 x.go:1] no", "W", "warning"),
        ("Traceback (most recent call last):", "Traceback (most recent call last)", "error"),
        ("ValueError: no rows", "ValueError", "error"),
        ("requests.exceptions.ConnectionError: no", "requests.exceptions.ConnectionError", "error"),
        ("UserWarning: old", "UserWarning", "warning"),
        ("panic: runtime", "panic", "error"),
    ],
)
def test_the_word_that_tells_of_trouble_is_found(line: str, word: str, kind: str) -> None:
    level = level_in(line)
    assert level is not None
    assert (line[level.begin : level.end], level.kind) == (word, kind)


@pytest.mark.parametrize(
    "line", ["", "0 errors", "epoch 1 error_rate=0.1", "TERROR", "no warnings", "INFO fine", "Errors: 0"]
)
def test_what_only_speaks_of_errors_is_none(line: str) -> None:
    assert level_in(line) is None


@pytest.mark.parametrize(
    ("fields", "folded"),
    [
        ({"ts": 1.5, "level": "error", "msg": "no file", "path": "/a b"}, 'ERROR no file path="/a b" ts=1.5'),
        ({"severity": "Info", "message": "ok", "n": 1, "on": True}, "INFO ok n=1 on=true"),
        ({"level": 50, "msg": "no", "err": {"code": 7}}, 'ERROR no err={"code":7}'),
        ({"level": 7}, "7"),
        ({"a": None, "b": ""}, 'a=null b=""'),
        ({"level": ["odd"], "msg": "m"}, 'm level=["odd"]'),
    ],
)
def test_json_is_folded_to_level_message_and_the_rest(fields: dict[str, object], folded: str) -> None:
    record = record_of(json.dumps(fields))
    assert record is not None
    assert record.folded == folded


def test_unfolded_json_has_a_line_for_each_field_and_tracebacks_as_they_are() -> None:
    record = record_of(json.dumps({"level": "error", "msg": "no", "exc": "Traceback:\n  line 1\n", "of": {"n": [1]}}))
    assert record is not None
    assert record.unfolded.split("\n") == [
        "ERROR no", "  exc:", "    Traceback:", "      line 1", "  of:", "    {",
        '      "n": [', "        1", "      ]", "    }",
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["", "{", "{}", "{a}", "[1]", "{1} of {2}", "{" * 100_000 + "}", '{"a": NaN'])
def test_what_is_no_object_of_json_stays_a_line(line: str) -> None:
    assert record_of(line) is None


@given(st.dictionaries(st.text(max_size=8), VALUES, min_size=1, max_size=5))
def test_no_field_is_lost_and_the_line_itself_is_left_as_it_is(fields: dict[str, object]) -> None:
    text = json.dumps(fields)
    for _ in range(2):
        record = record_of(text)
        assert record is not None
        assert all(key in record.rest or record.head for key in fields)
        assert all(f"{key}=" in record.folded for key in record.rest)
        assert record.unfolded.count("\n") >= len(record.rest) - 1


@pytest.mark.parametrize(
    ("drawn", "left"),
    [
        ("\r 10%\r 50%\r100%", "100%"),
        (" 10%\r100%\r", "100%"),
        ("100%\r      \r", "100%"),
        ("100%\r      \rdone", "done"),
        ("plain\r\n", "plain"),
        ("\r\r", ""),
    ],
)
def test_of_a_progress_bar_its_last_state_is_left(drawn: str, left: str) -> None:
    assert harmless_line(drawn) == left
