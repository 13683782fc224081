"""`python -m local curate FILE`: raw documents in, one a line; cases and what was set aside out, one a line.

Needs no database: duplicates are found among the lines of the file. Nothing of a post's text is printed but the facts
that were read from it.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from local.processes import LocalError
from shopevents.adapters.case_intake.memory import MemoryCaseIntake
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.domain.curation import Reading, parse_body, read_reply
from shopevents.domain.posts import Reason, SetAside
from shopevents.domain.statistics_replies import STATISTICS_NAMES, statistics_problem
from shopevents.use_cases.curate_reply import Curated, curate_reading

LONGEST_LINE = 8_000_000
"""Bytes. A page of 1,000 stores has some 1.5 MB; a longer line is no reply."""

_TELL_EVERY = 1_000


def curate(
    file: Annotated[str, typer.Argument(help='JSON Lines: {"source": …, "reply": …}; - for standard input')],
) -> None:
    """Print what raw documents become: {"case": …} or {"quarantined": …, "reason": …}, one a line."""
    if file == "-":
        asyncio.run(_curate(sys.stdin.buffer))
        return
    try:
        with Path(file).open("rb") as lines:
            asyncio.run(_curate(lines))
    except OSError as error:
        raise LocalError(f"{file} can't be read: {error.strerror}.") from error


async def _curate(lines: BinaryIO) -> None:
    counts: Counter[str] = Counter()
    async for shaped in curated_lines(lines, counts):
        sys.stdout.buffer.write(json.dumps(shaped, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
    sys.stdout.buffer.flush()
    _tell(counts)


async def curated_lines(lines: BinaryIO, counts: Counter[str]) -> AsyncIterator[dict[str, Any]]:
    """What the lines become, while they are read. `counts` counts lines, and what came of them by reason."""
    extractor, intake, clock = RuleExtractor(), MemoryCaseIntake(), SystemClock()
    for number, line in enumerate(_lines(lines), start=1):
        reading = reading_of(line)
        curated = await curate_reading(
            reading, extractor=extractor, intake=intake, clock=clock, correlation_id=f"line-{number}"
        )
        for shaped in _shaped(curated, number, counts):
            yield shaped
        counts["lines"] = number
        if number % _TELL_EVERY == 0:
            _tell(counts)


def reading_of(line: bytes | None) -> Reading:
    """What one line holds; None stands for a line that was too long."""
    if line is None:
        return _aside(Reason.TOO_LARGE, f"more than {LONGEST_LINE} bytes")
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return _aside(Reason.NOT_JSON)
    if not isinstance(document, dict) or not isinstance(document.get("source"), str) or "reply" not in document:
        return _aside(Reason.NOT_A_DOCUMENT, "it has no source and reply")
    source, reply = document["source"], document["reply"]
    if isinstance(reply, str):
        reply = parse_body(source, reply)
        if isinstance(reply, SetAside):
            return Reading(aside=(reply,))
    if source in STATISTICS_NAMES:
        problem = statistics_problem(source, reply)
        return Reading(aside=(problem,)) if problem else Reading()
    return read_reply(source, reply)


def _aside(reason: Reason, detail: str = "") -> Reading:
    return Reading(aside=(SetAside(reason, {}, detail),))


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Lines without blank ones; None for one that is too long, the rest of which is skipped unread."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _shaped(curated: Curated, number: int, counts: Counter[str]) -> Iterator[dict[str, Any]]:
    for case in curated.cases:
        counts["cases"] += 1
        yield {"case": case.model_dump(mode="json")}
    for one in curated.aside:
        counts[one.reason] += 1
        yield {"quarantined": {"line": number, **one.record}, "reason": one.sentence}


def _tell(counts: Counter[str]) -> None:
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    print(f"curate: {said or 'nothing to read'}", file=sys.stderr)
