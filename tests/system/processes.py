"""Sees the processes of a folder, and waits for their end without a clock."""

import os
import select
from pathlib import Path


def processes_in(folder: Path) -> list[int]:
    """The processes that work in `folder` or below it, as servers do in their data."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(folder):
                found.append(int(entry.name))
        except OSError:
            continue  # it has ended, or is not ours to look at
    return found


def descendants_of(pid: int) -> list[int]:
    """The processes that `pid` started, and those that they started."""
    children = [
        int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
    ]
    return [*children, *(deeper for child in children for deeper in descendants_of(child))]


def wait_until_ended(pids: list[int]) -> None:
    """Blocks until every process has ended; the test's time limit is the only clock."""
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        select.select([descriptor], [], [])
        os.close(descriptor)
