"""`requirements=` is checked where it is written."""

from __future__ import annotations

import pytest

from k8stui.model.errors import InvalidInputError
from k8stui.model.requirements import checked, joined

SSH = "x @ git+ssh://git@github.com/o/x"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("pandas", "is not a list of texts"),
        ([1], "is not a list of texts"),
        (["pandas=2"], "'pandas=2' is none"),
        (["-r requirements.txt"], "is an option of pip"),
        (["a @ https://x/y\nRUN"], "is not one line of text"),
        (["x @ https://user:word@host/x.whl"], "x has a password"),
        (["x @ git+https://hush@github.com/o/x"], "x has a user name, which may be a token,"),
        ([f"x @ https://host/x.whl?key=ghp_{'a1' * 18}"], "x has a token of GitHub"),
    ],
)
def test_what_is_no_list_of_requirements_is_told(given: object, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        checked(given, where="step 'a'")


def test_an_inner_requirement_replaces_an_outer_one_of_the_same_package() -> None:
    assert joined(["Sci_kit>1", "b"], ["sci-kit==2", "c"]) == ("sci-kit==2", "b", "c")
    assert joined([], ()) == ()


def test_a_user_name_of_ssh_is_no_secret() -> None:
    assert checked([SSH], where="step 'a'") == (SSH,)


def test_the_lines_of_a_file_may_be_comments_or_empty() -> None:
    text = "# ours\n\npandas==2.3.1  # pinned\n  # more\nx @ https://host/x.whl#sha256=ab\n"
    assert checked(text.splitlines(), where="step 'a'") == ("pandas==2.3.1", "x @ https://host/x.whl#sha256=ab")


def test_one_layer_may_require_a_package_twice() -> None:
    old, new = "numpy<2; python_version < '3.10'", "numpy>2; python_version >= '3.10'"
    assert joined(["numpy", "b"], [old, new]) == (old, new, "b")
    assert joined([old, new], ["numpy"]) == ("numpy",)
