"""Long texts travel in chunks that fit an environment variable, in ConfigMaps that fit the API server."""

import string

from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.protocol import CHUNK_CHARACTERS
from k8stui.plan.bundle import MAX_PART_BYTES, Bundle

SIZES = st.lists(st.integers(0, 4 * CHUNK_CHARACTERS) | st.integers(0, 2_500_000), max_size=4)


@given(SIZES)
def test_every_text_is_found_again_at_its_references(sizes: list[int]) -> None:
    bundle = Bundle("part-{}".format, "ml", {"a": "b"})
    texts = [letter * size for letter, size in zip(string.ascii_letters, sizes, strict=False)]
    found = [bundle.add(f"text{number}", text) for number, text in enumerate(texts)]
    parts = {part["metadata"]["name"]: part["data"] for part in bundle.manifests()}
    for text, references in zip(texts, found, strict=True):
        assert "".join(parts[one.config_map][one.key] for one in references) == text


@given(SIZES)
def test_chunks_and_parts_stay_within_their_limits(sizes: list[int]) -> None:
    bundle = Bundle("part-{}".format, "ml", {"a": "b"})
    for number, size in enumerate(sizes):
        bundle.add(f"text{number}", "x" * size)
    for part in bundle.manifests():
        assert 0 < sum(len(chunk) for chunk in part["data"].values()) <= MAX_PART_BYTES
        assert all(len(chunk) <= CHUNK_CHARACTERS for chunk in part["data"].values())


def test_small_texts_share_one_immutable_config_map() -> None:
    bundle = Bundle("part-{}".format, "ml", {"a": "b"})
    bundle.add("zip", "x")
    bundle.add("plan", "y")
    (part,) = bundle.manifests()
    assert part["immutable"] is True
    assert part["data"] == {"zip-0": "x", "plan-0": "y"}
    assert part["metadata"] == {"name": "part-0", "namespace": "ml", "labels": {"a": "b"}}
