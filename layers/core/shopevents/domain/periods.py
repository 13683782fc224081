"""Statistical periods as KOSIS writes them: "2026" (Y), "202603" (Q: the third quarter, M: March)."""

from datetime import date

_YEAR_DIGITS = 4
_PER_YEAR = {"Y": 1, "A": 1, "H": 2, "Q": 4, "M": 12}


def ordinal_of(kind: str, period: str) -> int:
    """The number of the period in an unbroken count, so that neighbours differ by one.

    `kind` decides what the digits mean, never their length: 202603 is March for M and the third
    quarter for Q. Raises ValueError for an unknown kind or a period that doesn't exist.
    """
    per_year = _PER_YEAR.get(kind)
    if per_year is None:
        raise ValueError(f"unknown kind of period: {kind}")
    year, part = int(period[:4]), int(period[4:] or 1)
    if not 1 <= part <= per_year:
        raise ValueError(f"no period {period} of kind {kind}")
    return year * per_year + part - 1


def period_at(kind: str, ordinal: int) -> str:
    """The inverse of `ordinal_of`."""
    per_year = _PER_YEAR[kind]
    year, part = divmod(ordinal, per_year)
    return f"{year:04d}" if per_year == 1 else f"{year:04d}{part + 1:02d}"


def period_of(kind: str, day: date) -> str:
    """The period that `day` lies in."""
    per_year = _PER_YEAR[kind]
    return period_at(kind, day.year * per_year + (day.month - 1) * per_year // 12)


def back(kind: str, period: str, count: int) -> str:
    """The period `count` before `period`."""
    return period_at(kind, ordinal_of(kind, period) - count)


def halve_range(kind: str, first: str, last: str) -> tuple[str, str]:
    """(last period of the first half, first period of the second half) of first … last, which differ."""
    start, end = ordinal_of(kind, first), ordinal_of(kind, last)
    middle = (start + end) // 2
    return period_at(kind, middle), period_at(kind, middle + 1)


def period_phrase(kind: str, period: str) -> str:
    """How a Korean sentence names the period: "2026년 9월", "2026년 3분기", "2026년"."""
    year, part = int(period[:4]), int(period[4:] or 1)
    return {
        "M": f"{year}년 {part}월",
        "Q": f"{year}년 {part}분기",
        "H": f"{year}년 {'상반기' if part == 1 else '하반기'}",
    }.get(kind, f"{year}년")


def stored_period(kind: str, period: str) -> str:
    """How our tables write a period, so that its text alone says what it is: "2026", "2026Q3", "202609".
    Raises ValueError for a kind that they don't hold, or a period that doesn't exist."""
    ordinal_of(kind, period)
    if kind == "Q":
        return f"{period[:4]}Q{int(period[4:])}"
    if kind in {"Y", "A", "M"}:
        return period
    raise ValueError(f"no table holds periods of kind {kind}")


def read_stored(stored: str) -> tuple[str, str]:
    """(kind, period) of a stored period."""
    if "Q" in stored:
        year, part = stored.split("Q")
        return "Q", f"{year}{int(part):02d}"
    return ("Y" if len(stored) == _YEAR_DIGITS else "M"), stored
