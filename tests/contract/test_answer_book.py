"""Every answer book keeps answers for their owners only, and hands them to the relay once."""

from dataclasses import dataclass
from functools import partial

import pytest

from shopevents.adapters.answer_book.memory import MemoryAnswerBook
from shopevents.adapters.answer_book.redis import STREAM_KEY, RedisAnswerBook
from shopevents.adapters.answer_stream.memory import MemoryAnswerStream
from shopevents.adapters.answer_stream.redis import UNREADABLE_KEY, RedisAnswerStream
from shopevents.adapters.redis_client import RedisClient
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.answer_book import AnswerBook
from shopevents.ports.answer_stream import AnswerStream
from tests.adapters.clock import HandClock
from tests.contract.answers import answer

DAY = 24 * 3600
ON_REDIS = pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)


@dataclass(frozen=True, slots=True)
class Shelf:
    book: AnswerBook
    stream: AnswerStream


@pytest.fixture
def shelf(connection: RedisConnection | None, clock: HandClock) -> Shelf:
    if connection:
        return Shelf(RedisAnswerBook(connection, clock), RedisAnswerStream(connection))
    book = MemoryAnswerBook(clock)
    return Shelf(book, MemoryAnswerStream(book))


async def test_an_answer_is_found_as_it_was_kept(shelf: Shelf) -> None:
    kept = answer("r-1", title="가을 밤 “소확행”")
    await shelf.book.keep(kept)

    assert await shelf.book.find("r-1", "owner-1") == kept


@pytest.mark.parametrize(("recommendation_id", "owner_id"), [("r-1", "owner-2"), ("r-2", "owner-1"), ("", "owner-1")])
async def test_another_owner_or_id_finds_nothing(shelf: Shelf, recommendation_id: str, owner_id: str) -> None:
    await shelf.book.keep(answer("r-1"))

    assert await shelf.book.find(recommendation_id, owner_id) is None


async def test_recent_answers_come_newest_first_and_are_only_ones_own(shelf: Shelf, clock: HandClock) -> None:
    for number, owner_id in enumerate(("owner-1", "owner-2", "owner-1", "owner-1")):
        await shelf.book.keep(answer(f"r-{number}", owner_id=owner_id))
        clock.advance(1)

    assert [found.recommendation_id for found in await shelf.book.recent("owner-1", 2)] == ["r-3", "r-2"]
    assert [found.recommendation_id for found in await shelf.book.recent("owner-2", 9)] == ["r-1"]
    assert await shelf.book.recent("owner-3", 9) == []


async def test_titles_are_remembered_for_thirty_days(shelf: Shelf, clock: HandClock) -> None:
    await shelf.book.keep(answer("r-1", title="첫 방문"))
    await shelf.book.keep(answer("r-x", owner_id="owner-2", title="남의 것"))
    clock.advance(29 * DAY)
    await shelf.book.keep(answer("r-2", title="재방문"))
    assert await shelf.book.shown_titles("owner-1") == {f"{t} {n}" for t in ("첫 방문", "재방문") for n in range(6)}

    clock.advance(2 * DAY)
    assert await shelf.book.shown_titles("owner-1") == {f"재방문 {n}" for n in range(6)}


async def test_an_owner_is_forgotten_everywhere(shelf: Shelf) -> None:
    for number in range(3):
        await shelf.book.keep(answer(f"mine-{number}"))
        await shelf.book.keep(answer(f"theirs-{number}", owner_id="owner-2"))

    await shelf.book.forget("owner-1")

    assert await shelf.book.find("mine-1", "owner-1") is None
    assert await shelf.book.recent("owner-1", 9) == []
    assert await shelf.book.shown_titles("owner-1") == frozenset()
    assert len(await shelf.book.recent("owner-2", 9)) == 3
    assert [entry.answer.question.owner_id for entry in await shelf.stream.read(9)] == ["owner-2"] * 3


async def test_the_stream_hands_out_every_answer_once_in_order(shelf: Shelf) -> None:
    for number in range(5):
        await shelf.book.keep(answer(f"r-{number}"))

    first, second, third = [await shelf.stream.read(3) for _ in range(3)]

    assert [entry.answer.recommendation_id for entry in (*first, *second)] == [f"r-{number}" for number in range(5)]
    assert third == []


async def test_an_empty_stream_is_no_error(shelf: Shelf) -> None:
    assert await shelf.stream.read(10) == []
    await shelf.stream.acknowledge([])


@ON_REDIS
async def test_what_a_dead_reader_held_goes_to_the_next_and_what_is_acknowledged_to_nobody(
    connection: RedisConnection, clock: HandClock
) -> None:
    book = RedisAnswerBook(connection, clock)
    for number in range(3):
        await book.keep(answer(f"r-{number}"))
    dead, heir = RedisAnswerStream(connection), RedisAnswerStream(connection, stale_seconds=0)
    held = await dead.read(2)
    await dead.acknowledge([held[0].entry_id])

    found = await heir.read(10)
    await heir.acknowledge([entry.entry_id for entry in found])

    assert [entry.answer.recommendation_id for entry in found] == ["r-1", "r-2"]
    assert await heir.read(10) == []
    assert await connection.run(lambda client: client.execute_command("XLEN", STREAM_KEY)) == 0


@ON_REDIS
async def test_a_living_reader_keeps_what_it_has_in_hand(connection: RedisConnection, clock: HandClock) -> None:
    await RedisAnswerBook(connection, clock).keep(answer("r-1"))
    await RedisAnswerStream(connection).read(10)

    assert await RedisAnswerStream(connection).read(10) == []


@ON_REDIS
async def test_an_unreadable_entry_is_set_aside_and_stops_nobody(connection: RedisConnection, clock: HandClock) -> None:
    stream = RedisAnswerStream(connection, stale_seconds=0)
    body = ("owner", "owner-1", "answer", '{"version": "from the future"}')
    await connection.run(lambda client: client.execute_command("XADD", STREAM_KEY, "*", *body))
    await RedisAnswerBook(connection, clock).keep(answer("r-1"))

    assert [entry.answer.recommendation_id for entry in await stream.read(10)] == ["r-1"]
    assert await connection.run(lambda client: client.execute_command("XLEN", UNREADABLE_KEY)) == 1
    assert await connection.run(lambda client: client.execute_command("XLEN", STREAM_KEY)) == 1


@ON_REDIS
async def test_nothing_of_an_owner_is_kept_longer_than_it_has_to(connection: RedisConnection, clock: HandClock) -> None:
    await RedisAnswerBook(connection, clock).keep(answer("r-1"))

    for key, limit in (("answer:owner-1:r-1", DAY), ("titles:owner-1", 30 * DAY), ("answers-of:owner-1", DAY)):
        assert 0 < await connection.run(partial(_seconds_left, key)) <= limit


async def _seconds_left(key: str, client: RedisClient) -> int:
    seconds: int = await client.execute_command("TTL", key)
    return seconds
