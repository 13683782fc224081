"""What the product knows of a shop when it plans: trade and place, never name or address."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from shopevents.domain.vocabulary import IndustryCategory


class Trade(BaseModel):
    """A classified 업종.

    `category` is one of the five; `code` is the SEMAS 상권업종 소분류 (or a shorter 중/대분류 code) and
    `name` its Korean name, both null where only the category is known; `ksic` is the two-digit KSIC
    division that joins to KOSIS statistics, e.g. "56". `word` is what plans call the trade: the
    owner's own word where one was recognised (고깃집), cleaned and at most 20 characters.
    """

    model_config = ConfigDict(frozen=True)

    category: IndustryCategory
    code: str | None = None
    name: str | None = None
    ksic: str | None = None
    word: str


class Region(BaseModel):
    """A placed 시군구. `city` is the 시도's short name (서울, 경기, 전남광주); `district` its 시군구
    ("강남구", "성남시 분당구"), null where only the 시도 is known. At least `city` is always there."""

    model_config = ConfigDict(frozen=True)

    city: str
    district: str | None = None

    @property
    def label(self) -> str:
        """How a sentence names the place: "강남구" where it is known, else the 시도."""
        return self.district or self.city

    @classmethod
    def of(cls, city: str, district: str | None = None) -> Self:
        """Shorthand for `Region(city=…, district=…)`."""
        return cls(city=city, district=district)
