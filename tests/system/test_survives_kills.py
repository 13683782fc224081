"""Every process of an event's life is killed again and again; in the end everything has happened exactly once.

KILLS=400 python -m pytest tests/system/test_survives_kills.py -s: more kills, and prints what they did.
"""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

import psycopg
import pytest

from local.queues import make_tables
from tests.system.lives import ask, carry_out

LIVES = 12
KILLS = int(os.environ.get("KILLS", "40"))
LONGEST_LIFE_SECONDS = 0.12
_FORKED = multiprocessing.get_context("forkserver")

CHECKS = {
    "events": "SELECT count(*) FROM events",
    "reports": "SELECT count(*) FROM event_performance",
    "compared reports": "SELECT count(*) FROM event_performance WHERE compared_at IS NOT NULL",
    "recommendations": "SELECT count(*) FROM ai_recommendations WHERE event_id IS NOT NULL",
    "receipts": "SELECT count(*) / 2 FROM idempotency_keys",
    "choices": "SELECT count(*) FROM feedback WHERE kind = 'chosen'",
    "edits": "SELECT count(*) FROM feedback WHERE kind = 'edited'",
    "vectors": "SELECT count(*) FROM case_vectors",
    "newest vectors": "SELECT count(*) FROM case_vectors AS v JOIN events AS e ON e.id = v.case_id"
    " WHERE v.version = e.row_version AND e.row_version = 2 AND v.case_data ->> 'provenance' = 'observed'",
}


def numbers(dsn: str, queries: dict[str, str]) -> dict[str, int]:
    with psycopg.connect(dsn) as connection:
        answers = {name: connection.execute(query.encode()).fetchone() for name, query in queries.items()}
    return {name: answer[0] for name, answer in answers.items() if answer}


def start(work: Callable[..., None], *arguments: object) -> BaseProcess:
    process = _FORKED.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def end(process: BaseProcess) -> None:
    process.kill()
    process.join()


@pytest.mark.timeout(600)
def test_whatever_is_killed_whenever_everything_happens_exactly_once(migrated_dsn: str) -> None:
    make_tables(migrated_dsn)
    _FORKED.set_forkserver_preload(["tests.system.lives"])
    chance = random.Random(int(os.environ.get("SEED", "1")))
    killed = 0
    workers = [start(carry_out, migrated_dsn) for _ in range(2)]
    client = start(ask, migrated_dsn, LIVES)
    while killed < KILLS:
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))  # how long a process may live: the fault, not a wait
        victim = chance.randrange(3)
        killed += 1
        if victim == 2:
            end(client)
            client = start(ask, migrated_dsn, LIVES)
        else:
            end(workers[victim])
            workers[victim] = start(carry_out, migrated_dsn)
    client.join(120)
    assert client.exitcode == 0
    left = _wait_until_done(migrated_dsn)
    for worker in workers:
        end(worker)
    assert left == {"outbox": 0, "queued": 0}
    counts = numbers(migrated_dsn, CHECKS)
    print(f"{killed} kills, {LIVES} lives: {counts}")
    assert counts == dict.fromkeys(CHECKS, LIVES)


def _wait_until_done(dsn: str) -> dict[str, int]:
    waiting = {"outbox": "SELECT count(*) FROM outbox", "queued": "SELECT count(*) FROM local_messages"}
    end_at = time.monotonic() + 60
    while any((left := numbers(dsn, waiting)).values()) and time.monotonic() < end_at:
        time.sleep(0.05)
    return left
