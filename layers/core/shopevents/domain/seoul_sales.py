"""Seoul's estimated sales by trade, hour, weekday, age and sex, summed over the city's commercial areas.

A quarter comes on many pages. A page's sums are kept under the page's own name, with its number of rows and the
quarter's total, so that pages may come in any order and twice, and only a whole quarter is ever told.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from shopevents.catalog.files import read_table
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.periods import stored_period
from shopevents.domain.statistics import ProfileFigure

SOURCE = "seoul_sales"
MEASURE, ROWS, ROWS_IN_ALL = "sales", "sales_rows", "sales_rows_in_all"
_CITY = "서울"
_COLUMNS = {
    **{f"TMZON_{span}_SELNG_AMT": f"hour:{span}" for span in ("00_06", "06_11", "11_14", "14_17", "17_21", "21_24")},
    **{f"{day}_SELNG_AMT": f"weekday:{day}" for day in ("MON", "TUES", "WED", "THUR", "FRI", "SAT", "SUN")},
    **{f"AGRDE_{age}_SELNG_AMT": f"age:{age}" for age in ("10", "20", "30", "40", "50", "60_ABOVE")},
    "ML_SELNG_AMT": "sex:ML",
    "FML_SELNG_AMT": "sex:FML",
}


def sales_figures(reply: Mapping[str, Any], query: Mapping[str, str], page_number: int) -> list[ProfileFigure]:
    """A page's sums in 원 per trade and group, and its counts. Raises PoisonRecord for a table without rows'
    total, which would pass for complete."""
    table = reply.get(query["service"]) or {}
    rows = table.get("row") or []
    if not rows:
        return []
    if not isinstance(table.get("list_total_count"), int):
        raise PoisonRecord("a page of sales without the number of rows in all")
    period = stored_period("Q", f"{query['quarter'][:4]}{int(query['quarter'][4:]):02d}")
    source = f"{SOURCE}:{query['service']}#{page_number}"
    counts = {ROWS: float(len(rows)), ROWS_IN_ALL: float(table["list_total_count"])}
    figures = [ProfileFigure(source, _CITY, "", measure, "", period, value) for measure, value in counts.items()]
    sums = _sums(rows)
    return figures + [
        ProfileFigure(source, _CITY, "", MEASURE, grouping, period, value, "원") for grouping, value in sums
    ]


def _sums(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, float]]:
    sums: dict[str, float] = {}
    for row in rows:
        trade = str(row.get("SVC_INDUTY_CD_NM") or "").strip()
        if trade not in _trades():
            continue
        for column, group in _COLUMNS.items():
            amount = row.get(column)
            if isinstance(amount, int | float):
                sums[f"{trade}|{group}"] = sums.get(f"{trade}|{group}", 0.0) + amount
    yield from sums.items()


@cache
def _trades() -> frozenset[str]:
    return frozenset(row["name"] for row in read_table("statistics/seoul_trades.csv"))
