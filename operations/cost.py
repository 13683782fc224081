"""`python -m operations.cost`: what a month costs, from `prices.toml` and a model of the load. Prints `docs/cost.md`."""

from collections.abc import Iterator
from pathlib import Path

from operations.bill import LIFETIMES, LOADS, Part, bill, claude_usd, month_of, options
from operations.hit_rates import hit_rate
from operations.price_table import table

_EARLY_PLAN = (1_200, 800, 3.0, 15.0, 3_000)  # tokens in and out, USD per million of Claude 3.5 Sonnet, requests


def early_plan_usd() -> float:
    """What the early plan's load costs on Claude 3.5 Sonnet: it said $46,800."""
    tokens_in, tokens_out, usd_in, usd_out, requests = _EARLY_PLAN
    return requests * (tokens_in * usd_in + tokens_out * usd_out) / 1e6


def page() -> str:
    """docs/cost.md: `cost.md.in` with its tables."""
    text = Path(__file__).with_name("cost.md.in").read_text(encoding="utf-8")
    tables = {
        "bill": _bill_lines(LIFETIMES[0]),
        "longer": _sum_lines(),
        "hits": _hit_lines(),
        "prices": _price_lines(),
        "sources": _source_lines(),
    }
    for name, lines in tables.items():
        text = text.replace(f"{{{{{name}}}}}", "\n".join(lines))
    return text.replace("{{early}}", f"{early_plan_usd():.2f}")


def _bill_lines(fresh_seconds: float) -> Iterator[str]:
    bills = [bill(load, fresh_seconds) for load in LOADS]
    yield from _head("USD a month")
    for parts in zip(*bills, strict=True):
        kind = "fixed" if parts[0].fixed else "by use"
        yield _row(f"{parts[0].name} ({kind})", [part.usd for part in parts])
    yield _row("**fixed**", [_sum(parts, fixed=True) for parts in bills], "**{:,.2f}**")
    yield _row("**by use**", [_sum(parts, fixed=False) for parts in bills], "**{:,.2f}**")
    totals = [sum(part.usd for part in parts) for parts in bills]
    yield _row("**all**", totals, "**{:,.2f}**")
    yield _row("all, of 1,000 recommendations", _of_a_thousand(totals))
    claude = [claude_usd(month_of(load, fresh_seconds).misses) for load in LOADS]
    yield _row("Claude, of 1,000 recommendations", _of_a_thousand(claude))
    for choice in zip(*map(options, LOADS), strict=True):
        yield _row(f"not in the sums: {choice[0].name}", [part.usd for part in choice])


def _sum_lines() -> Iterator[str]:
    yield from _head("USD a month, all")
    for name, seconds in zip(("15 min", "24 h"), LIFETIMES, strict=True):
        yield _row(f"results fresh for {name}", [sum(part.usd for part in bill(load, seconds)) for load in LOADS])


def _head(name: str) -> Iterator[str]:
    yield f"| {name} | " + " | ".join(f"{load:,}" for load in LOADS) + " |"
    yield "|---|" + "---:|" * len(LOADS)


def _row(name: str, numbers: list[float], form: str = "{:,.2f}") -> str:
    return f"| {name} | " + " | ".join(map(form.format, numbers)) + " |"


def _of_a_thousand(totals: list[float]) -> list[float]:
    return [1000 * total / load for total, load in zip(totals, LOADS, strict=True)]


def _sum(parts: list[Part], *, fixed: bool) -> float:
    return sum(part.usd for part in parts if part.fixed is fixed)


def _hit_lines() -> Iterator[str]:
    yield from _head("results are fresh for")
    for seconds in (15 * 60, 3600, 6 * 3600, 24 * 3600):
        rates = [100 * hit_rate(load, seconds) for load in LOADS]
        name = f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"  # noqa: PLR2004 - an hour
        yield f"| {name} | " + " | ".join(f"{rate:.1g} %" if rate < 1 else f"{rate:.0f} %" for rate in rates) + " |"


def _price_lines() -> Iterator[str]:
    yield "| price | USD | per | where | as of | known by | what was read | sources |"
    yield "|---|---:|---|---|---|---|---|---|"
    for name, row in table().prices.items():
        usd = f"{row.usd:.10f}".rstrip("0") if row.usd < 0.001 else f"{row.usd:g}"  # noqa: PLR2004 - no exponents
        cells = (f"`{name}`", usd, row.unit, row.region, row.date, row.verified, row.read, ", ".join(row.sources))
        yield "| " + " | ".join(map(str, cells)) + " |"


def _source_lines() -> Iterator[str]:
    yield "| source | date | what | where |"
    yield "|---|---|---|---|"
    for name, source in table().sources.items():
        yield f"| {name} | {source.date} | {source.what} | {source.address} |"


if __name__ == "__main__":
    print(page(), end="")
