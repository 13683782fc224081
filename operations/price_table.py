"""The price table as data: what AWS and the vendors charge, and how that is known (`prices.toml`)."""

import tomllib
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Known(StrEnum):
    """How a price is known: read on a page, computed from what was read, or remembered and found nowhere."""

    PAGE = "page"
    DERIVED = "derived"
    REMEMBERED = "remembered"


class Source(BaseModel):
    """A page or file, and the date that it bears (the look-up's where it bears none)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: str = Field(min_length=1)
    address: str = Field(min_length=1)
    date: date


class Price(BaseModel):
    """`usd` for one `unit`; `read` is what stands in the first source, whose date is the price's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    usd: float = Field(gt=0)
    unit: str = Field(min_length=1)
    read: str = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    region: str = Field(min_length=1)
    date: date
    verified: Known


class Table(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: dict[str, Source]
    prices: dict[str, Price]


@cache
def table() -> Table:
    """The price table. Raises ValidationError where a price lacks its source, its date or how it is known."""
    text = Path(__file__).with_name("prices.toml").read_text(encoding="utf-8")
    return Table.model_validate(tomllib.loads(text))


def price(name: str) -> float:
    """A price in USD. Raises KeyError for an unknown one."""
    return table().prices[name].usd
