"""Where the server asks for passwords: each role has its own, a replaced one takes its place, and no log shows one."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.embedded_postgres import embedded_postgres
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.database.roles import DatabaseRole, open_roles
from shopevents.domain.errors import Unavailable
from tests.contract.database_owners import MASTER, as_role, make_database


class Strict:
    """A server that asks everybody but its administrator for a password, and logs what changes the schema."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.log = url, folder / "data.log"
        hba = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (folder / "data" / "pg_hba.conf").write_text(hba)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("SET password_encryption = 'scram-sha-256'")
            admin.execute("CREATE ROLE shopevents LOGIN CREATEROLE PASSWORD 'master-password'")
            admin.execute("ALTER SYSTEM SET log_statement = 'all'")
            admin.execute("ALTER SYSTEM SET password_encryption = 'md5'")  # an older default must not matter
            admin.execute("SELECT pg_reload_conf()")
        while self._is_still_open():
            pass  # the server reads its files when it gets to it; the test's time limit is the only clock

    def _is_still_open(self) -> bool:
        try:
            psycopg.connect(as_role(self.url, MASTER, "anything")).close()
        except psycopg.OperationalError:
            return False
        return True

    def may(self, dsn: str, role: DatabaseRole, password: str) -> bool:
        try:
            psycopg.connect(as_role(dsn, role, password)).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                return False
            raise
        return True


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Strict]:
    with embedded_postgres(tmp_path / "data", durable=False) as url:
        yield Strict(url, tmp_path)


async def test_a_role_signs_in_with_its_password_and_a_replaced_one_takes_its_place(strict: Strict) -> None:
    dsn = as_role(make_database(strict.url), MASTER, "master-password")
    migrate(dsn)
    first = {role: f"first-{role}" for role in DatabaseRole}
    open_roles(dsn, first)
    owners = DatabaseRole.OWNERS
    assert strict.may(dsn, owners, first[owners])
    assert not strict.may(dsn, owners, first[DatabaseRole.RECOMMEND])

    signed_in = Database(as_role(dsn, owners, first[owners]), size=1)
    await signed_in.fetch("SELECT FROM users")
    open_roles(dsn, first | {owners: "second-password"})
    await signed_in.fetch("SELECT FROM users")  # who is in stays in
    assert strict.may(dsn, owners, "second-password")
    assert not strict.may(dsn, owners, first[owners])
    await signed_in.close()

    refused = Database(as_role(dsn, owners, first[owners]))
    with pytest.raises(Unavailable, match='password authentication failed for user "shopevents_owners"'):
        await refused.fetch("SELECT 1")


def test_no_password_reaches_the_servers_log_of_statements(strict: Strict) -> None:
    dsn = as_role(make_database(strict.url), MASTER, "master-password")
    migrate(dsn)
    open_roles(dsn, {role: f"the-secret-of-{role}" for role in DatabaseRole})
    log = strict.log.read_text(encoding="utf-8")
    assert log.count('ALTER ROLE "shopevents_') == len(DatabaseRole)
    assert "the-secret-of" not in log
    with psycopg.connect(strict.url) as admin:
        kept = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'shopevents\\_%'").fetchall()
    assert all(row[0].startswith("SCRAM-SHA-256$") for row in kept)
