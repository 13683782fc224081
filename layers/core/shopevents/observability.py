"""One logger, one place for metrics: JSON lines and EMF on standard output, as Lambda ships them."""

import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pydantic_core import to_json

from shopevents.domain.answers import Answer
from shopevents.domain.errors import DependencyError
from shopevents.domain.metric_names import PROMISED_SECONDS, MetricName
from shopevents.domain.redaction import redact
from shopevents.domain.vocabulary import AnswerSource, PlanSource, Slot
from shopevents.settings.aws_secrets import SECRETS

if TYPE_CHECKING:
    from datetime import date

    from shopevents.domain.crawls import CrawlReport
    from shopevents.domain.quality import QualityReport

# Where POWERTOOLS_METRICS_NAMESPACE does not say otherwise, as it does for each stage.
METRICS_NAMESPACE = "ShopEvents"


def _serialise(line: Mapping[str, Any]) -> str:
    """A log line as JSON, without what must not be logged, whoever put it there."""
    return redact(to_json(line, fallback=str).decode("utf-8"))


@cache
def logger() -> Logger:
    """The product's logger; its service name is the function's (POWERTOOLS_SERVICE_NAME)."""
    return Logger(json_serializer=_serialise, log_uncaught_exceptions=False, use_rfc3339=True)


@cache
def metrics() -> Metrics:
    """The product's metrics, flushed as one EMF line per invocation."""
    return Metrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", METRICS_NAMESPACE))


def flush_metrics() -> None:
    """Writes the invocation's metrics, if it had any."""
    if metrics().provider.metric_set:
        metrics().flush_metrics()


@cache
def adopt_standard_logging() -> None:
    """In a function's process, lines of the standard `logging` take the product's form too, and pass its redaction:
    Lambda's own handler knows neither."""
    if "_HANDLER" not in os.environ:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logger().registered_formatter)
    handler.addFilter(lambda record: record.name != logger().name)
    logging.getLogger().handlers = [handler]


def quiet_libraries() -> None:
    """Vendors' libraries log request bodies and URLs at INFO and below; they speak at WARNING here. Setting a level
    empties every logger's cache (0.4 ms each time), so that it is only set where it is another one."""
    adopt_standard_logging()
    for name in ("anthropic", "openai", "httpx", "httpx2", "httpcore2", "pinecone", "botocore", "urllib3"):
        library = logging.getLogger(name)
        if library.level != logging.WARNING:
            library.setLevel(logging.WARNING)


def report_recommendation(answer: Answer, failures: Sequence[Exception]) -> None:
    """One log line and one set of metrics for an answer; every failure on the way with its own line."""
    for failure in failures:
        _report_failure(failure)
    metering = answer.metering
    logger().info(
        "recommendation answered",
        extra={
            "recommendation_id": answer.recommendation_id,
            "purpose": answer.question.purpose,
            "industry": answer.question.trade.category,
            "trade_code": answer.question.trade.code,
            "city": answer.question.region.city,
            "district": answer.question.region.district,
            "source": answer.source,
            "plan_sources": {plan.slot: plan.source for plan in answer.plan_set.plans},
            "prompt_variant": answer.prompt_variant,
            "metering": metering.model_dump(),
        },
    )
    for name, unit, value in _measurements(answer, len(failures)):
        metrics().add_metric(name=name, unit=unit, value=value)


def _report_failure(failure: Exception) -> None:
    if isinstance(failure, DependencyError):
        SECRETS.doubt()
        logger().warning("a dependency failed", extra={"dependency": failure.dependency, "reason": failure.reason})
    else:
        logger().error("a bug on the way to an answer", exc_info=failure)


def report_figures(report: "QualityReport", *, spent_usd: float) -> dict[str, float]:
    """The overall figures of a quality report as metrics; what has no observation is left out. Returns them."""
    asked, measured = report.overall.recommendations, report.overall.predictions
    found: dict[MetricName, float | None] = {MetricName.SPENT_TODAY: spent_usd}
    if asked:
        found[MetricName.QUALITY_CACHE_HIT_RATE] = asked.cache_hit_rate
        found[MetricName.QUALITY_SUCCESS_RATE] = asked.success_rate
        found[MetricName.QUALITY_SELECTION_RATE] = asked.selection_rate
        found[MetricName.QUALITY_REGENERATION_RATE] = asked.regeneration_rate
    if measured:
        found[MetricName.QUALITY_ROI_ERROR] = measured.roi_error_median
        found[MetricName.QUALITY_ROI_WITHIN_TARGET] = measured.roi_within_target
    figures = {name.value: value for name, value in found.items() if value is not None}
    for name, value in figures.items():
        metrics().add_metric(name=name, unit=MetricUnit.NoUnit, value=value)
    return figures


def report_spending(spent_usd: float) -> None:
    """What Claude has cost today, while there is time to do something about it."""
    metrics().add_metric(name=MetricName.SPENT_TODAY, unit=MetricUnit.NoUnit, value=spent_usd)


def report_token(expires_on: "date | None", today: "date") -> None:
    """How many days a token is still good for, where that is known."""
    if expires_on is not None:
        days = (expires_on - today).days
        metrics().add_metric(name=MetricName.ACCESS_DAYS_LEFT, unit=MetricUnit.Count, value=days)
        flush_metrics()  # before a dimension is added that is the crawl's alone


def report_crawl(report: "CrawlReport") -> dict[str, Any]:
    """A crawler's run as metrics of its source, an error line for each finding that needs a person, and a summary."""
    metrics().add_dimension(name="source", value=report.source)
    for name, value in (
        (MetricName.CRAWL_RUNS, 1),
        (MetricName.CRAWL_PAGES, report.pages),
        (MetricName.CRAWL_RECORDS, report.records),
        (MetricName.CRAWL_ALARMS, len(report.alarms)),
    ):
        metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
    for alarm in report.alarms:
        logger().error("a source needs a person", extra={"source": report.source, "finding": alarm})
    flush_metrics()  # the dimension is this source's alone
    return {**asdict(report), "day": report.day.isoformat(), "done": report.done}


def _measurements(answer: Answer, failures: int) -> Iterator[tuple[MetricName, MetricUnit, float]]:
    metering = answer.metering
    sources = Counter(plan.source for plan in answer.plan_set.plans)
    yield MetricName.DURATION, MetricUnit.Milliseconds, metering.seconds * 1000
    for name, value in (
        (MetricName.SLOW, metering.seconds > PROMISED_SECONDS),
        (MetricName.SUCCESS, len(answer.plan_set.plans) == len(Slot)),
        (MetricName.DEGRADED, answer.source is not AnswerSource.CLAUDE),
        (MetricName.CACHE_HIT, metering.cache_hit),
        (MetricName.CASES_CACHE_HIT, "cases" in metering.cached_parts),
        (MetricName.TRENDS_CACHE_HIT, "trends" in metering.cached_parts),
        (MetricName.RATE_LIMITED, metering.rate_limited),
        (MetricName.REGENERATED, answer.question.regenerates),
        (MetricName.INPUT_TOKENS, metering.usage.input_tokens),
        (MetricName.OUTPUT_TOKENS, metering.usage.output_tokens),
        (MetricName.PLANS_BY_CLAUDE, sources[PlanSource.CLAUDE]),
        (MetricName.PLANS_STALE, sources[PlanSource.STALE]),
        (MetricName.PLANS_BY_CATALOG, sources[PlanSource.CATALOG]),
        (MetricName.FAILURES, failures),
    ):
        yield name, MetricUnit.Count, float(value)
    yield MetricName.COST, MetricUnit.NoUnit, metering.cost_usd
