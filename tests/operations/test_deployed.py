"""The same commands on a deployed stack, by replies in AWS's own shapes."""

import pytest

from operations.redriving import QueueName, redrive
from operations.target import OperationError, Target, deployed_target
from tests.operations.stubs import Aws, aws

__all__ = ["aws"]

_URL = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/dead"
_ARN = "arn:aws:sqs:ap-northeast-2:000000000000:dead"
_TARGET = Target("event-planner-dev", {})


def _counted(aws: Aws) -> None:
    aws.has("EmbedEventsDeadLetters", _URL)
    reply = {"Attributes": {"QueueArn": _ARN, "ApproximateNumberOfMessages": "2"}}
    asked = {"QueueUrl": _URL, "AttributeNames": ["QueueArn", "ApproximateNumberOfMessages"]}
    aws.stubs["sqs"].add_response("get_queue_attributes", reply, asked)


async def test_dead_letters_are_counted_and_left_alone_in_a_dry_run(aws: Aws) -> None:
    _counted(aws)
    sentence = await redrive(QueueName.EMBED_EVENTS, _TARGET, dry_run=True)
    assert sentence == "about 2 messages would go back to embed_events"


async def test_dead_letters_are_moved_by_sqs_itself(aws: Aws) -> None:
    _counted(aws)
    aws.stubs["sqs"].add_response("start_message_move_task", {"TaskHandle": "t"}, {"SourceArn": _ARN})
    sentence = await redrive(QueueName.EMBED_EVENTS, _TARGET, dry_run=False)
    assert sentence == "about 2 messages are on their way back to embed_events"


def test_a_deployed_stack_is_seen_as_its_own_functions_see_it_but_for_the_role_in_its_database(aws: Aws) -> None:
    aws.has("RelayOutboxFunction", "relay-1")
    variables = {"STAGE": "dev", "DB_HOST": "cluster.example", "DB_SECRET_ARN": "arn:secret"}
    reply = {"FunctionName": "relay-1", "Environment": {"Variables": variables}}
    aws.stubs["lambda"].add_response("get_function_configuration", reply, {"FunctionName": "relay-1"})
    aws.has("OperationsDatabaseSecret", "arn:operations")
    found = deployed_target("event-planner-dev")
    assert (found.environment, found.is_local) == (variables | {"DB_SECRET_ARN": "arn:operations"}, False)


def test_what_aws_refuses_is_said_in_its_words(aws: Aws) -> None:
    aws.stubs["cloudformation"].add_client_error(
        "describe_stack_resource", "ValidationError", "Stack 'event-planner-prod' does not exist"
    )
    with pytest.raises(OperationError, match="'event-planner-prod' does not exist"):
        deployed_target("event-planner-prod")
