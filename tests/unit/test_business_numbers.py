"""사업자등록번호."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.business_numbers import BusinessNumber

# Published numbers of well-known companies (annual reports): Samsung Electronics, Kakao, NAVER.
REAL = ["124-81-00998", "120-81-47521", "220-81-62517"]


@pytest.mark.parametrize("text", REAL)
def test_real_numbers_are_valid_with_and_without_hyphens(text: str) -> None:
    assert BusinessNumber.parse(text) == BusinessNumber.parse(text.replace("-", ""))


@given(st.sampled_from(REAL), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(text: str, place: int, off: int) -> None:
    digits = [int(digit) for digit in text.replace("-", "")]
    digits[place] = (digits[place] + off) % 10
    changed = "".join(map(str, digits))
    # The eighth weight is 3 and the ninth 5 with its tens: a few pairs of ninth digits share a check digit.
    if place != 8:
        with pytest.raises(ValueError, match="not a business number"):
            BusinessNumber.parse(changed)


@pytest.mark.parametrize(
    "text", ["", "124-81-0099", "124-81-009988", "12481-00998x", "１２４-81-00998", "124 81 00998"]
)
def test_other_shapes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a business number"):
        BusinessNumber.parse(text)


def test_no_representation_shows_the_number() -> None:
    number = BusinessNumber.parse(REAL[0])
    assert number.masked == "124-**-*****"
    for shown in (repr(number), str(number), f"{[number]}"):
        assert "00998" not in shown
        assert "81" not in shown


def test_the_fingerprint_depends_on_the_key() -> None:
    number = BusinessNumber.parse(REAL[0])
    assert number.fingerprint(b"one") == BusinessNumber.parse("1248100998").fingerprint(b"one")
    assert number.fingerprint(b"one") != number.fingerprint(b"two")
    assert len(number.fingerprint(b"one")) == 64
