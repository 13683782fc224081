"""Outside local a connection is made only with the server that was meant, as Amazon's authorities know it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.database.roles import open_roles
from shopevents.domain.errors import Unavailable
from shopevents.settings import database as database_settings
from shopevents.settings.database import DATABASE_AUTHORITIES, DatabaseSettings
from tests.adapters.tcp_proxy import TcpProxy, certificate_for_loopback, port_of

# Before an authority ends: RDS tells of new ones years ahead.
_IN_TIME = timedelta(days=2 * 365)


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in {"STAGE": "prod", "DB_NAME": "postgres", "DB_USER": "postgres", "DB_PASSWORD": "-"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return monkeypatch


def told_of(environment: pytest.MonkeyPatch, host: str, proxy: TcpProxy, authorities: Path) -> str:
    """What a deployed function's settings make of a server."""
    environment.setenv("DB_HOST", host)
    environment.setenv("DB_PORT", str(proxy.port))
    environment.setattr(database_settings, "DATABASE_AUTHORITIES", authorities)
    return DatabaseSettings().needed_url


async def test_the_server_that_was_meant_is_spoken_to(
    deployed: pytest.MonkeyPatch, postgres_server: str, tmp_path: Path
) -> None:
    tls, trusted = certificate_for_loopback(tmp_path)
    async with TcpProxy(port_of(postgres_server)).running(postgres_tls=tls) as proxy:
        database = Database(told_of(deployed, "127.0.0.1", proxy, trusted))
        assert await database.fetch("SELECT 1 AS one") == [{"one": 1}]
        await database.close()


@pytest.mark.parametrize(
    ("host", "whose", "said"),
    [
        ("localhost", "its own", r'certificate for "(127.0.0.1|loopback)".* does not match host name "localhost"'),
        ("127.0.0.1", "another's", "certificate verify failed"),
        ("127.0.0.1", "packaged", "certificate verify failed"),
        ("127.0.0.1", "missing", "root certificate file .* does not exist"),
    ],
)
async def test_another_server_is_refused_and_the_operator_is_told_why(
    deployed: pytest.MonkeyPatch, postgres_server: str, tmp_path: Path, host: str, whose: str, said: str
) -> None:
    tls, trusted = certificate_for_loopback(tmp_path)
    (tmp_path / "other").mkdir()
    authorities = {
        "its own": trusted,
        "another's": certificate_for_loopback(tmp_path / "other")[1],
        "packaged": DATABASE_AUTHORITIES,
        "missing": tmp_path / "nothing.pem",
    }
    async with TcpProxy(port_of(postgres_server)).running(postgres_tls=tls) as proxy:
        database = Database(told_of(deployed, host, proxy, authorities[whose]))
        with pytest.raises(Unavailable, match=said):
            await database.fetch("SELECT 1")


async def test_a_server_without_tls_is_refused(
    deployed: pytest.MonkeyPatch, postgres_server: str, tmp_path: Path
) -> None:
    proxy = TcpProxy(port_of(postgres_server))
    async with proxy.running():
        database = Database(told_of(deployed, "127.0.0.1", proxy, certificate_for_loopback(tmp_path)[1]))
        with pytest.raises(Unavailable, match="server does not support SSL, but SSL was required"):
            await database.fetch("SELECT 1")


async def test_a_deployment_migrates_and_opens_roles_over_tls(
    deployed: pytest.MonkeyPatch, postgres_dsn: str, tmp_path: Path
) -> None:
    tls, trusted = certificate_for_loopback(tmp_path)
    deployed.setenv("DB_NAME", postgres_dsn.rpartition("/")[2])
    async with TcpProxy(port_of(postgres_dsn)).running(postgres_tls=tls) as proxy:
        dsn = told_of(deployed, "127.0.0.1", proxy, trusted)
        assert await asyncio.to_thread(migrate, dsn)
        await asyncio.to_thread(open_roles, dsn, {})
        misled = told_of(deployed, "localhost", proxy, trusted)
        with pytest.raises(Unavailable, match="does not match host name"):
            await asyncio.to_thread(migrate, misled)
        with pytest.raises(Unavailable, match="does not match host name"):
            await asyncio.to_thread(open_roles, misled, {})


def test_a_url_that_is_given_says_itself_how_it_connects(deployed: pytest.MonkeyPatch) -> None:
    deployed.setenv("DATABASE_URL", "postgresql://me@db.example/shop?sslmode=prefer")
    assert DatabaseSettings().needed_url == "postgresql://me@db.example/shop?sslmode=prefer"


def test_locally_no_certificate_is_asked_for(deployed: pytest.MonkeyPatch) -> None:
    deployed.setenv("STAGE", "local")
    deployed.setenv("DB_HOST", "127.0.0.1")
    assert "ssl" not in DatabaseSettings().needed_url


def packaged() -> dict[str, x509.Certificate]:
    found = x509.load_pem_x509_certificates(DATABASE_AUTHORITIES.read_bytes())
    return {certificate.subject.rfc4514_string(): certificate for certificate in found}


def test_the_region_that_we_deploy_into_and_rds_proxy_are_known() -> None:
    names = " ".join(packaged())
    for kind in ("RSA2048", "RSA4096", "ECC384"):
        assert f"CN=Amazon RDS ap-northeast-2 Root CA {kind} G1" in names
    for number in range(1, 5):
        assert f"CN=Amazon Root CA {number}" in names


def test_every_packaged_authority_is_a_root_of_amazons() -> None:
    for name, certificate in packaged().items():
        assert "Amazon" in name
        assert certificate.issuer == certificate.subject, name
        assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca, name


def test_no_packaged_authority_ends_within_two_years() -> None:
    """By today's clock, which servers are checked by, too. The first ends in 2038: this fails from 2036 on."""
    soon = datetime.now(UTC) + _IN_TIME
    assert [name for name, certificate in packaged().items() if certificate.not_valid_after_utc < soon] == []
