"""The register of stores (SEMAS) as sightings, from which openings and closings are counted.

A snapshot has neither dates nor sales: a store is new when a complete snapshot shows it for the first time,
and gone when the next one doesn't show it any more.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from shopevents.catalog.files import read_table
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.shops import Region
from shopevents.domain.statistics import StorePage, StoreSighting

SOURCE = "semas_stores"
_TRADE = re.compile(r"[A-Z]\d\d{2}\d{2}")
_MONTH = re.compile(r"\d{4}(0[1-9]|1[0-2])")


def store_page(reply: Mapping[str, Any], query: Mapping[str, str]) -> StorePage | None:
    """A page's stores. None where it has none. A trade code that is no 소분류 (the codes before 2023) becomes "", so
    that the store still counts towards the snapshot's total. Raises PoisonRecord for a reply without its month."""
    header, body = reply.get("header") or {}, reply.get("body") or {}
    items = body.get("items") or []
    items = items.get("item", []) if isinstance(items, Mapping) else items
    items = [items] if isinstance(items, Mapping) else items
    if not items:
        return None
    snapshot = str(header.get("stdrYm", ""))
    if not _MONTH.fullmatch(snapshot):
        raise PoisonRecord("a page of stores without its month")
    sightings = (_sighting(item) for item in items)
    return StorePage(
        source=SOURCE,
        snapshot=snapshot,
        district_code=query["key"],
        class_code=query.get("indsLclsCd", ""),
        total=int(body.get("totalCount") or 0),
        stores=tuple(sighting for sighting in sightings if sighting is not None),
    )


def region_of_code(district_code: str) -> Region | None:
    """The 시군구 of a 행정표준 code of the register, None for an unknown one."""
    row = _districts().get(district_code)
    return Region(city=row["city"], district=row["district"] or None) if row else None


def _sighting(item: Mapping[str, Any]) -> StoreSighting | None:
    store_id, trade = str(item.get("bizesId") or "").strip(), str(item.get("indsSclsCd") or "").strip()
    return StoreSighting(store_id, trade if _TRADE.fullmatch(trade) else "") if store_id else None


@cache
def _districts() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in read_table("statistics/districts.csv")}
