"""Sends what was committed and not sent, and writes down the answers that wait in the stream."""

import asyncio
from dataclasses import dataclass

from shopevents.domain.answers import WrittenAnswer
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import DependencyError
from shopevents.ports.answer_stream import AnswerStream
from shopevents.ports.outbox import Claimed
from shopevents.ports.recommendations import Recommendations
from shopevents.use_cases.publish import Publisher, send_all
from shopevents.use_cases.record_recommendations import keep_records

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Relayed:
    """What a run did: messages sent, messages that will be tried again, answers written down, and answers that can't
    be (they stay in the stream, and are read again)."""

    sent: int = 0
    postponed: int = 0
    recorded: int = 0
    unrecorded: int = 0


async def relay_outbox(
    *, publisher: Publisher, stream: AnswerStream, recommendations: Recommendations, deadline: Deadline
) -> Relayed:
    """Works until nothing is due or the deadline comes. Any number may run at once. Raises Unavailable where the
    outbox or the stream can't be read."""
    sent, postponed = await _relay(publisher, deadline)
    recorded, unrecorded = await _drain(stream, recommendations, deadline)
    return Relayed(sent, postponed, recorded, unrecorded)


async def _relay(publisher: Publisher, deadline: Deadline) -> tuple[int, int]:
    sent = postponed = 0
    while _has_time(deadline):
        claimed = await publisher.outbox.claim(_AT_ONCE)
        for group in _groups(claimed):
            try:
                await send_all([each.outgoing for each in group], publisher=publisher)
                sent += len(group)
            except DependencyError:
                postponed += len(group)  # each stays claimed, and is due again after a while
        if len(claimed) < _AT_ONCE:
            break
    return sent, postponed


def _groups(claimed: list[Claimed]) -> list[list[Claimed]]:
    """New ones together; those that failed before alone, so that what is wrong with one keeps no other."""
    fresh = [each for each in claimed if each.attempt == 1]
    return ([fresh] if fresh else []) + [[each] for each in claimed if each.attempt > 1]


async def _drain(stream: AnswerStream, recommendations: Recommendations, deadline: Deadline) -> tuple[int, int]:
    recorded = unrecorded = 0
    while _has_time(deadline):
        entries = await stream.read(_AT_ONCE)
        records = {entry.entry_id: WrittenAnswer(answer=entry.answer) for entry in entries}
        failed = await keep_records(records, recommendations=recommendations)
        kept = [entry_id for entry_id in records if entry_id not in failed]
        if kept:
            await stream.acknowledge(kept)
        recorded, unrecorded = recorded + len(kept), unrecorded + len(failed)
        if len(entries) < _AT_ONCE or failed:
            break
    return recorded, unrecorded


def _has_time(deadline: Deadline) -> bool:
    return deadline.remaining(asyncio.get_running_loop().time()) > 0
