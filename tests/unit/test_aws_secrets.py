"""Keys come from secrets, once, and new ones without a deployment."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pydantic import SecretStr

from shopevents import invocation
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import MisconfiguredError, Unavailable
from shopevents.settings import aws_secrets
from shopevents.settings.aws_secrets import DOUBT_SECONDS, LIFETIME_SECONDS, Secrets, aws_fetch, forget_wiring
from shopevents.settings.backends import ClaudeSettings, RedisSettings
from shopevents.settings.database import DatabasePasswords, DatabaseSettings

ENVIRONMENT = {"CLAUDE_SECRET_ARN": "arn:claude", "DB_SECRET_ARN": "arn:database", "REDIS_SECRET_ARN": ""}


class Context:
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Vault:
    """Secrets Manager: texts by ARN, and which were asked for."""

    def __init__(self) -> None:
        self.texts = {
            "arn:claude": '{"CLAUDE_API_KEY": "sk-first"}',
            "arn:database": '{"username": "shopevents", "password": "pw\'1"}',
        }
        self.asked: list[str] = []
        self.time = 0.0

    def fetch(self, arn: str) -> str:
        self.asked.append(arn)
        if arn not in self.texts:
            raise MisconfiguredError(arn, "can't be read")
        return self.texts[arn]


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def secrets(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Secrets:
    held = Secrets(ENVIRONMENT, vault.fetch, now=lambda: vault.time)
    monkeypatch.setattr(aws_secrets, "SECRETS", held)
    return held


def _is_due(secrets: Secrets) -> bool:
    return secrets.is_due  # by a function: mypy takes a property for constant


def test_settings_read_their_keys_from_secrets(secrets: Secrets) -> None:
    assert ClaudeSettings().claude_api_key == SecretStr("sk-first")


def test_what_rds_calls_username_and_password_makes_the_database_url(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_HOST", "cluster.example")
    monkeypatch.setenv("DB_NAME", "shopevents")
    assert "user='shopevents' password='pw\\'1'" in DatabaseSettings().needed_url


def test_the_secrets_of_several_roles_are_not_taken_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = ("DB", "RECOMMEND_DB", "OWNERS_DB", "DOCUMENTS_DB", "OPERATIONS_DB")
    arns = {f"{name}_SECRET_ARN": name for name in variables}
    held = Secrets(arns, lambda arn: json.dumps({"username": f"user-{arn}", "password": f"password-{arn}"}))
    monkeypatch.setattr(aws_secrets, "SECRETS", held)
    database = DatabaseSettings()
    assert (database.db_user, database.db_password) == ("user-DB", SecretStr("password-DB"))
    assert DatabasePasswords().by_role == {
        name.removesuffix("_DB").lower(): f"password-{name}" for name in variables if name != "DB"
    }


def test_scheduled_work_that_a_dependency_stops_has_the_secrets_looked_at_again(
    secrets: Secrets, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invocation, "SECRETS", secrets)
    DatabaseSettings()

    @invocation.scheduled_function
    async def handler(_: Deadline) -> Mapping[str, Any]:
        raise Unavailable("database", "password authentication failed")

    with pytest.raises(Unavailable):
        handler({}, Context())
    vault.time = DOUBT_SECONDS + 1
    assert secrets.is_due


def test_a_variable_wins_over_a_secret(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_API_KEY", "sk-own")
    assert ClaudeSettings().claude_api_key == SecretStr("sk-own")


def test_nothing_is_asked_for_a_setting_that_no_secret_holds(secrets: Secrets, vault: Vault) -> None:
    assert RedisSettings().url is None
    assert vault.asked == []


def test_each_secret_is_read_once_per_container(secrets: Secrets, vault: Vault) -> None:
    for _ in range(3):
        ClaudeSettings()
        DatabaseSettings()
    assert sorted(vault.asked) == ["arn:claude", "arn:database"]


def test_a_replaced_key_is_used_when_the_old_one_has_lived_long_enough(secrets: Secrets, vault: Vault) -> None:
    ClaudeSettings()
    vault.texts["arn:claude"] = '{"CLAUDE_API_KEY": "sk-second"}'
    vault.time = LIFETIME_SECONDS
    assert not _is_due(secrets)
    vault.time = LIFETIME_SECONDS + 1
    assert _is_due(secrets)
    assert secrets.renew()
    assert ClaudeSettings().claude_api_key == SecretStr("sk-second")


def test_after_a_failure_a_replaced_key_is_found_soon_but_not_asked_for_each_time(
    secrets: Secrets, vault: Vault
) -> None:
    ClaudeSettings()
    secrets.doubt()
    assert not _is_due(secrets)
    vault.time = DOUBT_SECONDS + 1
    assert _is_due(secrets)
    assert not secrets.renew()  # the key is the same: the vendor was down
    assert not secrets.is_due


def test_keys_in_use_stay_when_secrets_manager_is_gone(secrets: Secrets, vault: Vault) -> None:
    ClaudeSettings()
    vault.texts.clear()
    vault.time = LIFETIME_SECONDS + 1
    assert not secrets.renew()
    assert ClaudeSettings().claude_api_key == SecretStr("sk-first")
    assert not secrets.is_due


@pytest.mark.parametrize("text", ["sk-first", '["sk-first"]'])
def test_a_secret_that_holds_no_settings_is_named_but_not_shown(secrets: Secrets, vault: Vault, text: str) -> None:
    vault.texts["arn:claude"] = text
    with pytest.raises(MisconfiguredError, match="CLAUDE_SECRET_ARN") as caught:
        ClaudeSettings()
    assert "sk-first" not in str(caught.value)


def test_a_container_from_a_snapshot_reads_its_secrets_itself(secrets: Secrets, vault: Vault) -> None:
    ClaudeSettings()
    vault.texts["arn:claude"] = '{"CLAUDE_API_KEY": "sk-second"}'
    secrets.forget()
    assert ClaudeSettings().claude_api_key == SecretStr("sk-second")


def test_serverless_elasticache_is_a_cluster_with_tls_and_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_HOST", "cache.example")
    monkeypatch.setenv("REDIS_CLUSTER", "true")
    monkeypatch.setenv("REDIS_USER", "shopevents")
    monkeypatch.setenv("REDIS_PASSWORD", "pw1")
    assert RedisSettings().url == "rediss+cluster://shopevents:pw1@cache.example:6379"


@pytest.fixture
def wiring() -> Iterator[Callable[[], int]]:
    """A module of the wiring's package with one cached function."""
    module = ModuleType("shopevents.bootstrap.of_a_test")
    made: list[int] = []

    @cache
    def thing() -> int:
        made.append(len(made))
        return made[-1]

    module.thing = thing  # type: ignore[attr-defined]  # a module made by hand
    sys.modules[module.__name__] = module
    yield thing
    del sys.modules[module.__name__]


def test_changed_settings_make_the_wiring_anew(wiring: Callable[[], int]) -> None:
    assert (wiring(), wiring()) == (0, 0)
    forget_wiring()
    assert wiring() == 1


def test_aws_is_asked_by_arn(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    with mock_aws():
        client = boto3.client("secretsmanager")
        arn = client.create_secret(Name="claude", SecretString=json.dumps({"CLAUDE_API_KEY": "sk-1"}))["ARN"]
        assert json.loads(aws_fetch()(arn)) == {"CLAUDE_API_KEY": "sk-1"}
        with pytest.raises(MisconfiguredError, match="ResourceNotFound"):
            aws_fetch()(arn + "x")
