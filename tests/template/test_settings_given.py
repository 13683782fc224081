"""Every function is given what its settings ask for, and no role can read a secret that its function is not told of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shopevents.bootstrap.crawlers import blogs, hashtags, raw_documents, statistics, stores
from shopevents.bootstrap.manage_shop import shop_desk
from shopevents.bootstrap.migrate_database import index_maker, roles, schema
from shopevents.bootstrap.recommendations import recommend_settings
from shopevents.bootstrap.workers import indexer, ledger, performances, publisher, recommendations, state
from shopevents.domain.announcements import EMBED_QUEUE, PERFORMANCE_QUEUE
from shopevents.use_cases.record_answer import RECORD_QUEUE
from tests.template.conftest import Template
from tests.template.resources import of_type, refers_to, variables_of

pytestmark = pytest.mark.timeout(300)  # the first test waits for SAM's translator

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
    "MigrateDatabaseFunction": (schema, roles, index_maker),
}
_SENDS = {
    "RecommendFunction": {RECORD_QUEUE},
    "ManageShopFunction": {EMBED_QUEUE, PERFORMANCE_QUEUE},
    "RelayOutboxFunction": {EMBED_QUEUE, PERFORMANCE_QUEUE},
    "CrawlBlogsFunction": {"curate_documents"},
}


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
    told = {value for name, value in variables_of(transformed, function).items() if name.endswith("_SECRET_ARN")}
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
    told = {value for name, value in variables_of(transformed, function).items() if name.endswith("_QUEUE_URL")}
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
