"""Answers of the last 24 hours in Redis."""

import logging
from datetime import timedelta
from functools import partial

from pydantic import ValidationError

from shopevents.adapters.redis_client import RedisClient
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.domain.answers import Answer
from shopevents.ports.answer_book import ANSWER_KEPT_SECONDS, TITLES_KEPT_SECONDS
from shopevents.ports.clock import Clock

STREAM_KEY = "answers:stream"
STREAM_GROUP = "relay"
ANSWER_FIELD = "answer"
OWNER_FIELD = "owner"

# The stream is drained every minute; a relay that is dead for long must not fill the memory. At about
# 8 KB an answer this is 80 MB.
STREAM_ENTRIES = 10_000
_SCAN_ENTRIES = 500

_log = logging.getLogger(__name__)


class RedisAnswerBook:
    """One key per answer; per owner a sorted set of ids and one of titles, by time; one stream for all."""

    def __init__(self, connection: RedisConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def keep(self, answer: Answer) -> None:
        await self._connection.run(lambda client: self._write(client, answer))

    async def find(self, recommendation_id: str, owner_id: str) -> Answer | None:
        key = _answer_key(owner_id, recommendation_id)
        answer = parse_answer(await self._connection.run(lambda client: client.execute_command("GET", key)))
        return answer if answer and answer.question.owner_id == owner_id else None

    async def recent(self, owner_id: str, limit: int) -> list[Answer]:
        since = self._since(ANSWER_KEPT_SECONDS)
        ids: list[bytes] = await self._connection.run(
            lambda client: client.execute_command(
                "ZREVRANGEBYSCORE", _ids_key(owner_id), "+inf", since, "LIMIT", 0, limit
            )
        )
        bodies = await self._connection.run(
            lambda client: _read(client, [_answer_key(owner_id, item.decode()) for item in ids])
        )
        return [answer for body in bodies if (answer := parse_answer(body))]

    async def shown_titles(self, owner_id: str) -> frozenset[str]:
        since = self._since(TITLES_KEPT_SECONDS)
        titles: list[bytes] = await self._connection.run(
            lambda client: client.execute_command("ZRANGEBYSCORE", _titles_key(owner_id), since, "+inf")
        )
        return frozenset(title.decode() for title in titles)

    async def forget(self, owner_id: str) -> None:
        ids: list[bytes] = await self._connection.run(
            lambda client: client.execute_command("ZRANGE", _ids_key(owner_id), 0, -1)
        )
        await self._connection.run(lambda client: _delete(client, owner_id, [item.decode() for item in ids]))
        await self._forget_streamed(owner_id)

    async def _write(self, client: RedisClient, answer: Answer) -> None:
        owner, now, body = answer.question.owner_id, self._clock.now().timestamp(), answer.model_dump_json()
        pipeline = client.pipeline(transaction=False)
        pipeline.set(_answer_key(owner, answer.recommendation_id), body, ex=ANSWER_KEPT_SECONDS)
        pipeline.xadd(STREAM_KEY, {OWNER_FIELD: owner, ANSWER_FIELD: body}, maxlen=STREAM_ENTRIES, approximate=True)
        marked = (
            (_ids_key(owner), {answer.recommendation_id: now}, ANSWER_KEPT_SECONDS),
            (_titles_key(owner), {plan.title: now for plan in answer.plan_set.plans}, TITLES_KEPT_SECONDS),
        )
        for key, members, kept in marked:
            pipeline.zadd(key, members)
            pipeline.zremrangebyscore(key, "-inf", now - kept)
            pipeline.expire(key, kept)
        await pipeline.execute()

    def _since(self, seconds: float) -> float:
        return (self._clock.now() - timedelta(seconds=seconds)).timestamp()

    async def _forget_streamed(self, owner_id: str) -> None:
        """Walks the stream, which the relay keeps short: an answer relayed later would bring its owner back."""
        start = "-"
        while True:
            entries = await self._connection.run(partial(_scan, start))
            owned = [entry_id for entry_id, fields in entries if fields[OWNER_FIELD.encode()] == owner_id.encode()]
            if owned:
                await self._connection.run(partial(_remove_streamed, owned))
            if len(entries) < _SCAN_ENTRIES:
                return
            start = f"({entries[-1][0].decode()}"


async def _scan(start: str, client: RedisClient) -> list[tuple[bytes, dict[bytes, bytes]]]:
    entries: list[tuple[bytes, dict[bytes, bytes]]] = await client.execute_command(
        "XRANGE", STREAM_KEY, start, "+", "COUNT", _SCAN_ENTRIES
    )
    return entries


async def _read(client: RedisClient, keys: list[str]) -> list[bytes | None]:
    pipeline = client.pipeline(transaction=False)
    for key in keys:
        pipeline.get(key)
    return await pipeline.execute()


async def _remove_streamed(entry_ids: list[bytes], client: RedisClient) -> None:
    pipeline = client.pipeline(transaction=False)
    pipeline.execute_command("XACK", STREAM_KEY, STREAM_GROUP, *entry_ids)
    pipeline.execute_command("XDEL", STREAM_KEY, *entry_ids)
    await pipeline.execute()


async def _delete(client: RedisClient, owner_id: str, recommendation_ids: list[str]) -> None:
    pipeline = client.pipeline(transaction=False)
    answers = [_answer_key(owner_id, recommendation_id) for recommendation_id in recommendation_ids]
    for key in (*answers, _titles_key(owner_id), _ids_key(owner_id)):
        pipeline.delete(key)
    await pipeline.execute()


def parse_answer(body: bytes | None) -> Answer | None:
    """The stored answer, None where there is none or another version of this code wrote it in another form."""
    if body is None:
        return None
    try:
        return Answer.model_validate_json(body)
    except ValidationError:
        _log.warning("an answer of another version of this code can't be read; the table has it")
        return None


def _answer_key(owner_id: str, recommendation_id: str) -> str:
    """With its owner: to anybody else it is not there, which takes exactly as long as for an id that nobody has."""
    return f"answer:{owner_id}:{recommendation_id}"


def _titles_key(owner_id: str) -> str:
    return f"titles:{owner_id}"


def _ids_key(owner_id: str) -> str:
    return f"answers-of:{owner_id}"
