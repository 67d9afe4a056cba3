"""Our HMAC is the standard library's."""

from __future__ import annotations

import hmac

from hypothesis import example, given
from hypothesis import strategies as st

from k8stui.incluster.wire.signing import same, sign

texts = st.text(st.characters(exclude_categories=["Cs"]))  # lone surrogates are no text that can be sent


@given(texts, texts, st.lists(texts))
@example("k" * 64, "step", ["a"])
@example("k" * 65, "step", ["a"])
def test_a_signature_is_hmac_sha256(key: str, who: str, parts: list[str]) -> None:
    message = "\n".join([who, *parts]).encode()
    assert sign(key, who, *parts) == hmac.new(key.encode(), message, "sha256").hexdigest()


def test_only_equal_signatures_are_the_same() -> None:
    assert same("ab", "ab")
    assert not same("ab", "ac")
    assert not same("ab", "abc")
