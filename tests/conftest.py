"""Real servers for the tests: each test worker has its own, each test finds them empty."""

import secrets
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from local.embedded_postgres import embedded_postgres
from local.embedded_redis import embedded_redis, embedded_redis_cluster
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate

# A busy machine is slow, not wrong: no claim here is about how long an example takes.
settings.register_profile("shopevents", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shopevents")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this worker's PostgreSQL (its database `postgres`, for administration)."""
    with embedded_postgres(tmp_path_factory.mktemp("postgres") / "data", durable=False) as url:
        yield url


@pytest.fixture
def postgres_dsn(postgres_server: str) -> Iterator[str]:
    """The URL of a new, empty database with pgvector, dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = f"{postgres_server.removesuffix('/postgres')}/{name}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension vector")
    yield url
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def _migrated_template(postgres_server: str) -> str:
    """The name of a database with the product's schema, to be copied."""
    name = "migrated"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    migrate(f"{postgres_server.removesuffix('/postgres')}/{name}")
    return name


@pytest.fixture
def migrated_dsn(postgres_server: str, _migrated_template: str) -> Iterator[str]:
    """The URL of a new database with the product's schema and no rows, dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        create = sql.SQL("create database {} template {}")
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(_migrated_template)))
    yield f"{postgres_server.removesuffix('/postgres')}/{name}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
async def database(migrated_dsn: str) -> AsyncIterator[Database]:
    """Connections to a new database with the product's schema."""
    database = Database(migrated_dsn, size=4)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this worker's Redis."""
    with embedded_redis(tmp_path_factory.mktemp("redis") / "data", durable=False) as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of an empty Redis."""
    _empty(redis_server)
    return redis_server


@pytest.fixture(scope="session")
def redis_cluster_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """The URL of each of the three masters of this worker's Redis Cluster."""
    with embedded_redis_cluster(tmp_path_factory.mktemp("redis-cluster")) as ports:
        yield tuple(f"redis://127.0.0.1:{port}" for port in ports)


@pytest.fixture
def redis_cluster_url(redis_cluster_nodes: tuple[str, ...]) -> str:
    """The URL of an empty three-node Redis Cluster, in the form that REDIS_URL takes."""
    for node in redis_cluster_nodes:
        _empty(node)
    hosts = ",".join(node.removeprefix("redis://") for node in redis_cluster_nodes)
    return f"redis+cluster://{hosts}"


def _empty(url: str) -> None:
    with Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=5) as client:
        client.flushall()
