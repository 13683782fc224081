"""Connections to a real PostgreSQL that is restarted, frozen and abused."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from local.embedded_postgres import embedded_postgres
from shopevents.adapters.database.connection import Database
from shopevents.domain.errors import NotFound, Rejected, Unavailable


async def backend_pid(database: Database) -> int:
    return int((await database.fetch("SELECT pg_backend_pid() AS pid"))[0]["pid"])


def end_all_connections(dsn: str) -> None:
    """What a restart or a failover does to those who are connected."""
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


async def insert_and(database: Database, happens: Callable[[], None]) -> None:
    """A transaction in the middle of which something happens."""
    async with database.transaction() as connection:
        await connection.execute("CREATE TABLE half (id int)")
        happens()
        await connection.execute("CREATE TABLE done (id int)")


async def tables(database: Database) -> list[str]:
    found = await database.fetch("SELECT relname FROM pg_class WHERE relname IN ('half', 'done')")
    return [row["relname"] for row in found]


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[str]:
    """A server that only this test uses, so that it may be frozen."""
    with embedded_postgres(tmp_path / "data", durable=False) as url:
        yield url


async def test_one_connection_serves_many_transactions(database: Database) -> None:
    assert len({await backend_pid(database) for _ in range(5)}) == 1


async def test_an_idle_connection_that_died_is_replaced_unseen(migrated_dsn: str, database: Database) -> None:
    before = await backend_pid(database)
    end_all_connections(migrated_dsn)
    assert await backend_pid(database) != before


async def test_every_idle_connection_may_have_died(migrated_dsn: str, database: Database) -> None:
    async with database.transaction(), database.transaction(), database.transaction():
        pass
    end_all_connections(migrated_dsn)
    assert await database.fetch("SELECT 1 AS one") == [{"one": 1}]


async def test_a_connection_that_dies_in_a_transaction_is_unavailable(migrated_dsn: str, database: Database) -> None:
    def die() -> None:
        end_all_connections(migrated_dsn)

    with pytest.raises(Unavailable, match="AdminShutdown"):
        await insert_and(database, die)
    assert await tables(database) == []


async def test_an_exception_rolls_back_and_the_connection_goes_on(database: Database) -> None:
    before = await backend_pid(database)

    def refuse() -> None:
        raise NotFound

    with pytest.raises(NotFound):
        await insert_and(database, refuse)
    assert await tables(database) == []
    assert await backend_pid(database) == before


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(database: Database) -> None:
    with pytest.raises(Unavailable, match="QueryCanceled"):
        async with database.transaction(seconds=0.2) as connection:
            await connection.execute("SELECT pg_sleep(30)")
    assert await database.fetch("SELECT 1 AS one") == [{"one": 1}]


async def test_a_server_that_freezes_in_a_transaction_is_given_up(own_server: str) -> None:
    database = Database(own_server, statement_seconds=0.3)
    pid = await backend_pid(database)
    try:
        with pytest.raises(Unavailable):
            await insert_and(database, lambda: os.kill(pid, signal.SIGSTOP))
    finally:
        os.kill(pid, signal.SIGCONT)
        await database.close()


async def test_cancelling_does_not_wait_for_a_frozen_server(own_server: str) -> None:
    database = Database(own_server, statement_seconds=60)
    pid = await backend_pid(database)
    os.kill(pid, signal.SIGSTOP)
    waiting = asyncio.create_task(database.fetch("SELECT 1"))
    try:
        await asyncio.wait([waiting], timeout=0.2)
        waiting.cancel()
        done, _ = await asyncio.wait([waiting], timeout=3)  # psycopg itself takes 10 s
        assert done
        assert waiting.cancelled()
    finally:
        os.kill(pid, signal.SIGCONT)
        await database.close()


async def test_no_more_connections_than_places(migrated_dsn: str) -> None:
    database = Database(migrated_dsn, size=2)
    pids = await asyncio.gather(*(backend_pid(database) for _ in range(20)))
    assert len(set(pids)) <= 2
    await database.close()


async def test_a_violated_constraint_tells_its_name_and_none_of_the_values(database: Database) -> None:
    with pytest.raises(Rejected) as caught:
        await database.execute("INSERT INTO users (id) VALUES (%s)", ("서울시 강남구 역삼동 123 " * 40,))
    assert "users_id_check" in str(caught.value)
    assert "역삼동" not in f"{caught.value!r}"
    assert caught.value.__suppress_context__


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await Database("postgresql://nobody@127.0.0.1:1/nothing").fetch("SELECT 1")


async def test_who_waits_for_the_server_sleeps(postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(postgres_dsn)
    await database.fetch("SELECT 1")
    loop = asyncio.get_running_loop()
    call_later, looks = loop.call_later, 0

    def counted(*given: Any, **more: Any) -> asyncio.TimerHandle:
        nonlocal looks
        looks += 1
        return call_later(*given, **more)

    monkeypatch.setattr(loop, "call_later", counted)
    await database.fetch("SELECT pg_sleep(0.5)")
    assert looks < 100  # not thousands, as with a loop that is never idle
    await database.close()
