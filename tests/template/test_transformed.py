"""What linters miss: the template as CloudFormation gets it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shopevents.domain.metric_names import MetricName
from shopevents.wire.api import PAGES, ROUTES
from tests.template.conftest import ROOT, Template, in_sam, transformed_from
from tests.template.resources import of_type, refers_to

# SAM's translator and cfn-lint run as programs of their own, on a machine that may be busy.
pytestmark = pytest.mark.timeout(300)

# API Gateway gives up on an integration at 30 s at the latest (HTTP APIs).
_GATEWAY_MOST_MS = 30_000
# Actions that know no resource, or that AWS demands on all of them. Each with what says so beside it in the template.
_UNNAMEABLE = {
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "cloudwatch:DescribeAlarms",
}
_CRAWLERS = ("CrawlStores", "CrawlStatistics", "CrawlBlogs", "CrawlHashtags")


def test_cfn_lint_has_nothing_to_say_of_the_transformed_template(transformed: Template, tmp_path: Path) -> None:
    path = tmp_path / "transformed.json"
    path.write_text(json.dumps(transformed), encoding="utf-8")
    done = in_sam("cfn-lint", path, "--regions", "ap-northeast-2")
    assert done.stdout.strip() == ""
    assert done.returncode == 0


def test_a_message_stays_invisible_six_times_as_long_as_its_function_may_work(transformed: Template) -> None:
    functions, queues = of_type(transformed, "AWS::Lambda::Function"), of_type(transformed, "AWS::SQS::Queue")
    sources = of_type(transformed, "AWS::Lambda::EventSourceMapping")
    assert len(sources) == 4
    for source in sources.values():
        queue = queues[refers_to(source["EventSourceArn"])]
        assert queue["VisibilityTimeout"] >= 6 * functions[refers_to(source["FunctionName"])]["Timeout"]


def test_every_queue_function_answers_for_each_message_and_is_held_back(transformed: Template) -> None:
    for name, source in of_type(transformed, "AWS::Lambda::EventSourceMapping").items():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert 2 <= source["ScalingConfig"]["MaximumConcurrency"] <= 10, name


def test_every_queue_has_dead_letters_that_are_kept_as_long_as_sqs_can(transformed: Template) -> None:
    queues = of_type(transformed, "AWS::SQS::Queue")
    dead = {name: queue for name, queue in queues.items() if name.endswith("DeadLetters")}
    for name, queue in queues.items():
        assert queue["SqsManagedSseEnabled"] is True
        if name in dead:
            assert queue["MessageRetentionPeriod"] == 1_209_600
        else:
            assert refers_to(queue["RedrivePolicy"]["deadLetterTargetArn"]) in dead


def test_every_schedule_has_dead_letters_and_a_retry_policy(transformed: Template) -> None:
    schedules = of_type(transformed, "AWS::Scheduler::Schedule")
    assert len(schedules) == 2 * len(_CRAWLERS) + 2
    for name, schedule in schedules.items():
        assert refers_to(schedule["Target"]["DeadLetterConfig"]["Arn"]) == "ScheduleDeadLetters", name
        assert "MaximumRetryAttempts" in schedule["Target"]["RetryPolicy"], name
        assert "Name" not in schedule  # two stacks in one account would fight for it


def test_crawlers_start_at_two_in_the_night_of_seoul_and_go_on_until_morning(transformed: Template) -> None:
    schedules = of_type(transformed, "AWS::Scheduler::Schedule")
    for crawler in _CRAWLERS:
        nightly, until_done = schedules[f"{crawler}FunctionNightly"], schedules[f"{crawler}FunctionUntilDone"]
        assert nightly["ScheduleExpression"] == "cron(0 2 * * ? *)"
        assert until_done["ScheduleExpression"] == "cron(15/15 2-5 * * ? *)"
        assert {nightly["ScheduleExpressionTimezone"], until_done["ScheduleExpressionTimezone"]} == {"Asia/Seoul"}


def test_a_run_of_a_crawler_ends_before_the_next_begins(transformed: Template) -> None:
    functions = of_type(transformed, "AWS::Lambda::Function")
    for crawler in _CRAWLERS:
        assert functions[f"{crawler}Function"]["Timeout"] < 15 * 60


def operations(transformed: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    (api,) = of_type(transformed, "AWS::ApiGatewayV2::Api").values()
    for path, methods in api["Body"]["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_gateway_waits_longer_than_the_function_works(transformed: Template) -> None:
    functions = of_type(transformed, "AWS::Lambda::Function")
    for key, operation in operations(transformed):
        integration = operation["x-amazon-apigateway-integration"]
        (name,) = [function for function in functions if function in json.dumps(integration["uri"])]
        assert 1000 * functions[name]["Timeout"] < integration["timeoutInMillis"] <= _GATEWAY_MOST_MS, key


def test_the_routes_are_the_contracts(transformed: Template) -> None:
    assert {key for key, _ in operations(transformed)} == {route.key for route in ROUTES} | set(PAGES)


def test_the_pages_are_public_and_nothing_else_is(transformed: Template) -> None:
    public = {
        key for key, operation in operations(transformed) if operation.get("security", [{"NONE": []}]) == [{"NONE": []}]
    }
    assert public == set(PAGES) | {route.key for route in ROUTES if route.access == "public"}


def test_operators_routes_ask_for_a_token_like_owners(transformed: Template) -> None:
    secured = dict(operations(transformed))
    for route in ROUTES:
        if route.access == "operator":
            assert secured[route.key]["security"] == [{"Jwt": []}]


def statements(transformed: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
        for name, properties in of_type(transformed, kind).items():
            documents = [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
            documents += [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
            for document in documents:
                for statement in document["Statement"]:
                    yield name, statement


def test_no_policy_allows_more_than_can_be_named(transformed: Template) -> None:
    for name, statement in statements(transformed):
        if statement["Effect"] == "Deny":
            continue
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        assert not any("*" in action for action in actions), (name, actions)
        if statement["Resource"] == "*":
            assert set(actions) <= _UNNAMEABLE, (name, actions)


def test_every_function_has_a_role_of_its_own_and_none_of_awss_broad_policies(transformed: Template) -> None:
    functions = of_type(transformed, "AWS::Lambda::Function")
    roles = [refers_to(function["Role"]) for function in functions.values()]
    assert len(set(roles)) == len(functions) == 14
    assert "service-role/AWSLambda" not in json.dumps(transformed)


def test_every_function_says_how_it_is_called_by_a_sample(transformed: Template) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    samples = {path.stem for path in (ROOT / "events").glob("*.json")}
    logical = {f"{''.join(word.title() for word in folder.split('_'))}Function" for folder in folders}
    assert samples == folders
    assert logical == set(of_type(transformed, "AWS::Lambda::Function"))


def test_a_change_of_our_code_alone_reaches_the_aliases(transformed: Template, tmp_path: Path) -> None:
    changed = tmp_path / "template.yaml"
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    changed.write_text(text.replace("ContentUri: layers/core\n", "ContentUri: layers/core-as-changed\n"))
    before = set(of_type(transformed, "AWS::Lambda::Version"))
    after = set(of_type(transformed_from(changed, "Stage=prod", "Canary=true"), "AWS::Lambda::Version"))
    assert len(before) == len(after) == 2
    assert not before & after


def test_the_request_path_starts_from_a_snapshot_and_goes_back_when_its_alarms_ring(transformed: Template) -> None:
    assert of_type(transformed, "AWS::Lambda::Function")["RecommendFunction"]["SnapStart"] == {
        "ApplyOn": "PublishedVersions"
    }
    alarms = of_type(transformed, "AWS::CloudWatch::Alarm")
    for name, group in of_type(transformed, "AWS::CodeDeploy::DeploymentGroup").items():
        assert {refers_to(alarm["Name"]) for alarm in group["AlarmConfiguration"]["Alarms"]} <= set(alarms), name
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


def test_data_outlives_the_stack(transformed: Template) -> None:
    kept = {
        name: resource.get("DeletionPolicy")
        for name, resource in transformed["Resources"].items()
        if resource["Type"] in ("AWS::S3::Bucket", "AWS::RDS::DBCluster", "AWS::KMS::Key", "AWS::Cognito::UserPool")
    }
    assert set(kept.values()) == {"Retain", "Snapshot"}
    (cluster,) = of_type(transformed, "AWS::RDS::DBCluster").values()
    assert cluster["DeletionProtection"] == {"Fn::If": ["IsProd", True, False]}
    assert cluster["StorageEncrypted"] is True


def test_alarms_and_dashboard_watch_metrics_that_are_sent(transformed: Template) -> None:
    text = json.dumps([of_type(transformed, kind) for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard")])
    watched = {name for name in MetricName if f'"{name}"' in text.replace('\\\\"', '"').replace('\\"', '"')}
    ours = set(_own_names(transformed))
    assert ours <= set(MetricName)
    assert watched >= ours


def _own_names(transformed: Template) -> Iterator[str]:
    """Names of metrics in our namespace that the template mentions."""
    for alarm in of_type(transformed, "AWS::CloudWatch::Alarm").values():
        entries = [alarm, *(metric.get("MetricStat", {}).get("Metric", {}) for metric in alarm.get("Metrics", []))]
        yield from (entry["MetricName"] for entry in entries if "ShopEvents" in json.dumps(entry.get("Namespace", "")))
    for dashboard in of_type(transformed, "AWS::CloudWatch::Dashboard").values():
        body = json.loads(dashboard["DashboardBody"]["Fn::Sub"].replace("${ClaudeDailyUsd}", "5"))
        for widget in body["widgets"]:
            yield from (line[1] for line in widget["properties"]["metrics"] if line[0].startswith("ShopEvents/"))


@pytest.mark.parametrize(
    "alarm",
    [
        "SlowAnswersAlarm",
        "FailedAnswers",
        "DegradedAnswers",
        "CurateDocumentsDeadLettersAlarm",
        "ScheduleDeadLettersAlarm",
        "EmbedEventsWaits",
        "StoresSilent",
        "SpendNearsCap",
        "SpendAtCap",
        "InstagramTokenEnds",
        "DatabaseBusy",
        "CacheFull",
    ],
)
def test_what_the_operator_must_know_rings(transformed: Template, alarm: str) -> None:
    properties = of_type(transformed, "AWS::CloudWatch::Alarm")[alarm]
    assert [refers_to(action) for action in properties["AlarmActions"]] == ["Alarms"]


def test_every_alarm_is_explained_to_the_operator(transformed: Template) -> None:
    explained = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in of_type(transformed, "AWS::CloudWatch::Alarm") if f"`{name}`" not in explained] == []
