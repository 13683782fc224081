"""`python -m local normalise FIELD`: one text a line in, one JSON object a line out."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

import typer

from local.processes import LocalError
from shopevents.domain.industries import classify_industry
from shopevents.domain.money import parse_money
from shopevents.domain.prizes import parse_prize
from shopevents.domain.regions import resolve_region
from shopevents.domain.seasons import parse_when
from shopevents.domain.shops import Region

Shaped = dict[str, Any]


def normalise(
    field: Annotated[str, typer.Argument(help="region, industry, money, prize or season")],
) -> None:
    """Normalise texts read from standard input, one a line, to JSON Lines on standard output."""
    if field not in FIELDS:
        raise LocalError(f"normalise takes one of {', '.join(FIELDS)}, not {field!r}.")
    lines = (line.decode("utf-8", errors="replace") for line in sys.stdin.buffer)
    for shaped in normalised(field, lines):
        sys.stdout.buffer.write(json.dumps(shaped, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
    sys.stdout.buffer.flush()


def normalised(field: str, lines: Iterable[str]) -> Iterator[Shaped]:
    """One object for each line, an empty line included; what a text leaves open is null."""
    shape = FIELDS[field]
    return (shape(line.rstrip("\r\n")) for line in lines)


def _region(text: str) -> Shaped:
    match = resolve_region(text)
    shaped: Shaped = {"city": match.city, "district": match.district}
    if match.candidates:
        shaped["candidates"] = [_place(place) for place in match.candidates]
    return shaped


def _place(place: Region) -> Shaped:
    return {"city": place.city, "district": place.district}


def _industry(text: str) -> Shaped:
    trade = classify_industry(text)
    if trade is None:
        return {"category": None, "code": None, "ksic": None}
    return {"category": trade.category.value, "code": trade.code, "ksic": trade.ksic}


def _money(text: str) -> Shaped:
    money = parse_money(text)
    return {"min": money.min if money else None, "max": money.max if money else None}


def _prize(text: str) -> Shaped:
    prize = parse_prize(text)
    return {"name": prize.name, "quantity": prize.quantity, "unit": prize.unit, "won": prize.won}


def _season(text: str) -> Shaped:
    when = parse_when(text)
    return {"season": when.season.value if when.season else None, "month": when.month}


FIELDS: dict[str, Callable[[str], Shaped]] = {
    "region": _region,
    "industry": _industry,
    "money": _money,
    "prize": _prize,
    "season": _season,
}
