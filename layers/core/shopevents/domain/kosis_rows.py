"""KOSIS's rows as figures. Every value of a row is a text, and the codes are not those of other offices."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from shopevents.catalog.files import read_table
from shopevents.domain.crawl_queries import StatisticsTable
from shopevents.domain.periods import stored_period
from shopevents.domain.shops import Region
from shopevents.domain.statistics import Figure, ProfileFigure

SOURCE = "kosis"
_KINDS = {"A": "Y", "Y": "Y", "년": "Y", "Q": "Q", "분기": "Q", "M": "M", "월": "M"}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_AGE = re.compile(r"(\d{1,3})세( 이상)?")
_OLDEST_BAND, _OLDEST_AGE, _BAND = 70, 100, 10

type Row = Mapping[str, Any]


def decimal_of(text: object) -> float | None:
    """`DT` as a number, None for "-", "", "…", "9:24" and whatever else is none."""
    cleaned = str(text).strip().replace(",", "")
    return float(cleaned) if _NUMBER.fullmatch(cleaned) else None


def industry_figures(table: StatisticsTable, rows: Iterable[Row]) -> Iterator[Figure]:
    """Figures of a table by industry, region and channel. A row that states no number, no period that we
    hold, or a region whose code and name disagree, gives none."""
    for row in rows:
        value, period, axes = decimal_of(row.get("DT")), _period(row), _axes(table, row)
        region = province_name(*axes["region"]) if "region" in axes else ""
        if value is None or period is None or region is None:
            continue
        yield Figure(
            source=f"{SOURCE}:{table.table_id}",
            measure=table.measure,
            period=period,
            value=value,
            unit=_text(row.get("UNIT_NM")),
            industry=axes.get("industry", ("", ""))[0],
            region=region,
            audience=axes.get("audience", ("", ""))[0],
        )


def population_figures(table: StatisticsTable, rows: Iterable[Row]) -> Iterator[ProfileFigure]:
    """People of a 시군구, in all ("") or by age band ("age:30": 30 to 39; "age:70": 70 and older). A band is
    only given when every single year of it was there."""
    ages: dict[tuple[Region, str], dict[int, float]] = {}
    for row in rows:
        value, period, axes = decimal_of(row.get("DT")), _period(row), _axes(table, row)
        region = district_of(*axes["district"])
        if value is None or period is None or region is None:
            continue
        if "age" not in axes:
            yield _people(table, region, "", period, value)
        elif found := _AGE.fullmatch(axes["age"][1]):
            ages.setdefault((region, period), {})[int(found[1])] = value
    for (region, period), years in ages.items():
        for band in range(0, _OLDEST_BAND + 1, _BAND):
            wanted = range(band, _OLDEST_AGE + 1) if band == _OLDEST_BAND else range(band, band + _BAND)
            if all(age in years for age in wanted):
                yield _people(table, region, f"age:{band}", period, sum(years[age] for age in wanted))


def province_name(code: str, label: str) -> str | None:
    """The short name of a 시도 by KOSIS's code, where the row's own name agrees: 26 is 울산 here and 부산
    elsewhere. "" for the whole country, None where they disagree."""
    if label in {"전국", "계"}:
        return ""
    province = _provinces().get(code)
    return province["name"] if province and label in province["labels"].split("|") else None


def district_of(code: str, label: str) -> Region | None:
    """The 시군구 by its 행정표준 code (which the resident registers use, inside KOSIS too), where the row's
    name agrees; None for a 시도, for a 시 that is divided into 구, and where they disagree."""
    district = _districts().get(code)
    if district is None:
        return None
    name = district["district"]
    if name and label not in {name, name.split(" ")[-1], f"{district['city']} {name}"}:
        return None
    return Region(city=district["city"], district=name or None)


def _people(table: StatisticsTable, region: Region, grouping: str, period: str, value: float) -> ProfileFigure:
    source = f"{SOURCE}:{table.table_id}"
    return ProfileFigure(source, region.city, region.district or "", table.measure, grouping, period, value, "명")


def _period(row: Row) -> str | None:
    kind = _KINDS.get(_text(row.get("PRD_SE")))
    try:
        return stored_period(kind, _text(row.get("PRD_DE"))) if kind else None
    except ValueError:
        return None


def _axes(table: StatisticsTable, row: Row) -> dict[str, tuple[str, str]]:
    """Meaning → (code, name) of a row's axes. Names may be padded to show a hierarchy."""
    return {
        meaning: (_text(row.get(f"C{number}")), _text(row.get(f"C{number}_NM")))
        for number, meaning in enumerate(table.axes, start=1)
    }


def _text(value: object) -> str:
    return str(value or "").replace("\u3000", " ").strip()


@cache
def _provinces() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in read_table("statistics/kosis_provinces.csv")}


@cache
def _districts() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in read_table("statistics/districts.csv")}
