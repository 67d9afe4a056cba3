"""Patches that make one state of an object of another, whatever both hold."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from k8stui.cluster.mergepatch import merge_patch
from k8stui.control.objects.editing import paths
from k8stui.embedded.patching import merge_patch as merged

KEYS = st.sampled_from(("a", "b", "c", "d"))
LEAVES = st.booleans() | st.integers(0, 3) | st.text(max_size=2)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


@given(OBJECTS, OBJECTS)
def test_the_patch_leaves_the_new_state_and_nothing_of_the_old_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    patch = merge_patch(old, new)
    assert merged(old, patch) == new
    assert bool(patch) is bool(list(paths(patch))) is (old != new)


def test_a_null_removes_and_adds_nothing() -> None:
    assert merge_patch({"a": 1}, {"a": None, "b": None}) == {"a": None}
