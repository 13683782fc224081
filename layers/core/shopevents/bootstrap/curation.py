"""Wiring of `curate_documents`."""

from functools import cache

from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.case_outliers.postgres import PostgresCaseOutliers
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.adapters.statistics_store.postgres import PostgresStatisticsStore
from shopevents.bootstrap.crawlers import crawl_settings, raw_documents
from shopevents.bootstrap.knowledge import database
from shopevents.bootstrap.shared_state import guards, system_clock
from shopevents.ports.event_extractor import EventExtractor
from shopevents.settings.functions import CurateSettings
from shopevents.use_cases.curate_documents import Curation

_LEDGER = "curate"
# Nobody waits for the answer: it comes in one piece, after all of it is written.
_READ_SECONDS = 40.0


@cache
def curation() -> Curation:
    """What curation works with. Raises MisconfiguredError."""
    rows = database(crawl_settings().database.needed_url)
    return Curation(
        documents=raw_documents(),
        extractor=_extractor(CurateSettings()),
        intake=PostgresCaseIntake(rows),
        quarantine=PostgresQuarantine(rows),
        outliers=PostgresCaseOutliers(rows),
        statistics=PostgresStatisticsStore(rows),
        clock=system_clock(),
    )


def _extractor(settings: CurateSettings) -> EventExtractor:
    """Claude where it is given, within a budget of its own; else rules."""
    claude, rules = settings.claude, RuleExtractor()
    if not claude.is_given:
        return rules
    from shopevents.adapters.claude_client import ClaudeAccess
    from shopevents.adapters.event_extractor.claude import ClaudeExtractor

    access = ClaudeAccess(
        api_key=claude.claude_api_key.get_secret_value() if claude.claude_api_key else None,
        model=claude.claude_model,
        provider=claude.claude_provider,
        base_url=claude.claude_base_url,
        aws_region=claude.claude_bedrock_region,
        read_seconds=_READ_SECONDS,
    )
    ledger = guards(settings.redis, claude, name=_LEDGER, daily_usd=claude.curate_daily_usd).ledger
    return ClaudeExtractor(access, ledger=ledger, otherwise=rules)
