"""`requirements=` is checked where it is written."""

from __future__ import annotations

import pytest

from k8stui.model.errors import InvalidInputError
from k8stui.model.requirements import checked, joined


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("pandas", "is not a list of texts"),
        ([1], "is not a list of texts"),
        (["pandas=2"], "'pandas=2' is none"),
        (["-r requirements.txt"], "is an option of pip"),
        (["x @ https://user:word@host/x.whl"], "x has a password"),
    ],
)
def test_what_is_no_list_of_requirements_is_told(given: object, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        checked(given, where="step 'a'")


def test_an_inner_requirement_replaces_an_outer_one_of_the_same_package() -> None:
    assert joined(["Sci_kit>1", "b"], ["sci-kit==2", "c"]) == ("sci-kit==2", "b", "c")
    assert joined([], ()) == ()
