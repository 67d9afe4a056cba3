"""Stacks edited as text."""

import pytest

from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui.model.stacks import Orchestrator, Stack, StackDocument
from k8stui.stacks.editing import edited, text_to_edit
from k8stui.stacks.kinds import KINDS
from k8stui.stacks.registering import update

DOCUMENT = StackDocument(
    active="a",
    stacks={"a": Stack(orchestrator="gpu"), "b": Stack(orchestrator="gpu")},
    orchestrators={"gpu": Orchestrator(flavor="kubernetes"), "cpu": Orchestrator()},
)


def test_what_is_edited_is_one_stack_with_all_that_belongs_to_it() -> None:
    text = text_to_edit(DOCUMENT, "a")
    assert "# The orchestrator gpu belongs to b, too." in text
    assert "cpu" not in text
    assert edited(DOCUMENT, DOCUMENT, "a", text) == DOCUMENT
    changed = edited(DOCUMENT, DOCUMENT, "a", text.replace("flavor: kubernetes", "config: {max_parallelism: 3}"))
    assert changed.orchestrators["gpu"].config.max_parallelism == 3
    assert (set(changed.orchestrators), changed.active) == ({"gpu", "cpu"}, "a")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("flavor: kubernetes", "config: {max_paralelism: 3}", "gpu.config: unknown field 'max_paralelism'"),
        ("orchestrator: gpu", "orchestrator: tpu", "stacks.a.orchestrator: 'tpu' is no registered orchestrator"),
        ("  a:", "  c:", "it should hold the stack 'a' and no other"),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        edited(DOCUMENT, DOCUMENT, "a", text_to_edit(DOCUMENT, "a").replace(old, new))
    assert said in str(caught.value)


def test_what_others_have_changed_meanwhile_is_not_overwritten() -> None:
    now = update(DOCUMENT, KINDS["orchestrator"], "gpu", {"timeout": "5"})
    with pytest.raises(ConflictError, match="Somebody has changed the stack a meanwhile"):
        edited(now, DOCUMENT, "a", text_to_edit(DOCUMENT, "a"))
