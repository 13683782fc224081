"""`make bench`: everything that benchmarks/README.md tells, one after the other.

python -m benchmarks [NAME…]
"""

import sys
from collections.abc import Callable

from benchmarks import (
    answer_times,
    curation,
    event_life,
    imports,
    miss_overhead,
    quality_report,
    redis_guards,
    salvage,
    single_flight,
    whole_miss,
)
from benchmarks.report import machine

BENCHMARKS: dict[str, Callable[[], None]] = {
    "imports": imports.main,
    "answer_times": answer_times.main,
    "miss_overhead": miss_overhead.main,
    "whole_miss": whole_miss.main,
    "single_flight": single_flight.main,
    "salvage": salvage.main,
    "redis_guards": redis_guards.main,
    "curation": curation.main,
    "event_life": event_life.main,
    "quality_report": quality_report.main,
}


def main() -> None:
    """Runs those that are named, or all."""
    names = sys.argv[1:] or list(BENCHMARKS)
    sys.argv[1:] = []  # each has options of its own when it is run alone
    for name in names:
        print(f"\n== {name} ({machine()})", flush=True)
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
