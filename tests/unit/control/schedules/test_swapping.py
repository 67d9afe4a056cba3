"""Patches that make one Job template of another, whatever both hold."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.schedules.swapping import merge_patch
from k8stui.embedded.patching import merge_patch as merged

KEYS = st.sampled_from(("a", "b", "c", "d"))
LEAVES = st.booleans() | st.integers(0, 3) | st.text(max_size=2)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


@given(OBJECTS, OBJECTS)
def test_the_patch_leaves_the_new_state_and_nothing_of_the_old_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert merged(old, merge_patch(old, new)) == new


@given(OBJECTS)
def test_there_is_nothing_to_patch_where_nothing_differs(same: dict[str, Any]) -> None:
    assert merge_patch(same, same) == {}
