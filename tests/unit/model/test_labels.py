"""Names that people chose: always possible for Kubernetes, always different, readable where they can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract import names
from k8stui.model import labels, rules

NAMES = st.text(max_size=80) | st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_ -]{0,70}", fullmatch=True)
ALIKE = st.text(alphabet="aA_-. äÄ2", max_size=4)
"""Names that differ in what a slug drops."""


@given(st.lists(NAMES | ALIKE, unique=True, max_size=30))
def test_different_steps_have_different_slugs(steps: list[str]) -> None:
    slugs = labels.step_slugs(steps)
    assert len(set(slugs.values())) == len(steps)


@given(st.lists(NAMES | ALIKE, unique=True, min_size=1, max_size=10))
def test_slugs_are_short_labels_and_always_the_same(steps: list[str]) -> None:
    slugs = labels.step_slugs(steps)
    assert slugs == labels.step_slugs(steps)
    for slug in slugs.values():
        assert rules.dns_label_problem(slug) == ""
        assert len(slug) <= labels.MAX_STEP_SLUG


@given(NAMES, st.lists(NAMES, min_size=1, max_size=5, unique=True), st.integers(1, 9999))
def test_the_names_of_pods_are_labels(prefix: str, steps: list[str], attempt: int) -> None:
    slugs = labels.step_slugs(steps).values()
    begin = labels.pod_prefix(prefix, "x7k2b", longest_slug=max(len(slug) for slug in slugs))
    assert begin.endswith("-x7k2b")
    for slug in slugs:
        assert rules.dns_label_problem(names.pod_name(begin, slug, attempt)) == ""


@given(NAMES)
def test_the_name_of_a_run_is_a_label_with_room_for_the_jobs_own_suffix(pipeline: str) -> None:
    run = labels.run_name(pipeline, labels.new_suffix())
    assert rules.dns_label_problem(run) == ""
    assert len(run) <= 46


@given(NAMES)
def test_the_label_of_a_pipeline_is_possible(pipeline: str) -> None:
    value = labels.label_value(pipeline)
    assert value
    assert rules.label_value_problem(value) == ""


@given(st.lists(NAMES | ALIKE, unique=True, max_size=20))
def test_different_pipelines_have_different_labels(pipelines: list[str]) -> None:
    assert len({labels.label_value(pipeline) for pipeline in pipelines}) == len(pipelines)


@pytest.mark.parametrize("name", ["kubernetes_example_pipeline", "Train.v2", "a" * 63])
def test_a_pipelines_label_is_its_name_where_that_is_possible(name: str) -> None:
    assert labels.label_value(name) == name


def test_a_changed_label_ends_with_a_digest() -> None:
    assert labels.label_value("my pipeline").startswith("my-pipeline-")
    assert labels.label_value("my pipeline") != labels.label_value("my-pipeline")
    assert len(labels.label_value("a" * 64)) == 63


def test_slugs_are_readable_where_nothing_is_lost() -> None:
    slugs = labels.step_slugs(["train_model", "train_model_2", "Évaluer"])
    assert list(slugs.values()) == ["train-model", "train-model-2", "evaluer"]


def test_of_two_names_with_one_slug_the_one_that_is_the_slug_keeps_it() -> None:
    slugs = labels.step_slugs(["train_2", "train-2"])
    assert slugs["train-2"] == "train-2"
    assert slugs["train_2"].startswith("train-2-")


def test_a_name_of_which_nothing_is_left_gets_a_digest() -> None:
    assert labels.step_slugs(["步骤"])["步骤"].startswith("step-")
    assert labels.run_name("步骤", "x7k2b") == "pipeline-x7k2b"


def test_short_names_of_pods_begin_with_the_name_of_the_run() -> None:
    assert labels.pod_prefix("my_pipeline", "x7k2b", longest_slug=10) == labels.run_name("my_pipeline", "x7k2b")


def test_suffixes_are_random_and_of_the_alphabet() -> None:
    found = {labels.new_suffix() for _ in range(200)}
    assert len(found) > 190
    assert all(len(suffix) == 5 and set(suffix) <= set(labels.SUFFIX_ALPHABET) for suffix in found)
