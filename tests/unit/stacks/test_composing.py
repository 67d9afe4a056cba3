"""Stacks: registered whole or not at all, handed on without secrets."""

import pytest

from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError
from k8stui.model.stacks import (
    ArtifactStore,
    ArtifactStoreConfig,
    Orchestrator,
    ServiceConnector,
    Stack,
    StackDocument,
)
from k8stui.stacks.composing import (
    activate,
    delete_stack,
    exported,
    imported,
    register_stack,
    update_stack,
    wanted_secrets,
)
from k8stui.stacks.document import as_text, document_of

S3 = ArtifactStore(config=ArtifactStoreConfig(path="s3://bucket"), secrets=("key", "secret"))
DOCUMENT = StackDocument(
    orchestrators={"gpu": Orchestrator(connector="aws"), "cpu": Orchestrator()},
    artifact_stores={"s3": S3},
    connectors={
        "aws": ServiceConnector(type="aws", secrets=("aws_secret_access_key",)),
        "gcp": ServiceConnector(type="gcp"),
    },
)
WITH_STACK = register_stack(DOCUMENT, "prod", {"orchestrator": "gpu", "artifact_store": "s3"}, activate=True)


def test_a_stack_is_registered_and_used() -> None:
    assert WITH_STACK.active == "prod"
    assert WITH_STACK.stacks == {"prod": Stack(orchestrator="gpu", artifact_store="s3")}
    assert register_stack(DOCUMENT, "prod", {"orchestrator": "gpu"}).active == ""


def test_a_stack_of_what_is_not_there_is_not_registered() -> None:
    with pytest.raises(NotFoundError, match=r"There is no orchestrator 'tpu'\.\nThere are: gpu, cpu"):
        register_stack(DOCUMENT, "prod", {"orchestrator": "tpu"})
    with pytest.raises(ConflictError, match="There is a stack 'prod' already"):
        register_stack(WITH_STACK, "prod", {"orchestrator": "gpu"})
    with pytest.raises(InvalidInputError, match="'none' cannot be a name"):
        register_stack(DOCUMENT, "none", {"orchestrator": "gpu"})
    with pytest.raises(InvalidInputError, match=r"stack\.orchestrator"):
        register_stack(DOCUMENT, "prod", {"orchestrator": ""})


def test_a_stack_changes_part_by_part_and_an_empty_name_takes_one_out() -> None:
    changed = update_stack(WITH_STACK, "prod", {"orchestrator": "cpu", "artifact_store": ""})
    assert changed.stacks["prod"] == Stack(orchestrator="cpu")
    with pytest.raises(InvalidInputError, match=r"stack prod\.orchestrator"):
        update_stack(WITH_STACK, "prod", {"orchestrator": ""})


def test_the_active_stack_is_not_deleted() -> None:
    with pytest.raises(ConflictError, match="'prod' is the active one; it was not deleted"):
        delete_stack(WITH_STACK, "prod")
    rest = delete_stack(activate(WITH_STACK, ""), "prod")
    assert (rest.stacks, set(rest.orchestrators)) == ({}, {"gpu", "cpu"})
    with pytest.raises(NotFoundError, match="There is no stack 'dev'"):
        activate(WITH_STACK, "dev")


def test_what_is_exported_is_whole_and_has_nothing_else() -> None:
    text = as_text(exported(WITH_STACK, "prod"))
    coming = document_of(text, "prod.yaml")
    assert imported(StackDocument(), coming) == coming
    assert coming.active == ""
    assert (set(coming.orchestrators), set(coming.connectors)) == ({"gpu"}, {"aws"})
    assert wanted_secrets(coming) == {
        "artifact_store/s3": ("key", "secret"),
        "connector/aws": ("aws_secret_access_key",),
    }


def test_an_import_overwrites_only_when_it_is_told_to() -> None:
    coming = exported(WITH_STACK, "prod")
    assert imported(WITH_STACK, coming) == WITH_STACK
    other = WITH_STACK.model_copy(update={"orchestrators": {"gpu": Orchestrator(), "mine": Orchestrator()}})
    with pytest.raises(ConflictError, match=r"registered already, and otherwise: orchestrators\.gpu\. Nothing"):
        imported(other, coming)
    assert set(imported(other, coming, overwrite=True).orchestrators) == {"gpu", "mine"}
    assert imported(other, coming, overwrite=True).orchestrators["gpu"].connector == "aws"
