"""Wiring of `curate_documents`."""

from functools import cache

from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.case_outliers.postgres import PostgresCaseOutliers
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.adapters.statistics_store.postgres import PostgresStatisticsStore
from shopevents.bootstrap.crawlers import crawl_settings, raw_documents
from shopevents.bootstrap.knowledge import database
from shopevents.bootstrap.shared_state import system_clock
from shopevents.use_cases.curate_documents import Curation


@cache
def curation() -> Curation:
    """What curation works with. Raises MisconfiguredError."""
    rows = database(crawl_settings().database.needed_url)
    return Curation(
        documents=raw_documents(),
        extractor=RuleExtractor(),
        intake=PostgresCaseIntake(rows),
        quarantine=PostgresQuarantine(rows),
        outliers=PostgresCaseOutliers(rows),
        statistics=PostgresStatisticsStore(rows),
        clock=system_clock(),
    )
