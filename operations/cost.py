"""`python -m operations.cost`: what a month costs, from `prices.toml` and a model of the load. Prints `docs/cost.md`.

The model of hits: trades are asked for by Zipf's law with exponent 1, districts with 0.8, purposes alike, at any time alike.
A key's answer is fresh for T seconds after a miss, so of its requests λT / (1 + λT) are hits.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shopevents.domain.briefs import Usage
from shopevents.domain.prices import price_of

LOADS = (3_000, 100_000, 10_000_000)
LIFETIMES = (15 * 60, 24 * 3600)
HOURS = 730
_MONTH_SECONDS = 30 * 24 * 3600
_TRADES, _DISTRICTS, _PURPOSES = (60, 1.0), (250, 0.8), (4, 0.0)

# One miss, as the contract's sample answer has it; nothing is read from Claude's prompt cache, which few keys warm.
CALL = Usage(input_tokens=1_205, output_tokens=856)
EMBEDDED_TOKENS = 60
READ_UNITS = 6  # a filtered query of a namespace of some 100 MB; budget bands are asked for at once
_MISS_SECONDS, _HIT_SECONDS, _REQUEST_GB = 4.0, 0.02, 1769 / 1024
_ECPUS = 40
_LOGGED_KB = 4
_RESTORES = 0.02  # of all requests start a container
_EARLY_PLAN = (1_200, 800, 3.0, 15.0, 3_000)  # tokens in and out, USD per million of Claude 3.5 Sonnet, requests


@cache
def price(name: str) -> float:
    """A price of the table in USD. Raises KeyError for an unknown one."""
    return float(table()[name]["usd"])


@cache
def table() -> dict[str, dict[str, Any]]:
    """The price table as the file has it."""
    return tomllib.loads(Path(__file__).with_name("prices.toml").read_text(encoding="utf-8"))


def hit_rate(requests: int, fresh_seconds: float) -> float:
    """The share of a month's `requests` that find a fresh answer."""
    per_second = requests / _MONTH_SECONDS
    shares = [_zipf(*axis) for axis in (_TRADES, _DISTRICTS, _PURPOSES)]
    hits = 0.0
    for trade in shares[0]:
        for district in shares[1]:
            for purpose in shares[2]:
                share = trade * district * purpose
                expected = per_second * share * fresh_seconds
                hits += share * expected / (1 + expected)
    return hits


