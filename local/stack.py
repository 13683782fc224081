"""The services that the functions need on this machine: started for the length of a block, one stack a checkout."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from local.embedded_postgres import embedded_postgres
from local.embedded_redis import embedded_redis
from local.environment import names_a
from local.processes import LocalError, lock_now
from local.signing_in import EMBEDDED

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".local"
_DATABASE = "shopevents"
_ANNOUNCEMENT = "running.json"
_CHANGING_SECONDS = 30

type Say = Callable[[str], None]


@contextmanager
def services(data: Path, given: Mapping[str, str], say: Say) -> Iterator[dict[str, str]]:
    """Starts what `given` does not name, over `data`; gives the environment that functions run in.

    To be used inside `only_one(data)`. Raises LocalError.
    """
    with ExitStack() as stack:
        environment = {**given, "STAGE": "local"}
        if not names_a("database", given):
            with _timed("PostgreSQL is up", say):
                server = stack.enter_context(embedded_postgres(data / "postgres", log=data / "log" / "postgres.log"))
                environment |= {"DATABASE_URL": _database(server), EMBEDDED: "true"}
        if not names_a("redis", given):
            with _timed("Redis is up", say):
                url = stack.enter_context(embedded_redis(data / "redis", log=data / "log" / "redis.log"))
                environment["REDIS_URL"] = url
        yield {**_of_our_own(environment, data), **environment}


def _of_our_own(environment: Mapping[str, str], data: Path) -> dict[str, str]:
    """Where queues and raw documents are kept on this machine."""
    kept = {"RAW_DOCUMENTS_FOLDER": str(data / "documents")}
    if url := environment.get("DATABASE_URL"):
        kept["LOCAL_QUEUE_DATABASE_URL"] = url
    return kept


@contextmanager
def announced(data: Path, **facts: Any) -> Iterator[None]:
    """Writes down where the running stack is to be found, for `running_stack`. Only its owner can read it."""
    path, draft = data / _ANNOUNCEMENT, data / f"{_ANNOUNCEMENT}.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"pid": os.getpid(), **facts}, file)
    draft.rename(path)  # whole, or not there: another command may read it at any moment
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def running_stack(data: Path) -> dict[str, Any] | None:
    """What the stack that runs over `data` has announced, or None where none runs."""
    try:
        with (data / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _announcement(data)
    except FileNotFoundError:
        return None
    return None


def _announcement(data: Path) -> dict[str, Any] | None:
    """None while it is still being started."""
    try:
        facts: dict[str, Any] = json.loads((data / _ANNOUNCEMENT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return facts


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Holds the lock of `data`, which the kernel lets go with this process, however that ends.

    Waits for another stack that still starts or already stops. Raises LocalError where it serves.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("a") as lock:
        end = time.monotonic() + _CHANGING_SECONDS
        while not lock_now(lock.fileno()):
            if (data / _ANNOUNCEMENT).exists() or time.monotonic() > end:
                raise LocalError(_already_running(data))
            time.sleep(0.1)
        (data / _ANNOUNCEMENT).unlink(missing_ok=True)
        yield


def _already_running(data: Path) -> str:
    try:
        facts = json.loads((data / _ANNOUNCEMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "This checkout's stack is being started or stopped by another process: try again in a moment."
    return f"This checkout's stack already runs at {facts['url']} (process {facts['pid']}): use it, or end it there."


def _database(server: str) -> str:
    """Our database's URL on `server`; the database is made where it is missing."""
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [_DATABASE]).fetchone() is None:
                connection.execute(f"create database {_DATABASE}")
    except psycopg.Error as cause:
        raise LocalError(f"The embedded PostgreSQL refused to make our database: {_first_line(cause)}.") from cause
    return f"{server.removesuffix('/postgres')}/{_DATABASE}"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


@contextmanager
def _timed(what: str, say: Say) -> Iterator[None]:
    start = time.monotonic()
    yield
    say(f"{what} ({time.monotonic() - start:.1f} s)")
