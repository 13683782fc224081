"""Commands of operators, run as an operator runs them, against a stack that runs here."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from local.queues import make_tables
from local.signing_in import EMBEDDED, open_embedded
from local.stack import announced as announced_stack
from local.stack import only_one
from shopevents.adapters.database.connection import Database
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.domain.documents import RawDocument

ROOT = Path(__file__).resolve().parents[2]

# Each command is a process of its own, on a machine that may be busy.
pytestmark = pytest.mark.timeout(300)

type Operate = Callable[..., subprocess.CompletedProcess[str]]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "operations", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'layers' / 'core'}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def data(tmp_path: Path, migrated_dsn: str, redis_url: str) -> Iterator[Path]:
    """Where a stack runs over a real PostgreSQL and Redis, as far as an operator can see."""
    make_tables(migrated_dsn)
    environment = {
        "STAGE": "local",
        "DATABASE_URL": migrated_dsn,
        "LOCAL_QUEUE_DATABASE_URL": migrated_dsn,
        "REDIS_URL": redis_url,
        EMBEDDED: "true",
    }
    open_embedded(environment)  # commands sign in as the role of operators, as on a deployed stack
    folder = tmp_path / "data"
    with only_one(folder), announced_stack(folder, url="http://127.0.0.1:3000", environment=environment):
        yield folder


@pytest.fixture
def operate(data: Path) -> Operate:
    def operate(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run("--data", str(data), *arguments)

    return operate


@pytest.fixture
def rows(migrated_dsn: str, data: Path) -> Iterator[psycopg.Connection]:
    with psycopg.connect(migrated_dsn, autocommit=True) as connection:
        yield connection


def add_case(rows: psycopg.Connection, case_id: str, industry: str = "음식점") -> None:
    rows.execute(
        "INSERT INTO events (id, title, participation, mechanic, industry, provenance, url)"
        " VALUES (%s, '단골 쿠폰', '영수증을 보여 주세요', 'coupon', %s, 'published', 'https://example.kr/1')",
        (case_id, industry),
    )


def announced(rows: psycopg.Connection) -> list[str]:
    found = rows.execute("SELECT message -> 'body' ->> 'case_id' FROM outbox WHERE queue = 'embed_events' ORDER BY id")
    return [row[0] for row in found]


def test_a_case_that_is_taken_down_leaves_the_catalog_and_then_the_index(
    operate: Operate, rows: psycopg.Connection
) -> None:
    add_case(rows, "pub-1")
    done = operate("take-down", "pub-1")
    assert (done.returncode, done.stdout[:15]) == (0, "took down pub-1"), done.stderr
    found = rows.execute("SELECT withdrawn_at IS NOT NULL, row_version FROM events").fetchone()
    assert found == (True, 2)
    assert announced(rows) == ["pub-1"]
    assert "was taken down on" in operate("take-down", "pub-1").stdout
    assert announced(rows) == ["pub-1"]


def test_a_dry_run_changes_nothing(operate: Operate, rows: psycopg.Connection) -> None:
    add_case(rows, "pub-1")
    assert operate("take-down", "pub-1", "--dry-run").stdout == "would take down pub-1 “단골 쿠폰”\n"
    assert operate("re-embed", "--dry-run").stdout == "would embed 1 cases\n"
    assert rows.execute("SELECT withdrawn_at FROM events").fetchone() == (None,)
    assert announced(rows) == []


def test_an_unknown_case_is_named_in_one_sentence(operate: Operate) -> None:
    done = operate("take-down", "pub-9")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "operations: there is no case pub-9\n")


def test_all_cases_are_embedded_anew_or_those_of_an_industry(operate: Operate, rows: psycopg.Connection) -> None:
    add_case(rows, "pub-1")
    add_case(rows, "pub-2", "숙박")
    assert operate("re-embed", "--industry", "숙박").stdout == "1 cases are on their way to the index\n"
    assert announced(rows) == ["pub-2"]
    operate("re-embed")
    assert announced(rows) == ["pub-2", "pub-1", "pub-2"]


def test_dead_letters_go_back_to_the_queue_that_gave_them_up(operate: Operate, rows: psycopg.Connection) -> None:
    rows.execute(
        "INSERT INTO local_messages (queue, dead_from, body, receive_count)"
        " VALUES ('embed_events_dead_letters', 'embed_events', '{}', 5), ('curate_documents_dead_letters', 'c', '{}', 5)"
    )
    assert operate("redrive", "embed_events", "--dry-run").stdout == "1 messages would go back to embed_events\n"
    assert operate("redrive", "embed_events").stdout == "1 messages went back to embed_events\n"
    found = rows.execute("SELECT queue, receive_count FROM local_messages ORDER BY id").fetchall()
    assert found == [("embed_events", 0), ("curate_documents_dead_letters", 5)]


async def test_quarantined_documents_are_read_again(operate: Operate, rows: psycopg.Connection, data: Path) -> None:
    document = RawDocument(
        document_id="naver_blog-1",
        source="naver_blog",
        body="{}",
        fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
        crawl_day=datetime(2026, 11, 23, tzinfo=UTC).date(),
    )
    rows.execute(
        "INSERT INTO raw_documents (id, source, object_key, content_hash, fetched_at, crawl_day)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (
            document.document_id,
            document.source,
            document.object_key,
            document.content_hash,
            document.fetched_at,
            document.crawl_day,
        ),
    )
    rows.execute(
        "INSERT INTO quarantine (source, document_id, reason, record, fingerprint)"
        " VALUES ('naver_blog', 'naver_blog-1', 'no_title', '{}', repeat('a', 64))"
    )
    database = Database(rows.info.dsn + f" password={rows.info.password}")
    assert len(await PostgresQuarantine(database).documents([], 10)) == 1
    await database.close()
    assert operate("requeue-quarantine", "--reason", "other").stdout == "0 documents are read again\n"
    assert operate("requeue-quarantine").stdout == "1 documents are read again\n"
    (message,) = (
        rows.execute("SELECT body::jsonb FROM local_messages WHERE queue = 'curate_documents'").fetchone() or ()
    )
    assert (message["body"]["document_id"], message["body"]["again"]) == ("naver_blog-1", True)


def test_a_crawl_that_would_begin_again_tells_what_of_the_days_calls_is_left(
    operate: Operate, rows: psycopg.Connection
) -> None:
    rows.execute(
        "INSERT INTO crawl_cursors (source, crawl_day, query, cursor, finished)"
        " VALUES ('naver_blog', (now() AT TIME ZONE 'Asia/Seoul')::date, 'query=카페', '{\"pages\": 2}', true)"
    )
    said = operate("recrawl", "crawl_blogs", "--dry-run").stdout
    assert said.startswith("would forget what crawl_blogs asked since ")
    assert "naver_blog: 2 of 20000 calls are made today" in said
    assert rows.execute("SELECT count(*) FROM crawl_cursors").fetchone() == (1,)


def test_a_day_that_has_not_come_is_refused(operate: Operate) -> None:
    done = operate("recrawl", "crawl_blogs", "--since", "2999-01-01")
    assert (done.returncode, done.stderr) == (1, "operations: 2999-01-01 has not come yet\n")


def test_the_kill_switch_and_a_prompt_reach_the_containers(operate: Operate, redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    assert operate("kill-switch", "on").stdout == "the catalog answers\n"
    assert redis.get("{controls}:force-catalog") == b"1"
    assert operate("kill-switch", "off").stdout == "Claude answers\n"
    assert redis.get("{controls}:force-catalog") is None
    operate("promote-prompt", "shorter")
    assert redis.get("{controls}:prompt-variant") == b"shorter"
    operate("promote-prompt", "-")
    assert redis.get("{controls}:prompt-variant") is None
    redis.close()


def test_without_a_running_stack_the_operator_is_told_what_to_do(tmp_path: Path) -> None:
    done = run("--data", str(tmp_path), "kill-switch", "on")
    assert done.returncode == 1
    assert done.stderr == (
        "operations: no local stack runs here: start it by `make run`, or name a deployed one by --stack\n"
    )
