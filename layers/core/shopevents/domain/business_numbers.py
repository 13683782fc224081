"""사업자등록번호: checked, recognised again, never kept."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Self

# The National Tax Service's check digit: weighted sum of the first nine digits, the ninth counting its tens twice.
_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_SHAPE = re.compile(r"(\d{3})-?(\d{2})-?(\d{5})", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class BusinessNumber:
    """A valid number. It has no readable representation, so that no log can show it."""

    _digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads "123-45-67891" or the digits alone. Raises ValueError for another shape or a wrong check digit."""
        match = _SHAPE.fullmatch(text.strip())
        if match is None or not _is_valid("".join(match.groups())):
            raise ValueError("not a business number")
        return cls("".join(match.groups()))

    @property
    def masked(self) -> str:
        """How it is shown: the tax office's three digits, which identify nobody."""
        return f"{self._digits[:3]}-**-*****"

    def fingerprint(self, key: bytes) -> str:
        """64 hexadecimal digits that are the same for the same number and can't be turned back without `key`
        (HMAC-SHA-256; a plain hash of ten digits could be found by trying them all)."""
        return hmac.new(key, self._digits.encode(), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return f"BusinessNumber({self.masked})"


def _is_valid(digits: str) -> bool:
    products = [int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)]
    total = sum(products) + products[-1] // 10
    return (10 - total % 10) % 10 == int(digits[9])
