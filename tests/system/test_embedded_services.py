"""The embedded PostgreSQL and Redis: they come up anywhere, keep their data, and never outlive who started them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.cluster import RedisCluster

from local.embedded_postgres import embedded_postgres
from local.embedded_redis import embedded_redis
from local.processes import LocalError
from tests.system.processes import descendants_of, processes_in, wait_until_ended

START_BOTH = """
import sys, threading
from pathlib import Path
from local.embedded_postgres import embedded_postgres
from local.embedded_redis import embedded_redis

folder = Path(sys.argv[1])
with embedded_postgres(folder / "postgres") as dsn, embedded_redis(folder / "redis") as url:
    print(dsn, url, flush=True)
    threading.Event().wait()
"""


def start_both(folder: Path) -> tuple[subprocess.Popen[str], str, str]:
    process = subprocess.Popen([sys.executable, "-c", START_BOTH, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        dsn, url = process.stdout.readline().split()
    return process, dsn, url


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_servers_end_with_whoever_started_them_whatever_ended_it(tmp_path: Path, signum: signal.Signals) -> None:
    process, _, _ = start_both(tmp_path)
    servers = descendants_of(process.pid)
    assert len(servers) > 5
    process.send_signal(signum)
    process.wait()
    wait_until_ended(servers)
    assert processes_in(tmp_path) == []


def test_data_survives_a_kill_and_the_next_start_takes_it_up_at_once(tmp_path: Path) -> None:
    process, dsn, url = start_both(tmp_path)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table kept as select 7 as figure")
    with Redis.from_url(url) as client:
        client.set("kept", "7")
    process.kill()
    process.wait()
    with embedded_postgres(tmp_path / "postgres") as again, psycopg.connect(again) as connection:
        assert connection.execute("select figure from kept").fetchone() == (7,)
    with embedded_redis(tmp_path / "redis") as again, Redis.from_url(again, decode_responses=True) as client:
        assert client.get("kept") == "7"


def test_a_lock_file_that_names_a_living_stranger_does_not_stop_the_start(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path / "data", durable=False):
        lock = (tmp_path / "data" / "postmaster.pid").read_text()
    stranger = lock.split("\n", 1)[1]
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{stranger}")
    with embedded_postgres(tmp_path / "data", durable=False) as dsn, psycopg.connect(dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_first_start_that_was_cut_off_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data.making" / "base").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    with embedded_postgres(tmp_path / "data", durable=False) as dsn, psycopg.connect(dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_private_folder_with_spaces_and_korean_in_its_name_serves(tmp_path: Path) -> None:
    folder = tmp_path / "내 가게 (2026)"
    folder.mkdir(mode=0o700)
    with embedded_postgres(folder / "data", durable=False) as dsn, psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create extension vector")
        nearest = connection.execute("select '[1,0]'::halfvec(2) <=> '[0,1]'::halfvec(2)").fetchone()
    assert nearest == (1,)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_database_speaks_korean_and_utc(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn) as connection:
        row = connection.execute("select lower('ÀB'), length('고깃집'), current_setting('timezone')").fetchone()
    assert row == ("àb", 3, "UTC")


def test_data_of_another_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(LocalError, match="was made by PostgreSQL 12"), embedded_postgres(tmp_path / "data"):
        pass


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalError, match="Making the database failed"), embedded_postgres(tmp_path / "file" / "data"):
        pass


def test_the_cluster_has_three_masters_and_korean_hash_tags(
    redis_cluster_url: str, redis_cluster_nodes: tuple[str, ...]
) -> None:
    with RedisCluster.from_url(redis_cluster_nodes[0], decode_responses=True) as cluster:
        cluster.mset({"{음식점:강남구}:a": "1", "{음식점:강남구}:b": "2"})
        assert cluster.mget("{음식점:강남구}:a", "{음식점:강남구}:b") == ["1", "2"]
        assert len(cluster.get_primaries()) == 3
    assert redis_cluster_url.count("127.0.0.1") == 3