def _zipf(count: int, exponent: float) -> list[float]:
    weights = [1 / rank**exponent for rank in range(1, count + 1)]
    return [weight / sum(weights) for weight in weights]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the bill. `fixed` is paid whether anybody asks or not."""

    name: str
    usd: float
    fixed: bool


@dataclass(frozen=True, slots=True)
class Size:
    """What a load is given (samconfig.toml's dev for the least, prod for the others)."""

    nats: int
    acus: float
    has_proxy: bool
    cache_gb: float
    pinecone_plan: bool


def size_of(requests: int) -> Size:
    """Sizes by load: a small stack, production, and production with RDS Proxy."""
    if requests <= 3_000:  # noqa: PLR2004 - the first load
        return Size(nats=1, acus=0.5, has_proxy=False, cache_gb=0.1, pinecone_plan=False)
    if requests <= 100_000:  # noqa: PLR2004 - the second
        return Size(nats=2, acus=1.0 * 2, has_proxy=False, cache_gb=0.5, pinecone_plan=True)
    return Size(nats=2, acus=6.0 * 2, has_proxy=True, cache_gb=5.0, pinecone_plan=True)


def bill(requests: int, fresh_seconds: float) -> list[Part]:
    """A month's parts, the fixed ones first."""
    return [*_fixed(size_of(requests)), *_moving(requests, requests * (1 - hit_rate(requests, fresh_seconds)))]


def _fixed(size: Size) -> Iterator[Part]:
    nat = size.nats * HOURS * (price("nat_hour") + price("public_address_hour"))
    yield Part("NAT gateways with their addresses", nat, fixed=True)
    aurora = size.acus * HOURS * price("aurora_acu_hour") + 10 * price("aurora_gb_month")
    yield Part("Aurora, capacity and 10 GB", aurora, fixed=True)
    yield Part("RDS Proxy", max(8.0, size.acus) * HOURS * price("proxy_acu_hour") * size.has_proxy, fixed=True)
    yield Part("ElastiCache, stored", size.cache_gb * HOURS * price("cache_gb_hour"), fixed=True)
    snapshot = _REQUEST_GB * _MONTH_SECONDS * price("snapstart_gb_second")
    yield Part("SnapStart, the version in use", snapshot, fixed=True)
    yield Part("Pinecone's plan", price("pinecone_month_least") * size.pinecone_plan, fixed=True)
    watching = 40 * price("metric_month") + 35 * price("alarm_month")
    yield Part("metrics and alarms", watching, fixed=True)
    yield Part("secrets and key", 11 * price("secret_month") + price("key_month"), fixed=True)
    polls = (4 * 5 * 3 * 60 * 24 * 30 + 60 * 24 * 30) / 1e6  # five pollers a queue, 20 s each, and the relay
    yield Part("polling of queues and schedules", polls * price("sqs_million_requests"), fixed=True)


def _moving(requests: int, misses: float) -> Iterator[Part]:
    yield Part("Claude", misses * price_of("claude-haiku-5-5").usd(CALL), fixed=False)
    yield Part("OpenAI, embeddings", misses * EMBEDDED_TOKENS * price("embedding_million_tokens") / 1e6, fixed=False)
    units = misses * READ_UNITS * price("pinecone_million_read_units") / 1e6
    yield Part("Pinecone, reading", units if requests > 3_000 else 0.0, fixed=False)  # noqa: PLR2004 - the free plan's
    busy = (misses * _MISS_SECONDS + (requests - misses) * _HIT_SECONDS) * _REQUEST_GB * price("lambda_gb_second")
    restores = requests * _RESTORES * _REQUEST_GB * price("snapstart_restore_gb")
    yield Part("Lambda", busy + restores + 2 * requests * price("lambda_million_requests") / 1e6, fixed=False)
    yield Part("API Gateway", requests * price("api_million_requests") / 1e6, fixed=False)
    yield Part("ElastiCache, commands", requests * _ECPUS * price("cache_million_ecpu") / 1e6, fixed=False)
    yield Part("logs", requests * _LOGGED_KB / 1e6 * price("logs_gb"), fixed=False)
    yield Part("NAT, traffic", misses * 60 / 1e6 * price("nat_gb"), fixed=False)


def early_plan_usd() -> float:
    """What the early plan's load costs on Claude 3.5 Sonnet: it said $46,800."""
    tokens_in, tokens_out, usd_in, usd_out, requests = _EARLY_PLAN
    return requests * (tokens_in * usd_in + tokens_out * usd_out) / 1e6


def page() -> str:
    """docs/cost.md: `cost.md.in` with its tables."""
    text = Path(__file__).with_name("cost.md.in").read_text(encoding="utf-8")
    tables = {"bill": _bill_lines(), "hits": _hit_lines(), "prices": _price_lines()}
    for name, lines in tables.items():
        text = text.replace(f"{{{{{name}}}}}", "\n".join(lines))
    return text.replace("{{early}}", f"{early_plan_usd():.2f}")


def _bill_lines() -> Iterator[str]:
    bills = [bill(requests, LIFETIMES[0]) for requests in LOADS]
    yield "| USD a month | " + " | ".join(f"{requests:,}" for requests in LOADS) + " |"
    yield "|---|" + "---:|" * len(LOADS)
    for parts in zip(*bills, strict=True):
        kind = "fixed" if parts[0].fixed else "by use"
        yield f"| {parts[0].name} ({kind}) | " + " | ".join(f"{part.usd:,.2f}" for part in parts) + " |"
    yield "| **fixed** | " + " | ".join(f"**{_sum(parts, fixed=True):,.2f}**" for parts in bills) + " |"
    yield "| **by use** | " + " | ".join(f"**{_sum(parts, fixed=False):,.2f}**" for parts in bills) + " |"
    totals = [sum(part.usd for part in parts) for parts in bills]
    yield "| **all** | " + " | ".join(f"**{total:,.2f}**" for total in totals) + " |"
    each = [1000 * total / requests for total, requests in zip(totals, LOADS, strict=True)]
    yield "| all, of 1,000 recommendations | " + " | ".join(f"{usd:,.2f}" for usd in each) + " |"
    claude = [1000 * price_of("claude-haiku-5-5").usd(CALL) * (1 - hit_rate(load, LIFETIMES[0])) for load in LOADS]
    yield "| Claude, of 1,000 recommendations | " + " | ".join(f"{usd:,.2f}" for usd in claude) + " |"


def _sum(parts: list[Part], *, fixed: bool) -> float:
    return sum(part.usd for part in parts if part.fixed is fixed)


def _hit_lines() -> Iterator[str]:
    yield "| results are fresh for | " + " | ".join(f"{requests:,}" for requests in LOADS) + " |"
    yield "|---|" + "---:|" * len(LOADS)
    for seconds in (15 * 60, 3600, 6 * 3600, 24 * 3600):
        rates = [100 * hit_rate(requests, seconds) for requests in LOADS]
        name = f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"  # noqa: PLR2004 - an hour
        yield f"| {name} | " + " | ".join(f"{rate:.1g} %" if rate < 1 else f"{rate:.0f} %" for rate in rates) + " |"


def _price_lines() -> Iterator[str]:
    yield "| price | USD | per | as of | known by | source |"
    yield "|---|---:|---|---|---|---|"
    for name, row in table().items():
        yield f"| `{name}` | {row['usd']} | {row['unit']} | {row['date']} | {row['verified']} | {row['source']} |"


if __name__ == "__main__":
    print(page(), end="")
