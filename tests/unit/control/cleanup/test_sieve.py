"""The filter of many pods means what the filter language says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.cleanup.plan import FIELDS, fields_of
from k8stui.control.cleanup.sieve import sieve
from k8stui.control.pods.candidates import Candidate
from k8stui.control.words.filtering import keeper
from k8stui.model.views import PodView

NOW = 10_000.0
VALUES = (
    "failed",
    "Train-7",
    "load",
    "node-1",
    "OOMKilled",
    "team=ml",
    "fail*",
    "?oad",
    ">1h",
    "<3",
    ">2",
    "job/train",
)

texts = st.sampled_from(("", "failed", "running", "Train-7", "load", "node-1", "OOMKilled"))


@st.composite
def pods(draw: st.DrawFn) -> Candidate:
    fields = ("status", "run", "pipeline", "step", "node", "reason")
    told = {field: draw(texts) for field in fields}
    created = draw(st.sampled_from((None, 1.0, 9_999.0)))
    pod = PodView(
        name=draw(texts) or "a",
        namespace="ml",
        uid="u",
        phase="",
        restarts=draw(st.integers(0, 4)),
        created=created,
        **told,
    )
    return Candidate(pod, owner=draw(st.sampled_from(("", "Job/train"))), labels=("team=ml",))


terms = st.builds(
    lambda sign, field, values: f"{sign}{field}{','.join(values)}",
    st.sampled_from(("", "!")),
    st.sampled_from(("", *(f"{field}:" for field in FIELDS))),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=2),
)


@given(pods(), st.lists(terms, max_size=3))
def test_it_keeps_what_the_language_keeps(one: Candidate, typed: list[str]) -> None:
    text = " ".join(typed)
    assert sieve(text, NOW)(one) is keeper(text, FIELDS)(fields_of(one, NOW))
