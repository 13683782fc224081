"""AWS by replies in its own shapes."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from operations import target


class Aws:
    """Clients of AWS that answer what a test says, and nothing else."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}
        self.stubs: dict[str, Stubber] = {}
        for service in ("cloudformation", "sqs", "lambda"):
            client: Any = boto3.client(service, region_name="ap-northeast-2")
            self.clients[service], self.stubs[service] = client, Stubber(client)
            self.stubs[service].activate()

    def has(self, logical_id: str, physical_id: str) -> None:
        """The stack has a resource."""
        resource = {
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": physical_id,
            "ResourceType": "x",
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": "2026-11-23T00:00:00Z",
        }
        asked = {"StackName": "event-planner-dev", "LogicalResourceId": logical_id}
        self.stubs["cloudformation"].add_response("describe_stack_resource", {"StackResourceDetail": resource}, asked)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    made = Aws()
    monkeypatch.setattr(target, "aws", made.clients.__getitem__)
    yield made
    for stub in made.stubs.values():
        stub.assert_no_pending_responses()
