"""What registering, changing and deleting components comes to, and what is refused."""

from typing import Any

import pytest

from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError
from k8stui.model.stacks import ServiceConnector, Stack, StackDocument
from k8stui.stacks.document import checked
from k8stui.stacks.kinds import KINDS, where
from k8stui.stacks.registering import connect, delete, plain_config, register, setting_of, update

ORCHESTRATOR, STORE, REGISTRY = KINDS["orchestrator"], KINDS["artifact_store"], KINDS["container_registry"]


def registered(kind: str = "orchestrator", name: str = "gpu", **settings: Any) -> StackDocument:
    return register(StackDocument(), KINDS[kind], name, settings)


def test_a_component_is_registered_with_what_was_given_only() -> None:
    document = registered(kubernetes_context="prod", max_parallelism="4", local="true")
    made = document.orchestrators["gpu"]
    assert plain_config(made.config) == {"max_parallelism": 4, "kubernetes_context": "prod", "local": True}
    assert (made.flavor, made.connector, made.secrets) == ("kubernetes", "", ())
    assert where(made) == "context prod, namespace zenml"


@pytest.mark.parametrize(
    ("kind", "settings", "flavor", "said"),
    [
        (
            "orchestrator",
            {"kubernetes_contxt": "a"},
            "",
            "orchestrator: unknown field 'kubernetes_contxt'; did you mean",
        ),
        ("orchestrator", {"timeout": "soon"}, "", "orchestrator.timeout: 'soon' is not possible"),
        ("orchestrator", {"pod_settings": {"labels": {"run": "x"}}}, "", "label 'run' is set by k8stui itself"),
        ("orchestrator", {}, "airflow", "orchestrator.flavor: 'airflow' is not possible: it should be kubernetes"),
        ("artifact_store", {}, "", "artifact_store.path"),
        ("artifact_store", {"path": "/mnt"}, "", "artifact_store.path: '/mnt' is not possible: it should begin with"),
        (
            "artifact_store",
            {"path": "s3://a"},
            "gcs",
            "artifact_store.flavor: 'gcs' does not go with the path 's3://a'",
        ),
        ("container_registry", {}, "", "container_registry.uri"),
        ("image_builder", {"tool": "kaniko"}, "", "image_builder.tool: 'kaniko' is not possible"),
    ],
)
def test_what_is_wrong_is_told_with_field_and_value(kind: str, settings: Any, flavor: str, said: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        register(StackDocument(), KINDS[kind], "one", settings, flavor=flavor)
    assert said in str(caught.value)


def test_a_name_is_registered_once_and_must_be_one() -> None:
    with pytest.raises(ConflictError, match=r"There is an orchestrator 'gpu' already\."):
        register(registered(), ORCHESTRATOR, "gpu", {})
    with pytest.raises(InvalidInputError, match="orchestrator: 'a b' cannot be a name"):
        register(StackDocument(), ORCHESTRATOR, "a b", {})


def test_an_update_keeps_what_it_does_not_name() -> None:
    document = registered(kubernetes_context="prod", pod_settings={"node_selectors": {"pool": "a"}, "env": []})
    changed = update(
        document, ORCHESTRATOR, "gpu", {"timeout": "5", "pod_settings": {"node_selectors": {"zone": "b"}}},
        unset=["kubernetes_context"],
    )  # fmt: skip
    assert plain_config(changed.orchestrators["gpu"].config) == {
        "timeout": 5,
        "pod_settings": {"node_selectors": {"pool": "a", "zone": "b"}, "env": []},
    }


def test_an_update_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError, match=r"There is no orchestrator 'cpu'\.\nThere are: gpu"):
        update(registered(), ORCHESTRATOR, "cpu", {})
    with pytest.raises(NotFoundError, match="None is registered yet: k8stui artifact-store register NAME"):
        update(registered(), STORE, "s3", {})
    with pytest.raises(InvalidInputError, match=r"orchestrator\.timeout is not set"):
        update(registered(), ORCHESTRATOR, "gpu", {}, unset=["timeout"])
    with pytest.raises(InvalidInputError, match="unknown field 'timeot'; did you mean 'timeout'"):
        update(registered(), ORCHESTRATOR, "gpu", {}, unset=["timeot"])


def test_what_a_stack_uses_is_not_deleted_and_the_stack_is_named() -> None:
    document = registered().model_copy(update={"stacks": {name: Stack(orchestrator="gpu") for name in ("a", "b")}})
    with pytest.raises(ConflictError, match=r"The orchestrator 'gpu' belongs to the stacks a, b; it was not deleted\."):
        delete(document, ORCHESTRATOR, "gpu")
    assert delete(registered(), ORCHESTRATOR, "gpu").orchestrators == {}


def test_a_component_is_connected_to_a_connector_that_is_there() -> None:
    document = registered(kubernetes_context="prod")
    with pytest.raises(InvalidInputError, match="'aws' is no registered service connector; none is registered"):
        checked(connect(document, ORCHESTRATOR, "gpu", "aws"))
    known = document.model_copy(update={"connectors": {"aws": ServiceConnector(type="aws")}})
    connected = checked(connect(known, ORCHESTRATOR, "gpu", "aws", "zenbox"))
    assert where(connected.orchestrators["gpu"]) == "zenbox by aws, namespace zenml"
    assert where(connect(connected, ORCHESTRATOR, "gpu", "").orchestrators["gpu"]) == "context prod, namespace zenml"


def test_lists_and_tables_are_read_from_texts() -> None:
    assert setting_of(ORCHESTRATOR, "pod_settings", '{"env": [{"name": "A", "value": "1"}]}') == {
        "env": [{"name": "A", "value": "1"}]
    }
    assert setting_of(ORCHESTRATOR, "fail_on_container_waiting_reasons", "[A, B]") == ["A", "B"]
    assert setting_of(ORCHESTRATOR, "kubernetes_context", "1") == "1"
    with pytest.raises(InvalidInputError, match=r"orchestrator\.pod_settings: '\{' is neither JSON nor YAML"):
        setting_of(ORCHESTRATOR, "pod_settings", "{")
