"""Whatever is missing from what the server tells, there is an answer: a sentence, and never a traceback."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.describing.pods import pod_lines
from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.pods import diagnose_pod
from tests.unit.control.diagnosis.samples import NODE, around, real_pod, recording

NEEDED = {"metadata", "spec", "name", "containers"}
"""What the API server never leaves out."""


def paths(found: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a pod that may be missing."""
    places = []
    items = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in items:
        if isinstance(found, dict) and key not in NEEDED:
            places.append((*above, key))
        places += paths(value, (*above, key))
    return places


@st.composite
def partial_pods(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(sorted(recording())))
    pod = copy.deepcopy(real_pod(name))
    for path in draw(st.lists(st.sampled_from(paths(pod)), max_size=4)):
        place: Any = pod
        try:
            for key in path[:-1]:
                place = place[key]
            del place[path[-1]]
        except (KeyError, IndexError):
            continue  # what it was in is gone already
    return name, pod


@given(partial_pods(), st.booleans(), st.booleans())
def test_a_pod_with_anything_missing_is_still_answered(
    found: tuple[str, dict[str, Any]], events: bool, nodes: bool
) -> None:
    name, pod = found
    told = around(name)
    seen = Around(told.now, events=told.events if events else (), nodes=(NODE,) if nodes else None)
    diagnosis = diagnose_pod(pod, seen)
    assert diagnosis.subject == f"pod {name}"
    assert diagnosis.sentence
    assert "\n" not in diagnosis.sentence
    assert pod_lines(pod, [diagnosis], seen.events, seen.now)
