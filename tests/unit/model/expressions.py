"""Cron expressions that Hypothesis draws."""

from __future__ import annotations

from hypothesis import strategies as st

FIELDS = [(0, 59), (0, 23), (1, 28), (1, 12), (0, 6)]


@st.composite
def expressions(draw: st.DrawFn) -> str:
    found = []
    for least, most in FIELDS:
        low = draw(st.integers(least, most))
        high = draw(st.integers(low, most))
        step = draw(st.integers(1, most))
        found.append(draw(st.sampled_from(["*", f"{low}", f"{low}-{high}", f"*/{step}", f"{low}-{high}/{step}"])))
    return " ".join(found)
