"""`python -m local status`: how things stand, in tables."""

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console as Screen
from rich.table import Table

from local.at_hand import stack_at_hand
from local.processes import LocalError
from local.stack import DATA, ROOT
from local.standing import Standing, standing
from local.wiring import read_wiring
from shopevents.domain.errors import DependencyError
from shopevents.ports.quarantine import QuarantineCount

_WIDTH_OF_A_FILE = 200  # characters: nothing is broken into lines for a reader that is no terminal
_SEOUL = ZoneInfo("Asia/Seoul")


def status(
    data: Annotated[Path, typer.Option(help="where the data and the logs are kept")] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Shows queues, dead letters with their reasons, and counts of what there is."""
    wiring = read_wiring(ROOT / "template.yaml")
    with stack_at_hand(data.resolve(), lambda text: print(text, file=sys.stderr)) as environment:
        try:
            now = asyncio.run(standing(wiring, environment))
        except DependencyError as error:
            raise LocalError(f"The stores can't be read: {error}.") from error
    if as_json:
        print(json.dumps(now.as_json(), ensure_ascii=False, indent=2, default=str))
        return
    screen = Screen(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)
    for table in tables(now):
        screen.print(table)


def tables(now: Standing) -> list[Table]:
    """The standing as tables; those without rows are left out."""
    counts: list[Sequence[Any]] = [(f"events, {name}", count) for name, count in now.events.items()]
    counts += now.counts.items()
    counts.append(("answers in the stream", "no Redis" if now.stream is None else now.stream))
    made = [
        _table("Queues", ("queue", "waiting", "in flight", "dead"), [_cells(each) for each in now.queues]),
        _table("Dead letters", ("queue", "message", "kind", "sent", "why"), [_dead(each) for each in now.dead_letters]),
        _table("Counts", ("what", "how many"), counts),
        _table("Quarantine", ("source", "reason", "records", "since"), [_waits(each) for each in now.quarantine]),
        _table("Last crawls", ("source", "day", "finished", "last"), [_crawl(each) for each in now.crawls]),
    ]
    return [table for table in made if table.row_count]


def _cells(queue: Any) -> Sequence[Any]:
    return queue.queue, queue.waiting, queue.in_flight, queue.dead


def _dead(letter: Any) -> Sequence[Any]:
    sent = letter.sent_at.astimezone(_SEOUL).strftime("%m-%d %H:%M:%S")
    return letter.queue, letter.message_id, letter.kind or "?", sent, letter.last_failure or "?"


def _waits(count: QuarantineCount) -> Sequence[Any]:
    return count.source, count.reason, count.records, count.oldest.astimezone(_SEOUL).strftime("%m-%d %H:%M:%S")


def _crawl(crawl: Any) -> Sequence[Any]:
    last = crawl["last"].astimezone(_SEOUL).strftime("%m-%d %H:%M:%S")
    return crawl["source"], crawl["day"], f"{crawl['finished']} of {crawl['queries']} queries", last


def _table(title: str, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> Table:
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    return table
