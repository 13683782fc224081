"""Runs the template's schedules as EventBridge Scheduler does: rate(…), cron(…) and at(…), in their time zones.

A rate begins at once, as it does after a deployment. What was missed while the stack was down is not made up for, and
a run that fails is not repeated before its next time.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from local.event_sources import Invoker
from local.processes import LocalError
from local.wiring import Schedule
from local.workers import FunctionFailed

_LONGEST_SLEEP_SECONDS = 30.0  # a clock that was set, or a laptop that slept, is noticed after that
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\(([^)]+)\)")
_AT = re.compile(r"at\(([^)]+)\)")
_NUMBERED_DAY = re.compile(r"(?<![#/\d])[1-7]")

type Say = Callable[[str, str], None]
"""Takes a text and its level."""


def next_run(schedule: Schedule, started: datetime, after: datetime) -> datetime | None:
    """When `schedule` is due for the first time after `after`; None for never again. Raises LocalError.

    A rate counts from `started`.
    """
    zone = _zone(schedule)
    if rate := _RATE.fullmatch(schedule.expression):
        step = timedelta(**{f"{rate[2]}s": int(rate[1])})
        return started + ((after - started) // step + 1) * step
    if cron := _CRON.fullmatch(schedule.expression):
        return next(_occurrences(schedule, cron[1], after.astimezone(zone)), None)
    if once := _AT.fullmatch(schedule.expression):
        moment = datetime.fromisoformat(once[1]).replace(tzinfo=zone)
        return moment if moment > after else None
    raise _unreadable(schedule)


def _occurrences(schedule: Schedule, fields: str, after: datetime) -> CronSim:
    """EventBridge counts days of the week from 1 (SUN), cron from 0; its sixth field is the year."""
    parts = fields.upper().split()
    if len(parts) != 6 or parts[5] != "*":  # noqa: PLR2004 - minutes hours day month weekday year
        raise _unreadable(schedule)
    minutes, hours, day, month, weekday = (part.replace("?", "*") for part in parts[:5])
    weekday = _NUMBERED_DAY.sub(lambda match: str(int(match[0]) - 1), weekday)
    try:
        return CronSim(f"{minutes} {hours} {day} {month} {weekday}", after)
    except CronSimError as error:
        raise _unreadable(schedule) from error


def _zone(schedule: Schedule) -> ZoneInfo:
    try:
        return ZoneInfo(schedule.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise LocalError(f"The template's schedule {schedule.name} names no time zone: {schedule.timezone}.") from error


def _unreadable(schedule: Schedule) -> LocalError:
    return LocalError(f"The template's schedule {schedule.name} can't be read here: {schedule.expression}.")


def payload_of(schedule: Schedule, moment: datetime) -> Any:
    """What the function gets: the schedule's Input with Scheduler's placeholders filled, else Scheduler's own event."""
    due = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if schedule.payload is not None:
        text = json.dumps(schedule.payload, ensure_ascii=False)
        return json.loads(text.replace("<aws.scheduler.scheduled-time>", due))
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "000000000000",
        "time": due,
        "region": "ap-northeast-2",
        "resources": [f"arn:aws:scheduler:ap-northeast-2:000000000000:schedule/default/{schedule.name}"],
        "detail": "{}",
    }


async def keep(schedules: Iterable[Schedule], *, invoker: Invoker, say: Say) -> None:
    """Runs every schedule when it is due, until cancelled. Raises LocalError for one that can't be read."""
    async with asyncio.TaskGroup() as group:
        for schedule in schedules:
            group.create_task(_keep(schedule, invoker, say, group))


async def _keep(schedule: Schedule, invoker: Invoker, say: Say, group: asyncio.TaskGroup) -> None:
    started = datetime.now(UTC)
    due = started if _RATE.fullmatch(schedule.expression) else next_run(schedule, started, started)
    while due is not None:
        left = (due - datetime.now(UTC)).total_seconds()
        if left > 0:
            await asyncio.sleep(min(left, _LONGEST_SLEEP_SECONDS))
            continue
        group.create_task(_run(schedule, due, invoker, say))
        due = next_run(schedule, started, datetime.now(UTC))


async def _run(schedule: Schedule, due: datetime, invoker: Invoker, say: Say) -> None:
    start = time.monotonic()
    try:
        await invoker.invoke(schedule.function, payload_of(schedule, due))
    except FunctionFailed as error:
        say(f"{schedule.function} failed: {error}", "ERROR")
    else:
        say(f"{schedule.function} ran in {time.monotonic() - start:.1f} s", "INFO")
