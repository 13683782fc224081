"""Sees the processes of a folder, and waits for their end without a clock."""

import os
import select
from pathlib import Path


def processes_in(folder: Path) -> list[int]:
    """The processes that name `folder`, or work in it, as far as we may look."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _names(entry, folder)]


def _names(process: Path, folder: Path) -> bool:
    try:
        if os.fsencode(folder) in (process / "cmdline").read_bytes() and int(process.name) != os.getpid():
            return True
        return (process / "cwd").readlink().is_relative_to(folder)
    except OSError:
        return False  # it has ended, or belongs to somebody whose processes we may not look into


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
