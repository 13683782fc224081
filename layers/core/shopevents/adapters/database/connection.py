"""Connections to PostgreSQL: kept for reuse, replaced when they died, never waited for without end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection, waiting
from psycopg.abc import PQGen
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Composed, Literal

from shopevents.domain.errors import Rejected, Unavailable

type Connection = AsyncConnection[DictRow]
type Query = LiteralString | SQL | Composed

_DEPENDENCY = "database"
# Longer than the statement timeout: it is for a server that does not answer at all (frozen, or cut off).
_SILENCE_MARGIN_SECONDS = 1.0
# How often psycopg looks up while it waits for the server, as in its own signature. At 0 it would never sleep.
_LOOK_SECONDS = 0.1
# Several addresses of one host are told of one by one.
_MOST_TOLD = 300


class _PromptConnection(AsyncConnection[DictRow]):
    """A connection that is given up, instead of asked to stop, when somebody who waits for it is cancelled.

    psycopg asks the server to cancel the statement and waits up to 10 s for that, which a frozen server turns into
    a request that misses its deadline. The server ends the abandoned statement by its own timeout.
    """

    reply_seconds: float = 30.0

    async def wait[T](
        self,
        gen: PQGen[T],
        interval: float = _LOOK_SECONDS,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's signature
    ) -> T:
        try:
            return await waiting.wait_async(
                gen, self.pgconn.socket, interval=interval, timeout=timeout or self.reply_seconds
            )
        except (asyncio.CancelledError, psycopg.errors._WaitTimeout):
            self.pgconn.finish()
            raise


class Database:
    """At most `size` connections to one database, opened when they are first needed.

    `dsn` is a libpq connection string or URL. A container's event loop lives as long as the container, so a
    connection serves many invocations. Nothing is prepared, and settings are those of a transaction (SET LOCAL), so that
    RDS Proxy pins a connection for a transaction at most (AWS's agent toolkit, "proxy pinning postgresql").
    `statement_seconds` bounds every statement, `connect_seconds` (at least 2) every attempt to connect.
    """

    def __init__(
        self,
        dsn: str,
        *,
        size: int = 2,
        statement_seconds: float = 5.0,
        connect_seconds: int = 3,
        name: str = "shopevents",
    ) -> None:
        self._dsn = dsn
        self._name = name
        self._connect_seconds = connect_seconds
        self._statement_seconds = statement_seconds
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(size)

    @asynccontextmanager
    async def transaction(self, *, seconds: float | None = None) -> AsyncIterator[Connection]:
        """A transaction that commits at the end of the block, and is rolled back by an exception.

        Each statement may take `seconds`, where given, else `statement_seconds`. A connection that died while it was
        idle (a restart, a failover) is replaced once; one that dies in the block can't be, since nobody knows what
        was committed. Raises Unavailable for what a later try may cure, Rejected for what it can't.
        """
        limit = seconds or self._statement_seconds
        with _translated():
            async with self._places:
                connection = await self._begin(limit)
                try:
                    yield connection
                    await connection.execute("COMMIT")
                except BaseException:
                    await _roll_back(connection)
                    raise
                finally:
                    if not connection.closed:
                        self._idle.append(connection)

    async def fetch(self, query: Query, parameters: Any = None) -> list[DictRow]:
        """The rows of one statement in a transaction of its own. Raises as `transaction`."""
        async with self.transaction() as connection:
            cursor = await connection.execute(query, parameters)
            return await cursor.fetchall()

    async def execute(self, query: Query, parameters: Any = None) -> int:
        """Runs one statement in a transaction of its own and tells how many rows it met. Raises as `transaction`."""
        async with self.transaction() as connection:
            return (await connection.execute(query, parameters)).rowcount

    async def close(self) -> None:
        """Closes what is idle."""
        while self._idle:
            await self._idle.pop().close()

    async def _begin(self, seconds: float) -> Connection:
        """A connection in a new transaction. The statement that opens it proves that the server is still there."""
        while self._idle:
            connection = self._idle.pop()
            try:
                await _open_transaction(connection, seconds)
            except psycopg.OperationalError:
                await connection.close()  # and on to the next, or to a new one
            else:
                return connection
        connection = await self._connect()
        await _open_transaction(connection, seconds)
        return connection

    async def _connect(self) -> Connection:
        try:
            return await _PromptConnection.connect(
                self._dsn,
                autocommit=True,  # transactions are opened by name
                prepare_threshold=None,
                connect_timeout=self._connect_seconds,
                application_name=self._name,
                row_factory=dict_row,
            )
        except psycopg.OperationalError as error:
            raise Unavailable(_DEPENDENCY, told(error)) from error


def told(error: psycopg.OperationalError) -> str:
    """Why there is no connection, in the words of who refused it: the server, or libpq about its certificate."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:_MOST_TOLD]}"


async def _open_transaction(connection: Connection, seconds: float) -> None:
    if isinstance(connection, _PromptConnection):
        connection.reply_seconds = seconds + _SILENCE_MARGIN_SECONDS
    opening = SQL("BEGIN; SET LOCAL statement_timeout = {}").format(Literal(int(seconds * 1000)))
    await connection.execute(opening)  # one round trip


async def _roll_back(connection: Connection) -> None:
    """Ends a failed transaction, or the connection where even that fails or is cancelled: the server then rolls back by
    itself."""
    if connection.closed:
        return
    try:
        await connection.execute("ROLLBACK")
    except psycopg.Error:
        await connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Turns psycopg's errors into ours: the one place that knows them."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise Unavailable(_DEPENDENCY, _named(error)) from error
    except psycopg.Error as error:
        # Without the cause: its text holds the values of the row, which may be an address or a phone number.
        raise Rejected(_DEPENDENCY, _named(error)) from None


def _named(error: psycopg.Error) -> str:
    parts = [type(error).__name__, error.sqlstate, error.diag.table_name, error.diag.constraint_name]
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        parts.append(error.diag.message_primary)  # names what the role may not, and no value: a grant is missing
    return " ".join(part for part in parts if part)
