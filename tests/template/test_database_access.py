"""Each function signs in to the database as the role that can do what it does; only the migrations own it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local.template import read_template
from shopevents.adapters.database.roles import DatabaseRole
from shopevents.settings.database import DatabasePasswords, DatabaseSettings
from tests.template.conftest import Template
from tests.template.resources import of_type, refers_to, variables_of

pytestmark = pytest.mark.timeout(300)  # the first test waits for SAM's translator

# Who each function is in the database. What reads other people's texts, and what faces the internet, can do the least.
_DATABASE_ROLES = {
    "RecommendFunction": "shopevents_recommend",
    "ManageShopFunction": "shopevents_owners",
    "EmbedEventsFunction": "shopevents_owners",
    "RecordRecommendationsFunction": "shopevents_owners",
    "RecordPerformanceFunction": "shopevents_owners",
    "RelayOutboxFunction": "shopevents_owners",
    "ReportQualityFunction": "shopevents_owners",
    "CurateDocumentsFunction": "shopevents_documents",
    "CrawlStoresFunction": "shopevents_documents",
    "CrawlStatisticsFunction": "shopevents_documents",
    "CrawlBlogsFunction": "shopevents_documents",
    "CrawlHashtagsFunction": "shopevents_documents",
}
_WITHOUT = {"ServeConsoleFunction", "MigrateDatabaseFunction"}


def test_every_other_function_has_no_database_or_owns_it(transformed: Template) -> None:
    functions = set(of_type(transformed, "AWS::Lambda::Function"))
    assert functions == set(_DATABASE_ROLES) | _WITHOUT
    assert not any(name.startswith("DB_") for name in variables_of(transformed, "ServeConsoleFunction"))


def _holders_of(transformed: Template, secret: str) -> set[str]:
    """Functions whose role may read a secret, as RDS' own or the stack's."""
    functions, roles = of_type(transformed, "AWS::Lambda::Function"), of_type(transformed, "AWS::IAM::Role")
    holding = {name for name, role in roles.items() if f'"{secret}"' in json.dumps(role.get("Policies", []))}
    return {name for name, function in functions.items() if refers_to(function["Role"]) in holding}


def test_the_databases_owner_is_known_to_the_migrations_alone(transformed: Template) -> None:
    assert _holders_of(transformed, "DatabaseCluster") == {"MigrateDatabaseFunction"}
    others = {
        name: role for name, role in of_type(transformed, "AWS::IAM::Role").items() if name != "MigrateDatabaseRole"
    }
    assert "MasterUserSecret" not in json.dumps([others, of_type(transformed, "AWS::RDS::DBProxy")])


@pytest.mark.parametrize("function", _DATABASE_ROLES)
def test_a_function_signs_in_to_the_database_by_the_secret_of_its_role(
    function: str, deployed: Callable[[str], dict[str, str]], transformed: Template
) -> None:
    variables, role = deployed(function), _DATABASE_ROLES[function]
    secret = of_type(transformed, "AWS::SecretsManager::Secret")[variables["DB_SECRET_ARN"]]
    assert json.loads(secret["GenerateSecretString"]["SecretStringTemplate"]) == {"username": role}
    assert f"user='{role}'" in DatabaseSettings().needed_url
    assert "sslmode='verify-full'" in DatabaseSettings().needed_url


@pytest.mark.parametrize("role", DatabaseRole)
def test_a_roles_secret_is_read_by_its_functions_the_migrations_and_nobody_else(
    transformed: Template, role: DatabaseRole
) -> None:
    secrets = of_type(transformed, "AWS::SecretsManager::Secret")
    (secret,) = [name for name, made in secrets.items() if f'"{role}"' in str(made.get("GenerateSecretString"))]
    assert refers_to(secrets[secret]["KmsKeyId"]) == "DataKey"
    signing_in = {function for function, name in _DATABASE_ROLES.items() if name == role}
    assert _holders_of(transformed, secret) == signing_in | {"MigrateDatabaseFunction"}


def test_the_proxy_knows_every_role_and_asks_for_scrambled_passwords(transformed: Template) -> None:
    (proxy,) = of_type(transformed, "AWS::RDS::DBProxy").values()
    assert {refers_to(one["SecretArn"]) for one in proxy["Auth"]} == {
        f"{role.name.title()}DatabaseSecret" for role in DatabaseRole
    }
    assert {one["ClientPasswordAuthType"] for one in proxy["Auth"]} == {"POSTGRES_SCRAM_SHA_256"}
    assert proxy["RequireTLS"] is True


def test_the_migrations_are_told_the_password_of_every_role(deployed: Callable[[str], dict[str, str]]) -> None:
    deployed("MigrateDatabaseFunction")
    passwords = DatabasePasswords().by_role
    assert passwords is not None
    assert {DatabaseRole[name.upper()] for name in passwords} == set(DatabaseRole)
    assert "user='shopevents' " in DatabaseSettings().needed_url


def test_new_secrets_and_a_new_cluster_have_the_roles_made_anew(transformed: Template) -> None:
    (resource,) = of_type(transformed, "AWS::CloudFormation::CustomResource").values()
    told = {refers_to(each) for each in resource["Passwords"]["Fn::Join"][1]}
    assert told == {f"{role.name.title()}DatabaseSecret" for role in DatabaseRole}
    assert refers_to(resource["Database"]) == "DatabaseCluster"


def test_the_local_stack_signs_its_functions_in_as_the_deployed_one_does() -> None:
    functions = read_template(Path("template.yaml"))
    assert {name: function.database_role for name, function in functions.items() if function.database_role} == (
        _DATABASE_ROLES
    )
