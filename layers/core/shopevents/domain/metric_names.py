"""The one table of metric names: functions emit them, the dashboard and the alarms read them."""

from enum import StrEnum


class MetricName(StrEnum):
    """CloudWatch metrics in the namespace ShopEvents. Rates are averages of 0-or-1 values."""

    DURATION = "ai.recommendation.duration"  # ms, from API Gateway to our answer
    SLOW = "ai.recommendation.slow"  # 1 when it took longer than the promise
    SUCCESS = "ai.recommendation.success"  # 1 when six plans were answered
    DEGRADED = "ai.recommendation.degraded"  # 1 when Claude did not write all of it
    CACHE_HIT = "ai.recommendation.cache_hit"  # 1 for a cached result
    CASES_CACHE_HIT = "ai.recommendation.cases_cache_hit"  # 1 when the similar cases were cached
    TRENDS_CACHE_HIT = "ai.recommendation.trends_cache_hit"  # 1 when the trends were cached
    RATE_LIMITED = "ai.recommendation.rate_limited"  # 1 when a limit of ours made the catalog answer
    REGENERATED = "ai.recommendation.regenerated"  # 1 when an owner asked again for other plans
    COST = "ai.recommendation.cost_usd"  # USD
    INPUT_TOKENS = "ai.recommendation.input_tokens"
    OUTPUT_TOKENS = "ai.recommendation.output_tokens"
    PLANS_BY_CLAUDE = "ai.recommendation.plans.claude"
    PLANS_STALE = "ai.recommendation.plans.stale"
    PLANS_BY_CATALOG = "ai.recommendation.plans.catalog"
    FAILURES = "ai.recommendation.dependency_failures"
    # Every hour, over the last four weeks, by `report_quality`. Rates and errors are shares (0 to 1).
    QUALITY_CACHE_HIT_RATE = "quality.cache_hit_rate"
    QUALITY_SUCCESS_RATE = "quality.success_rate"
    QUALITY_SELECTION_RATE = "quality.selection_rate"
    QUALITY_REGENERATION_RATE = "quality.regeneration_rate"
    QUALITY_ROI_ERROR = "quality.roi_error_median"
    QUALITY_ROI_WITHIN_TARGET = "quality.roi_within_target"
    # After every run of a crawler, with the dimension `source`.
    CRAWL_RUNS = "crawl.runs"
    CRAWL_PAGES = "crawl.pages"
    CRAWL_RECORDS = "crawl.records"
    CRAWL_ALARMS = "crawl.alarms"  # findings that need a person, such as an expired token
    ACCESS_DAYS_LEFT = "crawl.token_days_left"  # until the day of INSTAGRAM_TOKEN_EXPIRES_ON, where that is given
    # Every minute by `relay_outbox`, every hour by `report_quality`.
    SPENT_TODAY = "ai.claude.spent_today_usd"  # USD settled and set aside today (Asia/Seoul)


# The promise to an owner, in seconds; an answer that took longer is slow.
PROMISED_SECONDS = 10.0
