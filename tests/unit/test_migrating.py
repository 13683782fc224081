"""Migrations against a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from shopevents.adapters.database.migrating import migrate, product_migrations
from shopevents.domain.errors import Rejected, Unavailable
from shopevents.domain.vocabulary import IndustryCategory, Mechanic


def rows(dsn: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


def write(folder: Path, name: str, content: str) -> None:
    (folder / f"{name}.sql").write_text(content, encoding="utf-8")


def test_all_migrations_apply_once_in_the_order_of_their_names(postgres_dsn: str) -> None:
    names = tuple(sorted(file.stem for file in product_migrations().glob("*.sql")))
    assert migrate(postgres_dsn) == names
    assert migrate(postgres_dsn) == ()


def test_those_who_migrate_at_once_apply_everything_once(postgres_dsn: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(migrate, [postgres_dsn] * 4))
    assert sorted(len(names) for names in applied)[:3] == [0, 0, 0]
    assert len(max(applied, key=len)) == len(list(product_migrations().glob("*.sql")))


def test_a_failing_migration_leaves_no_trace_and_is_tried_again(postgres_dsn: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_first", "CREATE TABLE first (id int);")
    write(tmp_path, "0002_second", "CREATE TABLE second (id int); SELECT 1 / 0;")
    with pytest.raises(Rejected, match="division by zero"):
        migrate(postgres_dsn, folder=tmp_path)
    assert rows(postgres_dsn, "SELECT to_regclass('first') IS NULL, to_regclass('second') IS NULL") == [(False, True)]
    write(tmp_path, "0002_second", "CREATE TABLE second (id int);")
    assert migrate(postgres_dsn, folder=tmp_path) == ("0002_second",)


def test_a_lock_row_left_by_a_killed_process_stops_nobody(postgres_dsn: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_first", "CREATE TABLE first (id int);")
    migrate(postgres_dsn, folder=tmp_path)
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
    write(tmp_path, "0002_second", "CREATE TABLE second (id int);")
    assert migrate(postgres_dsn, folder=tmp_path) == ("0002_second",)


def test_a_migration_outside_a_transaction_builds_an_index_concurrently(postgres_dsn: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_first", "CREATE TABLE first (id int);")
    build = "CREATE INDEX CONCURRENTLY IF NOT EXISTS first_id ON first (id);"
    write(tmp_path, "0002_index", f"-- transactional: false\n{build}")
    assert migrate(postgres_dsn, folder=tmp_path) == ("0001_first", "0002_index")
    assert rows(postgres_dsn, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'first_id'::regclass") == [(True,)]


def test_a_password_with_every_special_character_arrives(postgres_dsn: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_first", "CREATE TABLE first (id int);")
    dsn = psycopg.conninfo.make_conninfo(postgres_dsn, password="p@ss:w/o?r&d%'\\ #")
    assert migrate(dsn, folder=tmp_path) == ("0001_first",)


def test_a_database_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        migrate("postgresql://nobody@127.0.0.1:1/nothing")


def test_the_closed_lists_of_database_and_code_are_the_same(migrated_dsn: str) -> None:
    assert {name for (name,) in rows(migrated_dsn, "SELECT name FROM mechanics")} == {str(each) for each in Mechanic}
    assert {name for (name,) in rows(migrated_dsn, "SELECT name FROM industries")} == {
        str(each) for each in IndustryCategory
    }
