import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.redaction import redact


@pytest.mark.parametrize(
    "secret",
    [
        "sk-ant-api03-abcdefgh1234",
        "pcsk_abcDEF12345678",
        "123-45-67890",
        "010-1234-5678",
        "02-345-6789",
        "전화.01012345678",
        "서울특별시 강남구 테헤란로 152",
        "역삼동 123-4",
    ],
)
def test_what_must_not_be_logged_is_masked(secret: str) -> None:
    masked = redact(f"before {secret} after")
    assert secret not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_bearers_query_keys_and_url_passwords_are_masked() -> None:
    line = "Authorization: Bearer eyJhbGciOi.abc https://x/y?serviceKey=AbC%2B1&a=1 redis://:hunter2@host:6379"
    masked = redact(line)
    for secret in ("eyJhbGciOi", "AbC%2B1", "hunter2"):
        assert secret not in masked
    assert "&a=1" in masked
    assert "@host:6379" in masked


@pytest.mark.parametrize(
    "harmless", ["서울 강남구", "활동 30%", "2026-11-23", "Bearer local:kim", "12.345", "300000", "0.0005432109876"]
)
def test_what_may_be_logged_stays(harmless: str) -> None:
    assert redact(harmless) == harmless


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_a_line_stays_a_number(number: float) -> None:
    line = json.dumps({"costUsd": number, "seconds": abs(number) % 10})
    assert redact(line) == line
