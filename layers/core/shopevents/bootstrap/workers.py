"""Wiring of the functions behind queues and schedules that keep rows and vectors."""

from functools import cache

from shopevents.adapters.case_outliers.postgres import PostgresCaseOutliers
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.database.connection import Database
from shopevents.adapters.observed_results.postgres import PostgresObservedResults
from shopevents.adapters.outbox.postgres import PostgresOutbox
from shopevents.adapters.performances.postgres import PostgresPerformances
from shopevents.adapters.quality_figures.postgres import PostgresQualityFigures
from shopevents.adapters.recommendations.postgres import PostgresRecommendations
from shopevents.bootstrap.embedders import embedder
from shopevents.bootstrap.knowledge import database, message_queue, vector_index
from shopevents.bootstrap.shared_state import CLAUDE, SharedState, guards, shared_state
from shopevents.ports.case_outliers import CaseOutliers
from shopevents.ports.observed_results import ObservedResults
from shopevents.ports.performances import Performances
from shopevents.ports.quality_figures import QualityFigures
from shopevents.ports.recommendations import Recommendations
from shopevents.ports.spend_ledger import SpendLedger
from shopevents.settings.functions import WorkerSettings
from shopevents.use_cases.embed_events import Indexer
from shopevents.use_cases.publish import Publisher

# A statement of the quality report, of which the schedule makes three in two minutes.
_REPORT_SECONDS = 35.0


@cache
def worker_settings() -> WorkerSettings:
    """The environment. Raises MisconfiguredError."""
    return WorkerSettings()


@cache
def indexer() -> Indexer:
    """What brings a case into the index."""
    settings = worker_settings()
    embeds = embedder(settings.openai, settings.pinecone, settings.database)
    return Indexer(PostgresCases(_rows()), embeds, vector_index(settings.pinecone, settings.database, embeds))


@cache
def recommendations() -> Recommendations:
    """The full records of answers."""
    return PostgresRecommendations(_rows())


@cache
def performances() -> Performances:
    """What owners reported."""
    return PostgresPerformances(_rows())


@cache
def publisher() -> Publisher:
    """The outbox and its queues."""
    return Publisher(PostgresOutbox(_rows()), message_queue(worker_settings().queues))


@cache
def case_outliers() -> CaseOutliers:
    """Marks the results that stand apart."""
    return PostgresCaseOutliers(_rows())


@cache
def observed_results() -> ObservedResults:
    """Measured events to learn from."""
    return PostgresObservedResults(_rows())


@cache
def quality_figures() -> QualityFigures:
    """What the quality report computes."""
    return PostgresQualityFigures(_rows(), seconds=_REPORT_SECONDS)


@cache
def ledger() -> SpendLedger:
    """What Claude has cost today."""
    settings = worker_settings()
    return guards(settings.redis, settings.claude, name=CLAUDE, daily_usd=settings.claude.claude_daily_usd).ledger


def state() -> SharedState:
    """What is shared through Redis."""
    return shared_state(worker_settings().redis)


def _rows() -> Database:
    return database(worker_settings().database.needed_url)
