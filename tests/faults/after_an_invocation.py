"""A container: invokes `recommend` in this process again and again, and tells what each invocation left behind.

    python -m tests.faults.after_an_invocation REQUEST…

Each REQUEST is an invocation payload. Prints one line of JSON for each but the first: the plans' sources, the tasks that are
alive, the sockets that are not listening or idle in a pool (by the port they lead to), and the threads.
"""

import asyncio
import json
import sys
import threading
from pathlib import Path

from functions.recommend.handler import handler
from shopevents import invocation

_ESTABLISHED = "01"
_WARMING_TURNS = 20


class _Context:
    aws_request_id = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def main() -> None:
    """Serves the first request until Claude answers it (everything is imported then), and the others once."""
    for _ in range(_WARMING_TURNS):
        if set(_sources(sys.argv[1])) == {"claude"}:
            break
    for text in sys.argv[2:]:
        left = {
            "sources": _sources(text),
            "tasks": _tasks(),
            "ports": sorted(_connected_ports()),
            "threads": sorted(thread.name for thread in threading.enumerate()),
        }
        sys.stdout.write(json.dumps(left) + "\n")
        sys.stdout.flush()


def _sources(request: str) -> list[str]:
    body = json.loads(handler(json.loads(request), _Context())["body"])
    return [plan["source"] for plan in body["data"]["recommendations"]]


def _tasks() -> list[str]:
    return [repr(task) for task in asyncio.all_tasks(invocation._runner().get_loop())]


def _connected_ports() -> set[int]:
    """The remote ports of this process's established connections."""
    own = {_target(entry) for entry in Path("/proc/self/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    return {int(row[2].split(":")[1], 16) for row in rows if row[3] == _ESTABLISHED and f"socket:[{row[9]}]" in own}


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""  # the descriptor of the listing itself


if __name__ == "__main__":
    main()
