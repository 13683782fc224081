"""Which figures are about a trade: KOSIS's industries and channels, Seoul's trades, the register's codes."""

from dataclasses import dataclass
from functools import cache

from shopevents.catalog.files import read_table
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory


@dataclass(frozen=True, slots=True)
class Axis:
    """A code of a statistics table and what a sentence calls it."""

    code: str
    label: str


# The register's class that a category without a code stands for.
_CLASSES = {
    IndustryCategory.FOOD: Axis("I2", "음식점"),
    IndustryCategory.RETAIL: Axis("G2", "소매점"),
    IndustryCategory.SERVICE: Axis("S2", "수리·개인 서비스"),
    IndustryCategory.LODGING: Axis("I1", "숙박"),
}


@dataclass(frozen=True, slots=True)
class MarketAxes:
    """Where to look for figures on a trade; null where a source doesn't tell it apart. `industry` is the
    national monthly axis, `section` the regional quarterly one, `register` a prefix of 상권업종 codes."""

    industry: Axis | None
    section: Axis | None
    channel: Axis | None
    seoul: Axis | None
    register: Axis | None


def axes_of(trade: Trade) -> MarketAxes:
    """The trade's place in each source. Where only the category is known, its typical industry stands for it."""
    row = _industry(trade)
    code = trade.code or ""
    return MarketAxes(
        industry=Axis(row["axis"], row["axis_label"]) if row else None,
        section=Axis(row["section"], row["section_label"]) if row else None,
        channel=_by_code("statistics/retail_channels.csv", code),
        seoul=_by_code("statistics/seoul_trades.csv", code),
        register=_register(trade),
    )


def province_of(region: Region) -> str | None:
    """KOSIS's 시도 of a place: 전남광주 is still two there, and only the 시군구 tells which."""
    codes = {
        row["kosis_province"]
        for row in read_table("statistics/districts.csv")
        if row["city"] == region.city and region.district in {None, row["district"] or None}
    }
    names = {row["code"]: row["name"] for row in read_table("statistics/kosis_provinces.csv")}
    return names[codes.pop()] if len(codes) == 1 else None


def _industry(trade: Trade) -> dict[str, str] | None:
    rows = _industries()
    return rows.get(trade.ksic or "") or rows.get(trade.category.value)


def _register(trade: Trade) -> Axis | None:
    if trade.code:
        return Axis(trade.code, trade.name or trade.word)
    return _CLASSES.get(trade.category)


@cache
def _industries() -> dict[str, dict[str, str]]:
    """By KSIC division, and by category where a division is typical of one."""
    rows = [dict(row) for row in read_table("statistics/industries.csv")]
    return {row["ksic"]: row for row in rows} | {row["category"]: row for row in rows if row["category"]}


@cache
def _by_code(table: str, code: str) -> Axis | None:
    """The row with the longest code that begins the trade's code."""
    best, longest = None, 0
    for row in read_table(table):
        for prefix in row["trade_codes"].split("|"):
            if prefix and code.startswith(prefix) and len(prefix) > longest:
                best, longest = Axis(row.get("code") or row["name"], row["label"]), len(prefix)
    return best
