"""Wiring of the crawlers: real sources where their keys are given, recorded replies on a developer's machine."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from shopevents.adapters.aws_client import AwsClient
from shopevents.adapters.crawl_progress.postgres import PostgresCrawlProgress
from shopevents.adapters.database.connection import Database
from shopevents.adapters.hashtag_ledger.postgres import PostgresHashtagLedger
from shopevents.adapters.raw_documents.catalogued import CataloguedDocuments, Objects
from shopevents.adapters.raw_documents.folder import FolderObjects
from shopevents.adapters.raw_documents.s3 import S3Objects
from shopevents.adapters.sources import live, replay
from shopevents.adapters.sources.naver import NaverApi
from shopevents.bootstrap.knowledge import database, message_queue
from shopevents.domain.errors import MisconfiguredError
from shopevents.ports.crawl_progress import CrawlProgress
from shopevents.ports.document_sources import DocumentSource, HashtagSource
from shopevents.ports.hashtag_ledger import HashtagLedger
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.raw_documents import RawDocuments
from shopevents.settings.backends import DocumentSettings
from shopevents.settings.functions import CrawlSettings

_RECORDED_ACCOUNT = "recorded"


@cache
def crawl_settings() -> CrawlSettings:
    """The environment. Raises MisconfiguredError."""
    return CrawlSettings()


@cache
def stores() -> DocumentSource:
    """The store register."""
    keys = crawl_settings().sources
    return _live_or_recorded(
        keys.semas_service_key,
        lambda key: live.live_stores(key, keys.semas_base_url),
        replay.replayed_stores,
        "SEMAS_SERVICE_KEY",
    )


@cache
def statistics() -> DocumentSource:
    """KOSIS."""
    keys = crawl_settings().sources
    return _live_or_recorded(
        keys.kosis_api_key,
        lambda key: live.live_statistics(key, keys.kosis_base_url),
        replay.replayed_statistics,
        "KOSIS_API_KEY",
    )


@cache
def seoul_sales() -> DocumentSource | None:
    """Seoul's sales, an extra that a deployment can do without."""
    settings = crawl_settings()
    key = settings.sources.seoul_api_key
    if key is not None:
        return live.live_seoul(key.get_secret_value(), settings.sources.seoul_base_url)
    return replay.replayed_seoul() if settings.stage.is_local else None


@cache
def blogs() -> DocumentSource:
    """NAVER's blog search."""
    settings = crawl_settings()
    pair = settings.sources.naver
    if pair is not None:
        return live.live_blogs(*pair, NaverApi(settings.sources.naver_api), settings.sources.naver_base_url)
    return _recorded(replay.replayed_blogs, "NAVER_CLIENT_ID")


@cache
def hashtags() -> HashtagSource:
    """Instagram."""
    sources = crawl_settings().sources
    if sources.instagram is not None:
        return live.live_hashtags(*sources.instagram, sources.instagram_base_url, sources.instagram_api_version)
    return _recorded(replay.replayed_hashtags, "INSTAGRAM_ACCESS_TOKEN")


@cache
def hashtag_ledger() -> HashtagLedger:
    """Which hashtags the account has asked for in the last seven days."""
    pair = crawl_settings().sources.instagram
    return PostgresHashtagLedger(_rows(), pair[1] if pair else _RECORDED_ACCOUNT)


@cache
def raw_documents() -> RawDocuments:
    """Pages as received, with their rows."""
    return CataloguedDocuments(_objects(crawl_settings().documents), _rows())


@cache
def crawl_progress() -> CrawlProgress:
    """How far each crawl came."""
    return PostgresCrawlProgress(_rows())


@cache
def crawl_queue() -> MessageQueue:
    """Where new pages are announced."""
    return message_queue(crawl_settings().queues)


def _objects(documents: DocumentSettings) -> Objects:
    if documents.raw_documents_bucket is not None:
        return S3Objects(AwsClient("s3"), documents.raw_documents_bucket)
    if documents.raw_documents_folder is not None:
        return FolderObjects(Path(documents.raw_documents_folder))
    raise MisconfiguredError("RAW_DOCUMENTS_BUCKET", "crawlers need a place for what they fetch")


def _rows() -> Database:
    return database(crawl_settings().database.needed_url)


def _live_or_recorded(
    key: SecretStr | None,
    make_live: Callable[[str], DocumentSource],
    make_recorded: Callable[[], DocumentSource],
    variable: str,
) -> DocumentSource:
    return make_live(key.get_secret_value()) if key else _recorded(make_recorded, variable)


def _recorded[Source](make_recorded: Callable[[], Source], variable: str) -> Source:
    """Recorded replies, which only a developer's machine may take for real ones."""
    if crawl_settings().stage.is_local:
        return make_recorded()
    raise MisconfiguredError(variable, f"needed in stage {crawl_settings().stage.stage}")
