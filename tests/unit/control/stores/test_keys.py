"""Which registered artifact store is a run's own."""

from __future__ import annotations

import re

import pytest

from k8stui.control.stores.keys import registered
from k8stui.model.errors import InvalidInputError
from k8stui.model.stacks import ArtifactStore, ArtifactStoreConfig, StackDocument

BUCKET = ArtifactStoreConfig(path="s3://bucket/runs", options={"endpoint_url": "https://here"})
ELSEWHERE = ArtifactStoreConfig(path="s3://bucket/runs", options={"endpoint_url": "https://elsewhere"})


def store(config: ArtifactStoreConfig, *secrets: str) -> ArtifactStore:
    return ArtifactStore(config=config, secrets=secrets)


def test_path_and_options_tell_it_whatever_it_is_called() -> None:
    known = {"bare": store(BUCKET), "elsewhere": store(ELSEWHERE, "key"), "mine": store(BUCKET, "key")}
    assert registered(StackDocument(artifact_stores=known), BUCKET, "r") == "mine"


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, "and no such artifact store is registered here."),
        ({"other": store(ArtifactStoreConfig(path="s3://bucket"), "key")}, "no such artifact store is registered here"),
        # Its secrets would be shown to another server than the one that they are for.
        ({"e": store(ELSEWHERE, "key")}, "'e' that is registered here has other options than the run"),
        ({"bare": store(BUCKET)}, "'bare' that is registered here has none"),
    ],
)
def test_where_it_is_not_registered_the_error_says_how(known: dict[str, ArtifactStore], told: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(told)) as refused:
        registered(StackDocument(artifact_stores=known), BUCKET, "run train-1")
    assert "The run train-1 has its results in s3://bucket/runs, whose secrets no run keeps" in refused.value.message
    assert refused.value.hint == (
        "Register it: k8stui artifact-store register NAME --path=s3://bucket/runs "
        """--options='{"endpoint_url": "https://here"}' --secret NAME"""
    )
