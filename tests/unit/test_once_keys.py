"""Idempotency keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.effects import OnceKey
from shopevents.domain.errors import InvalidInput

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def fingerprint(content: object) -> str:
    return OnceKey.of("owner", "createEvent", "key", {"body": content}).fingerprint


@given(JSON, JSON)
def test_only_the_same_content_has_the_same_fingerprint(one: object, other: object) -> None:
    assert (fingerprint(one) == fingerprint(other)) is (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(content: object) -> object:
    if isinstance(content, dict):
        return {key: _sorted(content[key]) for key in sorted(content)}
    return [_sorted(each) for each in content] if isinstance(content, list) else content


@pytest.mark.parametrize("key", ["", "k" * 101, "한글", "a\nb", "a\0b"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        OnceKey.of("owner", "createEvent", key, {})
    assert caught.value.problems[0].field == "Idempotency-Key"
