"""What every function does around its use case: one event loop per container, one deadline and nothing
left running per invocation, one map from errors to responses."""

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Protocol

from shopevents.batch import consume_batch
from shopevents.domain.deadlines import Deadline, seconds_since_taken
from shopevents.domain.errors import (
    CallerError,
    DependencyError,
    MisconfiguredError,
    OutOfTime,
    ShopEventsError,
    Unavailable,
)
from shopevents.domain.messages import Message
from shopevents.domain.stopwatches import Stopwatch
from shopevents.observability import flush_metrics, logger, quiet_libraries
from shopevents.settings.aws_secrets import SECRETS, forget_wiring
from shopevents.wire.http import HttpRequest, error_response, json_response

RETRY_AFTER_SECONDS = 5
# Kept of the runtime's time to say that it is up; afterwards the caller would get no envelope of ours.
_ANSWER_SECONDS = 0.2
_UNAVAILABLE = "지금은 저장된 정보를 불러올 수 없습니다. 잠시 후 다시 시도해 주세요."
_UNEXPECTED = "예상하지 못한 문제가 생겼습니다. 잠시 후 다시 시도해 주세요."


class LambdaContext(Protocol):
    """The part of Lambda's context that we use."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the runtime ends the invocation."""
        ...


@dataclass(frozen=True, slots=True)
class Invocation:
    """One HTTP request on its way: the request, and how much time is left for it."""

    request: HttpRequest
    watch: Stopwatch
    remaining_in_runtime: float

    def deadline(self, total_seconds: float) -> Deadline:
        """The request's deadline, `total_seconds` after API Gateway took it."""
        return Deadline.of(
            monotonic_now=asyncio.get_running_loop().time(),
            total=total_seconds,
            already_spent=self.watch.seconds,
            remaining_in_runtime=self.remaining_in_runtime,
        )


type Route = Callable[[Invocation], Awaitable[dict[str, Any]]]
type Handler = Callable[[Mapping[str, Any], LambdaContext], dict[str, Any]]


@cache
def _runner() -> asyncio.Runner:
    """The container's event loop: clients that live in it are reused by the next invocation."""
    return asyncio.Runner()


class _Loaded:
    """What modules are made of stays until the process ends. A full round of the garbage collector would walk through all
    of it, the SDKs above all, and the slowest answers would wait for that."""

    def __init__(self) -> None:
        self._modules = 0

    def keep(self) -> None:
        """Keeps what is there out of the collector's rounds, whenever something new was imported."""
        if len(sys.modules) != self._modules:
            gc.freeze()
            self._modules = len(sys.modules)


_LOADED = _Loaded()


def on_loop(work: Awaitable[None]) -> None:
    """Awaits `work` on the container's event loop, before its first invocation."""
    _runner().run(_alone(work))


def http_function(route: Route) -> Handler:
    """Makes a Lambda handler of a route. Errors become the contract's envelopes; only a bug is a 500."""

    @wraps(route)
    def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        quiet_libraries()
        try:
            return _runner().run(_alone(_answer(route, event, context)))
        finally:
            flush_metrics()
            _LOADED.keep()

    return handler


