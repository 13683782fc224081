"""How every benchmark states its machine and its distributions."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles


def machine() -> str:
    """One line: processor, number of CPUs, load, Python, system."""
    return (
        f"{_processor()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the start,"
        f" Python {platform.python_version()}, {platform.system()} {platform.release().partition('-')[0]}"
    )


def distribution(values: Sequence[float]) -> str:
    """p50, p95, p99 and the greatest."""
    cuts = quantiles(values, n=100, method="inclusive")
    return f"p50 {cuts[49]:8.2f}   p95 {cuts[94]:8.2f}   p99 {cuts[98]:8.2f}   max {max(values):8.2f}   n {len(values)}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
