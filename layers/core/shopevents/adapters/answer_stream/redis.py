"""The answers that wait to be written, in a Redis stream with one consumer group."""

import logging
import secrets
from collections.abc import Sequence

from redis.exceptions import ResponseError

from shopevents.adapters.answer_book.redis import ANSWER_FIELD, STREAM_GROUP, STREAM_KEY, parse_answer
from shopevents.adapters.redis_client import RedisClient
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.answer_stream import StreamedAnswer

UNREADABLE_KEY = "answers:unreadable"
_UNREADABLE_ENTRIES = 1000

# A reader that has not acknowledged for this long is taken for dead; longer than the relay's own timeout.
STALE_SECONDS = 120.0

_log = logging.getLogger(__name__)

type _Fields = dict[bytes, bytes]


class RedisAnswerStream:
    """Each reader has a name of its own; what a dead one held is claimed by the next that reads."""

    def __init__(self, connection: RedisConnection, *, stale_seconds: float = STALE_SECONDS) -> None:
        self._connection = connection
        self._stale_ms = round(stale_seconds * 1000)
        self._reader = secrets.token_hex(6)

    async def read(self, limit: int) -> list[StreamedAnswer]:
        entries = await self._connection.run(lambda client: self._take_or_create(client, limit))
        answers, unreadable = [], {}
        for entry_id, fields in entries:
            answer = parse_answer(fields[ANSWER_FIELD.encode()])
            if answer is None:
                unreadable[entry_id.decode()] = fields
            else:
                answers.append(StreamedAnswer(entry_id.decode(), answer))
        if unreadable:
            await self._set_aside(unreadable)
        return answers

    async def acknowledge(self, entry_ids: Sequence[str]) -> None:
        async def remove(client: RedisClient) -> None:
            pipeline = client.pipeline(transaction=False)
            pipeline.execute_command("XACK", STREAM_KEY, STREAM_GROUP, *entry_ids)
            pipeline.execute_command("XDEL", STREAM_KEY, *entry_ids)
            await pipeline.execute()

        if entry_ids:
            await self._connection.run(remove)

    async def _take_or_create(self, client: RedisClient, limit: int) -> list[tuple[bytes, _Fields]]:
        try:
            return await self._take(client, limit)
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
        await _create_group(client)
        return await self._take(client, limit)

    async def _take(self, client: RedisClient, limit: int) -> list[tuple[bytes, _Fields]]:
        """What was left behind first. Of entries deleted meanwhile Redis 6 shows None, a newer one a third list."""
        group = (STREAM_KEY, STREAM_GROUP, self._reader)
        _, left, *_deleted = await client.execute_command("XAUTOCLAIM", *group, self._stale_ms, "0-0", "COUNT", limit)
        taken = [(entry_id, fields) for entry_id, fields in left if entry_id and fields]
        if len(taken) < limit:
            count = ("COUNT", limit - len(taken), "STREAMS", STREAM_KEY, ">")
            for _, entries in await client.execute_command("XREADGROUP", "GROUP", *group[1:], *count):
                taken += entries
        return taken

    async def _set_aside(self, unreadable: dict[str, _Fields]) -> None:
        """Out of the readers' way, kept for an operator."""
        _log.error("answers in the stream can't be read: %d, kept in %s", len(unreadable), UNREADABLE_KEY)

        async def keep(client: RedisClient) -> None:
            pipeline = client.pipeline(transaction=False)
            for fields in unreadable.values():
                pipeline.execute_command(
                    "XADD", UNREADABLE_KEY, "MAXLEN", "~", _UNREADABLE_ENTRIES, "*", *_flat(fields)
                )
            await pipeline.execute()

        await self._connection.run(keep)
        await self.acknowledge(list(unreadable))


async def _create_group(client: RedisClient) -> None:
    try:
        await client.execute_command("XGROUP CREATE", STREAM_KEY, STREAM_GROUP, "0", "MKSTREAM")
    except ResponseError as error:
        if not str(error).startswith("BUSYGROUP"):  # another reader was first
            raise


def _flat(fields: _Fields) -> list[bytes]:
    return [part for field in fields.items() for part in field]