async def _answer(route: Route, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        request = HttpRequest.from_payload(event)
        logger().set_correlation_id(request.request_id)
        spent = seconds_since_taken(request.taken_at_ms, time.time_ns() // 1_000_000)
        invocation = Invocation(request, Stopwatch(already_spent=spent), context.get_remaining_time_in_millis() / 1000)
        return await _within_runtime(route, invocation)
    except CallerError as error:
        return error_response(error)
    except Unavailable as error:
        SECRETS.doubt()
        logger().warning("a dependency failed", extra={"dependency": error.dependency, "reason": error.reason})
        return _failure(503, _UNAVAILABLE, "unavailable", {"retry-after": str(RETRY_AFTER_SECONDS)})
    except MisconfiguredError as error:
        logger().error("a setting is missing or wrong", extra={"variable": error.variable, "reason": str(error)})
        return _failure(500, f"서비스 설정이 잘못되었습니다({error.variable}).", "misconfigured", {})
    except ShopEventsError:
        SECRETS.doubt()
        logger().exception("the request failed")
        return _failure(500, _UNEXPECTED, "internal_error", {})
    except Exception:  # noqa: BLE001  # the last line of defence: the caller gets the envelope, we get the trace
        logger().exception("a bug")
        return _failure(500, _UNEXPECTED, "internal_error", {})


async def _within_runtime(route: Route, invocation: Invocation) -> dict[str, Any]:
    try:
        async with asyncio.timeout(max(0.0, invocation.remaining_in_runtime - _ANSWER_SECONDS)):
            return await route(invocation)
    except TimeoutError as error:
        raise OutOfTime("runtime") from error


def _failure(status: int, sentence: str, code: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return json_response(status, {"success": False, "error": sentence, "code": code, "details": []}, headers)


async def _alone[T](work: Awaitable[T]) -> T:
    """Awaits `work`, then ends every task it left behind, so that none is alive in the next invocation."""
    before = asyncio.all_tasks()
    try:
        await _renew_secrets()
        return await work
    finally:
        left = asyncio.all_tasks() - before
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _renew_secrets() -> None:
    """Looks every few minutes, and soon after a failure, whether a key was replaced, and wires the new one."""
    if SECRETS.is_due and await asyncio.to_thread(SECRETS.renew):
        logger().info("settings have changed")
        forget_wiring()


type BatchUseCase = Callable[[Sequence[Message]], Awaitable[Mapping[str, str]]]
type ScheduledWork = Callable[[Deadline], Awaitable[Mapping[str, Any]]]

# What a scheduled function keeps of its time to remember how far it came.
_SCHEDULE_MARGIN_SECONDS = 10.0


def queue_function(use_case: BatchUseCase) -> Callable[[Mapping[str, Any], LambdaContext], dict[str, Any]]:
    """Makes a Lambda handler, for an SQS queue with partial batch responses, of a use case that returns the ids of
    the messages that failed, each with its reason."""

    @wraps(use_case)
    def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        quiet_libraries()
        logger().set_correlation_id(context.aws_request_id)
        try:
            return _runner().run(_alone(consume_batch(event, _logged(use_case))))
        finally:
            flush_metrics()

    return handler


def _logged(use_case: BatchUseCase) -> BatchUseCase:
    """Leads from the requests that caused the messages to this batch, and tells how it went."""

    async def consume(messages: Sequence[Message]) -> Mapping[str, str]:
        failed = await use_case(messages)
        caused_by = sorted({message.correlation_id for message in messages})
        counts = {"messages": len(messages), "failed": len(failed)}
        logger().info("batch consumed", extra={**counts, "correlation_ids": caused_by})
        return failed

    return consume


def scheduled_function(work: ScheduledWork) -> Callable[[Mapping[str, Any], LambdaContext], dict[str, Any]]:
    """Makes a Lambda handler, for EventBridge Scheduler, of work that stops in time and tells what it did. What it
    raises reaches the scheduler, which tries again and then keeps the event among the dead letters."""

    @wraps(work)
    def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        quiet_libraries()
        logger().set_correlation_id(context.aws_request_id)
        try:
            done = dict(_runner().run(_alone(_in_time(work, context))))
        finally:
            flush_metrics()
        logger().info("scheduled work done", extra={"done": done})
        return done

    return handler


async def _in_time(work: ScheduledWork, context: LambdaContext) -> Mapping[str, Any]:
    remaining = context.get_remaining_time_in_millis() / 1000
    margin = min(_SCHEDULE_MARGIN_SECONDS, remaining / 4)
    try:
        return await work(Deadline(asyncio.get_running_loop().time() + remaining - margin))
    except DependencyError:
        SECRETS.doubt()
        raise
