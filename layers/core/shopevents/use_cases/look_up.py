"""Suggestions while an owner types."""

from shopevents.domain.industries import search_industries
from shopevents.domain.regions import search_regions
from shopevents.domain.shops import Region, Trade

SUGGESTIONS = 10


def look_up_regions(query: str | None) -> tuple[Region, ...]:
    """At most ten places whose name matches, best first; none for an empty query."""
    return search_regions(query, SUGGESTIONS) if query else ()


def look_up_industries(query: str | None) -> tuple[Trade, ...]:
    """At most ten trades whose name or synonym matches, best first; none for an empty query."""
    return search_industries(query, SUGGESTIONS) if query else ()
