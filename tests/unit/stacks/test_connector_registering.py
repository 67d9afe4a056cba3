"""What registering, changing and deleting a connector make of a document."""

from __future__ import annotations

import pytest

from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError
from k8stui.model.stacks import Orchestrator, StackDocument
from k8stui.stacks.connectors.registering import delete, register, update
from k8stui.stacks.document import as_text, document_of

SERVER = {"server": "https://10.0.0.1:6443"}


def with_one() -> StackDocument:
    return register(StackDocument(), "eu", "token", SERVER, secrets=["token"])


def test_a_registered_connector_is_written_down_as_it_was_given_and_read_again() -> None:
    document = register(with_one(), "login", "exec", {**SERVER, "command": "get-token"}, resource="10.0.0.1")
    assert document_of(as_text(document), "stacks") == document
    assert document.connectors["eu"].config == SERVER
    assert document.connectors["login"].resource == "10.0.0.1"


def test_what_is_wrong_registers_nothing() -> None:
    for name, kind, settings, message in (
        ("eu", "token", SERVER, "There is a connector 'eu' already"),
        ("-x", "token", SERVER, "cannot be a name"),
        ("us", "vault", SERVER, "connector.type: 'vault'"),
        ("us", "token", {"sever": "https://x"}, "sever"),
        ("us", "token", {**SERVER, "token": "t0p"}, "connector.token is a secret"),
    ):
        with pytest.raises((InvalidInputError, ConflictError), match=message) as told:
            register(with_one(), name, kind, settings)
        assert "t0p" not in str(told.value)
    with pytest.raises(InvalidInputError, match="'password' is no secret of the type token"):
        register(StackDocument(), "us", "token", SERVER, secrets=["password"])
    with pytest.raises(InvalidInputError, match="unknown field 'kubernetes_context'") as told:
        register(StackDocument(), "us", "kubeconfig", {"kubernetes_context": "dev"})
    assert told.value.hint == "A context is named by --resource-id."


def test_an_update_changes_what_is_named_and_leaves_the_rest() -> None:
    changed = update(with_one(), "eu", {"cluster": "dev"}, resource="10.0.0.1").connectors["eu"]
    assert changed.config == {**SERVER, "cluster": "dev"}
    assert (changed.resource, changed.secrets) == ("10.0.0.1", ("token",))
    file = {"token_file": "/run/token"}
    back = update(update(with_one(), "eu", file), "eu", {}, unset=["token"]).connectors["eu"]
    assert (back.config, back.secrets) == ({**SERVER, **file}, ())
    with pytest.raises(InvalidInputError, match=r"connector\.proxy_url is not set"):
        update(with_one(), "eu", {}, unset=["proxy_url"])
    with pytest.raises(InvalidInputError, match="clustr"):
        update(with_one(), "eu", {}, unset=["clustr"])
    with pytest.raises(InvalidInputError, match="server"):
        update(with_one(), "eu", {}, unset=["server"])
    with pytest.raises(NotFoundError, match="There is no connector 'us'") as told:
        update(with_one(), "us", {})
    assert told.value.hint == "There are: eu"


def test_a_connector_in_use_is_not_deleted() -> None:
    document = with_one().model_copy(update={"orchestrators": {"gpu": Orchestrator(connector="eu")}})
    with pytest.raises(ConflictError, match="orchestrator gpu; it was not deleted") as told:
        delete(document, "eu")
    assert told.value.hint == "First: k8stui orchestrator disconnect gpu"
    assert delete(with_one(), "eu").connectors == {}
