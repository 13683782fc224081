"""Every function is given what its settings ask for, and no role can read a secret that its function is not told of."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from shopevents.bootstrap.crawlers import blogs, hashtags, raw_documents, statistics, stores
from shopevents.bootstrap.manage_shop import shop_desk
from shopevents.bootstrap.migrate_database import index_maker, schema
from shopevents.bootstrap.recommendations import recommend_settings
from shopevents.bootstrap.workers import indexer, ledger, performances, publisher, recommendations, state
from shopevents.domain.announcements import EMBED_QUEUE, PERFORMANCE_QUEUE
from shopevents.settings import aws_secrets
from shopevents.settings.aws_secrets import Secrets, forget_wiring
from shopevents.use_cases.record_answer import RECORD_QUEUE
from tests.template.conftest import Template
from tests.template.test_transformed import of_type, refers_to

pytestmark = pytest.mark.timeout(300)  # the first test waits for SAM's translator

# What the stack's own secrets hold; the template fills them.
_HELD = {
    "ClaudeSecret": '{"CLAUDE_API_KEY": "k"}',
    "OpenAISecret": '{"OPENAI_API_KEY": "k"}',
    "PineconeSecret": '{"PINECONE_API_KEY": "k"}',
    "SemasSecret": '{"SEMAS_SERVICE_KEY": "k"}',
    "KosisSecret": '{"KOSIS_API_KEY": "k"}',
    "SeoulSecret": '{"SEOUL_API_KEY": ""}',
    "NaverSecret": '{"NAVER_CLIENT_ID": "k", "NAVER_CLIENT_SECRET": "k"}',
    "InstagramSecret": '{"INSTAGRAM_ACCESS_TOKEN": "k", "INSTAGRAM_USER_ID": "1"}',
    "BusinessNumberSecret": '{"BUSINESS_NUMBER_KEY": "k"}',
    "CacheSecret": '{"REDIS_USER": "shopevents", "REDIS_PASSWORD": "k"}',
    "DatabaseCluster": '{"username": "shopevents", "password": "k"}',
}
# What each function needs to have, made from its environment alone.
_NEEDS: dict[str, tuple[Callable[[], Any], ...]] = {
    "RecommendFunction": (recommend_settings,),
    "ManageShopFunction": (shop_desk,),
    "ServeConsoleFunction": (),
    "EmbedEventsFunction": (indexer,),
    "RecordRecommendationsFunction": (recommendations,),
    "RecordPerformanceFunction": (performances, indexer, state),
    "CurateDocumentsFunction": (raw_documents,),
    "CrawlStoresFunction": (stores, raw_documents),
    "CrawlStatisticsFunction": (statistics, raw_documents),
    "CrawlBlogsFunction": (blogs, raw_documents),
    "CrawlHashtagsFunction": (hashtags, raw_documents),
    "RelayOutboxFunction": (publisher, recommendations, state),
    "ReportQualityFunction": (ledger, state),
    "MigrateDatabaseFunction": (schema, index_maker),
}
_SENDS = {
    "RecommendFunction": {RECORD_QUEUE},
    "ManageShopFunction": {EMBED_QUEUE, PERFORMANCE_QUEUE},
    "RelayOutboxFunction": {EMBED_QUEUE, PERFORMANCE_QUEUE},
    "CrawlBlogsFunction": {"curate_documents"},
}


def _variables(template: Template, function: str) -> dict[str, str]:
    """What a deployed function finds: where only a deployed stack knows, the logical id."""
    variables = of_type(template, "AWS::Lambda::Function")[function]["Environment"]["Variables"]
    return {name: _known(value, template["Parameters"]) for name, value in variables.items()}


def _known(value: Any, parameters: Mapping[str, Any]) -> str:
    match value:
        case {"Fn::If": ["IsDeployed", deployed, _]}:
            return _known(deployed, parameters)
        case {"Fn::If": [_, _, other]}:
            return _known(other, parameters)
        case {"Ref": "Stage"}:
            return "prod"
        case {"Ref": name} if name in parameters:
            return str(parameters[name].get("Default", ""))
        case {"Ref": _} | {"Fn::GetAtt": _}:
            return refers_to(value)
        case {"Fn::Sub": text}:
            return str(text)
        case _:
            return str(value)


@pytest.fixture
def deployed(transformed: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, str]]]:
    """Makes this process's environment a function's."""

    def become(function: str) -> dict[str, str]:
        variables = _variables(transformed, function)
        for name in list(os.environ):
            if name.endswith(("_KEY", "_URL", "_ARN", "_HOST", "_TOKEN")) or name.startswith(
                ("DB_", "REDIS_", "CLAUDE_")
            ):
                monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(aws_secrets, "SECRETS", Secrets(variables, lambda arn: _HELD[arn]))
        forget_wiring()
        return variables

    yield become
    forget_wiring()


def test_every_function_is_looked_at(transformed: Template) -> None:
    assert set(_NEEDS) == set(of_type(transformed, "AWS::Lambda::Function"))


@pytest.mark.parametrize("function", _NEEDS)
async def test_a_deployed_function_finds_what_its_settings_ask_for(
    function: str, deployed: Callable[[str], dict[str, str]]
) -> None:
    deployed(function)
    for need in _NEEDS[function]:
        assert need() is not None


@pytest.mark.parametrize(("function", "queues"), _SENDS.items())
def test_a_function_that_sends_is_told_where_to(
    function: str, queues: set[str], deployed: Callable[[str], dict[str, str]]
) -> None:
    variables = deployed(function)
    assert {f"{queue.upper()}_QUEUE_URL" for queue in queues} <= set(variables)


@pytest.mark.parametrize("function", _NEEDS)
def test_a_role_reads_exactly_the_secrets_that_its_function_is_told_of(transformed: Template, function: str) -> None:
    told = {value for name, value in _variables(transformed, function).items() if name.endswith("_SECRET_ARN")}
    role = of_type(transformed, "AWS::IAM::Role")[
        refers_to(of_type(transformed, "AWS::Lambda::Function")[function]["Role"])
    ]
    allowed: set[str] = set()
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] == "secretsmanager:GetSecretValue":
                resources = statement["Resource"]
                allowed |= {refers_to(each) for each in (resources if isinstance(resources, list) else [resources])}
    assert allowed == told


@pytest.mark.parametrize("function", _NEEDS)
def test_a_role_sends_exactly_to_the_queues_that_its_function_is_told_of(transformed: Template, function: str) -> None:
    told = {value for name, value in _variables(transformed, function).items() if name.endswith("_QUEUE_URL")}
    role = of_type(transformed, "AWS::IAM::Role")[
        refers_to(of_type(transformed, "AWS::Lambda::Function")[function]["Role"])
    ]
    allowed: set[str] = set()
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] == "sqs:SendMessage":
                resources = statement["Resource"]
                allowed |= {refers_to(each) for each in (resources if isinstance(resources, list) else [resources])}
    assert allowed == told


def test_the_sizes_of_both_environments_are_parameters_of_the_template(transformed: Template) -> None:
    import tomllib  # noqa: PLC0415 - for this test alone

    config = tomllib.loads(Path("samconfig.toml").read_text(encoding="utf-8"))
    for environment in ("default", "prod"):
        given = config[environment]["deploy"]["parameters"]["parameter_overrides"]
        assert {pair.partition("=")[0] for pair in given} <= set(transformed["Parameters"])
