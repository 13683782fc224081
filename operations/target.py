"""Which stack a command works on: this checkout's local one, or a deployed one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.signing_in import signed_in_as
from local.stack import DATA, running_stack
from shopevents.adapters.database.roles import DatabaseRole

# The function whose variables name every store and queue.
_TELLS_ALL = "RelayOutboxFunction"
# Commands don't sign in to the database as any function does: their role has rights of its own.
_OWN_SECRET = "OperationsDatabaseSecret"  # noqa: S105 - its name in the template


class OperationError(Exception):
    """A command can't be carried out; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Target:
    """A stack. `name` is CloudFormation's, None for the local one, which runs over `data`; `environment` is what its
    functions are given."""

    name: str | None
    environment: Mapping[str, str]
    data: Path = DATA

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return self.name is None

    def enter(self) -> None:
        """Makes this process's settings those of the stack's functions. To be called before any of them is read."""
        os.environ.update(self.environment)


def local_target(data: Path = DATA) -> Target:
    """The stack that runs over `data`. Raises OperationError where none does."""
    running = running_stack(data)
    if running is None:
        raise OperationError("no local stack runs here: start it by `make run`, or name a deployed one by --stack")
    return Target(None, signed_in_as(DatabaseRole.OPERATIONS, running["environment"]), data)


def deployed_target(name: str) -> Target:
    """The CloudFormation stack `name`, as its own functions see it, but for the role in its database. Raises
    OperationError.

    Its database and cache are in a VPC: commands that need them are to be run from inside, such as from a CloudShell
    environment in the stack's private subnets and its functions' security group.
    """
    function = physical_id(name, _TELLS_ALL)
    configuration = call_aws("lambda", "get_function_configuration", FunctionName=function)
    environment = {key: str(value) for key, value in configuration["Environment"]["Variables"].items()}
    return Target(name, environment | {"DB_SECRET_ARN": physical_id(name, _OWN_SECRET)})


def physical_id(stack: str, logical_id: str) -> str:
    """What CloudFormation has named a resource. Raises OperationError."""
    found = call_aws("cloudformation", "describe_stack_resource", StackName=stack, LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def aws(service: str) -> Any:
    """A client of AWS with the operator's own rights."""
    import boto3  # noqa: PLC0415 - a local command does without

    return boto3.session.Session().client(service)  # type: ignore[call-overload]  # its stubs know literal names only


def call_aws(service: str, operation: str, **parameters: Any) -> Any:
    """One operation of a service. Raises OperationError with what AWS said."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - the same

    try:
        return getattr(aws(service), operation)(**parameters)
    except ClientError as error:
        raise OperationError(f"AWS refused {operation}: {error.response['Error'].get('Message', error)}") from error
    except BotoCoreError as error:
        raise OperationError(f"AWS was not reached: {error}") from error
