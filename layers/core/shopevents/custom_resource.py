"""A Lambda function as a resource of CloudFormation's: it always replies, or the stack would wait for it."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any

from shopevents.domain.errors import ShopEventsError
from shopevents.invocation import LambdaContext
from shopevents.observability import logger, quiet_libraries
from shopevents.settings.aws_secrets import SECRETS, forget_wiring

# What is kept of the function's time for the reply (s), and how often that is tried.
_REPLY_SECONDS = 20.0
_REPLY_ATTEMPTS = 3
_ATTEMPT_SECONDS = 5.0
# CloudFormation takes 4 KB in all.
_MOST_REASON = 500
_RESOURCE_ID = "migrated-database"

type Work = Callable[[], Awaitable[Mapping[str, Any]]]
type Handler = Callable[[Mapping[str, Any], LambdaContext], dict[str, Any]]


def custom_resource(work: Work) -> Handler:
    """Makes a Lambda handler of `work`, which is done when the resource is made or changed, and not when it goes.

    Called by anybody else than CloudFormation, what goes wrong is raised.
    """

    @wraps(work)
    def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        quiet_libraries()
        logger().set_correlation_id(context.aws_request_id)
        SECRETS.forget()  # a secret may have been replaced since: a person then calls this again
        forget_wiring()
        if "ResponseURL" not in event:
            return dict(asyncio.run(_within(work, context)))
        reply = _done(work, event, context)
        _send(str(event["ResponseURL"]), reply)
        return reply

    return handler


def _done(work: Work, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """CloudFormation's reply for what `work` did."""
    reply: dict[str, Any] = {name: event.get(name) for name in ("StackId", "RequestId", "LogicalResourceId")}
    reply |= {"PhysicalResourceId": event.get("PhysicalResourceId", _RESOURCE_ID), "Status": "SUCCESS"}
    if event.get("RequestType") == "Delete":
        return reply  # the data goes, or stays, with its own resources
    try:
        done = asyncio.run(_within(work, context))
    except ShopEventsError as error:
        logger().exception("the deployment is stopped")
        return reply | {"Status": "FAILED", "Reason": str(error)[:_MOST_REASON]}
    except Exception as error:  # noqa: BLE001  # a stack must not wait an hour for a reply because of a bug
        logger().exception("the deployment is stopped by a bug")
        return reply | {"Status": "FAILED", "Reason": type(error).__name__}
    logger().info("ready for the new code", extra={"done": done})
    return reply | {"Data": {"Done": json.dumps(done)}}


async def _within(work: Work, context: LambdaContext) -> Mapping[str, Any]:
    """What `work` returns, in the time that leaves enough for a reply."""
    remaining = context.get_remaining_time_in_millis() / 1000
    async with asyncio.timeout(max(1.0, remaining - _REPLY_SECONDS)):
        return await work()


def _send(url: str, reply: Mapping[str, Any]) -> None:
    """Puts the reply where CloudFormation waits for it. Raises OSError when it can't be reached at all."""
    body = json.dumps(reply).encode()
    # CloudFormation signed the URL for an empty content type.
    request = urllib.request.Request(url, data=body, method="PUT", headers={"content-type": ""})  # noqa: S310 - its own
    for attempt in range(1, _REPLY_ATTEMPTS + 1):
        try:
            urllib.request.urlopen(request, timeout=_ATTEMPT_SECONDS).close()  # noqa: S310 - the same
        except OSError as error:
            logger().warning(
                "CloudFormation was not reached", extra={"attempt": attempt, "error": type(error).__name__}
            )
            if attempt == _REPLY_ATTEMPTS:
                raise
            time.sleep(attempt)
        else:
            return
