"""Reads from `template.yaml` what starts functions beside HTTP: queues with their event sources, and schedules."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.intrinsics import Scope, resolve
from local.processes import LocalError
from local.queues import Redrive
from local.template import read_document

# SQS's and Lambda's own defaults, where the template says nothing.
_VISIBILITY_SECONDS = 30
_BATCH_SIZE = 10
_AT_ONCE = 5
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Queue:
    """An AWS::SQS::Queue. `name` is what the product calls it: `embed_events` for EmbedEventsQueue."""

    name: str
    visibility_seconds: float
    redrive: Redrive | None


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """A queue whose messages start a function, in batches of at most `batch_size`, `at_once` of them side by side.

    `partial` is ReportBatchItemFailures: the function names the messages that failed. Without it a batch succeeds or
    fails as a whole.
    """

    function: str
    queue: Queue
    batch_size: int
    at_once: int
    partial: bool


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A schedule that starts a function. `expression` is EventBridge's, `payload` its Input (None: the default)."""

    name: str
    function: str
    expression: str
    timezone: str
    payload: Any


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """Everything that starts functions by itself."""

    sources: tuple[EventSource, ...]
    schedules: tuple[Schedule, ...]


def read_wiring(path: Path, parameters: Mapping[str, str] | None = None) -> Wiring:
    """The event sources and schedules of the template at `path` that are switched on. Raises LocalError."""
    document = read_document(path)
    plain = Scope.of(document, parameters or {})
    resources = {
        name: resource
        for name, resource in document.get("Resources", {}).items()
        if plain.holds(resource.get("Condition"))
    }
    scope = Scope(plain.parameters, plain.conditions, plain.mappings, frozenset(resources))
    known = {name: {**each, "Properties": _properties(each, scope)} for name, each in resources.items()}
    queues = {name: _queue(name, each["Properties"]) for name, each in _of_type(known, "AWS::SQS::Queue").items()}
    sources, schedules = [], _scheduler_resources(known)
    for function, resource in _of_type(known, "AWS::Serverless::Function").items():
        for name, trigger in resource["Properties"].get("Events", {}).items():
            match trigger["Type"], trigger.get("Properties", {}):
                case "SQS", properties if properties.get("Enabled") is not False:
                    sources.append(_source(function, properties, queues))
                case "Schedule" | "ScheduleV2", properties if _is_on(properties):
                    schedules.append(_schedule(name, function, properties))
    return Wiring(sources=tuple(sources), schedules=tuple(schedules))


def queue_name(logical_id: str) -> str:
    """`embed_events` for EmbedEventsQueue: the names that `Outgoing.queue` has."""
    return _WORDS.sub("_", logical_id.removesuffix("Queue")).lower()


def _properties(resource: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    wanted = {"AWS::SQS::Queue", "AWS::Serverless::Function", "AWS::Scheduler::Schedule"}
    if resource.get("Type") not in wanted:
        return {}
    properties: dict[str, Any] = resolve(resource.get("Properties", {}), scope)
    return properties


def _of_type(resources: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in resources.items() if resource.get("Type") == kind}


def _queue(logical_id: str, properties: Mapping[str, Any]) -> Queue:
    redrive = properties.get("RedrivePolicy")
    return Queue(
        name=queue_name(logical_id),
        visibility_seconds=float(properties.get("VisibilityTimeout", _VISIBILITY_SECONDS)),
        redrive=redrive and Redrive(queue_name(redrive["deadLetterTargetArn"]), int(redrive["maxReceiveCount"])),
    )


def _source(function: str, properties: Mapping[str, Any], queues: Mapping[str, Queue]) -> EventSource:
    queue = queues.get(properties["Queue"])
    if queue is None:
        raise LocalError(f"The template's {function} listens to a queue that the template does not hold.")
    scaling = properties.get("ScalingConfig", {})
    return EventSource(
        function=function,
        queue=queue,
        batch_size=int(properties.get("BatchSize", _BATCH_SIZE)),
        at_once=int(scaling.get("MaximumConcurrency", _AT_ONCE)),
        partial="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ()),
    )


def _is_on(properties: Mapping[str, Any]) -> bool:
    return properties.get("State", "ENABLED") == "ENABLED" and properties.get("Enabled") is not False


def _schedule(name: str, function: str, properties: Mapping[str, Any]) -> Schedule:
    """A function's own event: ScheduleV2 (EventBridge Scheduler), or Schedule (a rule, which counts in UTC)."""
    return Schedule(
        name=name,
        function=function,
        expression=str(properties.get("ScheduleExpression") or properties["Schedule"]),
        timezone=str(properties.get("ScheduleExpressionTimezone", "UTC")),
        payload=_payload(name, properties.get("Input")),
    )


def _scheduler_resources(resources: Mapping[str, Any]) -> list[Schedule]:
    """Schedules that stand as resources of their own and start one of our functions."""
    schedules = []
    for name, resource in _of_type(resources, "AWS::Scheduler::Schedule").items():
        properties, target = resource["Properties"], resource["Properties"]["Target"]
        function = target.get("Arn")
        if _is_on(properties) and function in _of_type(resources, "AWS::Serverless::Function"):
            schedules.append(_schedule(name, function, {**properties, "Input": target.get("Input")}))
    return schedules


def _payload(name: str, given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError as error:
        raise LocalError(f"The Input of the template's schedule {name} is not JSON: {error}.") from error
