"""The share of requests that find a fresh answer, by load and lifetime.

Trades are asked for by Zipf's law with exponent 1, districts with 0.8, purposes alike, at any time alike. A key's answer
is fresh for T seconds after a miss, so of its requests λT / (1 + λT) are hits.
"""

from functools import cache

MONTH_SECONDS = 30 * 24 * 3600
_TRADES, _DISTRICTS, _PURPOSES = (60, 1.0), (250, 0.8), (4, 0.0)


@cache
def hit_rate(requests: int, fresh_seconds: float) -> float:
    """The share of a month's `requests` that find a fresh answer."""
    per_second = requests / MONTH_SECONDS
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
