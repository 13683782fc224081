"""Suggestions while an owner types: GET /lookups/regions and /lookups/industries."""

from collections.abc import Iterable
from typing import Self

from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.wire.validation import WireModel


class RegionSuggestion(WireModel):
    """A place; `label` is what goes into an address field."""

    label: str
    city: str
    district: str | None


class RegionList(WireModel):
    """At most ten places, best first."""

    items: list[RegionSuggestion]


class RegionLookupResponse(WireModel):
    """Places that match."""

    success: bool = True
    data: RegionList

    @classmethod
    def of(cls, regions: Iterable[Region]) -> Self:
        """As the wire shows them."""
        items = [
            RegionSuggestion(
                label=" ".join(part for part in (region.city, region.district) if part),
                city=region.city,
                district=region.district,
            )
            for region in regions
        ]
        return cls(data=RegionList(items=items))


class IndustrySuggestion(WireModel):
    """A trade; `label` is what goes into the 업종 field."""

    label: str
    category: IndustryCategory
    code: str | None


class IndustryList(WireModel):
    """At most ten trades, best first."""

    items: list[IndustrySuggestion]


class IndustryLookupResponse(WireModel):
    """Trades that match."""

    success: bool = True
    data: IndustryList

    @classmethod
    def of(cls, trades: Iterable[Trade]) -> Self:
        """As the wire shows them."""
        items = [
            IndustrySuggestion(label=trade.name or trade.word, category=trade.category, code=trade.code)
            for trade in trades
        ]
        return cls(data=IndustryList(items=items))
