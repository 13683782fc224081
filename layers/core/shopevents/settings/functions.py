"""What each function reads, validated before its first request. Outside STAGE=local every backend that a function
needs has to be there."""

from dataclasses import dataclass

from shopevents.domain.errors import MisconfiguredError
from shopevents.settings.backends import (
    BusinessNumberSettings,
    ClaudeSettings,
    DocumentSettings,
    LimitSettings,
    OpenAISettings,
    PineconeSettings,
    QueueSettings,
    RedisSettings,
    StageSettings,
)
from shopevents.settings.database import DatabaseSettings
from shopevents.settings.environment import group
from shopevents.settings.sources import SourceSettings


@dataclass(frozen=True, slots=True)
class RecommendSettings:
    """Everything that `recommend` reads."""

    stage: StageSettings = group(StageSettings)
    claude: ClaudeSettings = group(ClaudeSettings)
    openai: OpenAISettings = group(OpenAISettings)
    pinecone: PineconeSettings = group(PineconeSettings)
    redis: RedisSettings = group(RedisSettings)
    database: DatabaseSettings = group(DatabaseSettings)
    limits: LimitSettings = group(LimitSettings)
    queues: QueueSettings = group(QueueSettings)

    def __post_init__(self) -> None:
        """Fails at start for what is half given, and outside local for what is missing."""
        given = {
            "CLAUDE_API_KEY": self.claude.is_given,
            "OPENAI_API_KEY": self.openai.is_given,
            "PINECONE_API_KEY": self.pinecone.is_given,
            "REDIS_URL": self.redis.url is not None,
            "DATABASE_URL": self.database.url is not None,
            "RECORD_RECOMMENDATIONS_QUEUE_URL": "record_recommendations" in self.queues.queue_urls,
        }
        missing = [name for name, is_given in given.items() if not is_given]
        if missing and not self.stage.is_local:
            raise MisconfiguredError(missing[0], f"needed in stage {self.stage.stage}")


@dataclass(frozen=True, slots=True)
class ManageShopSettings:
    """Everything that `manage_shop` reads."""

    stage: StageSettings = group(StageSettings)
    redis: RedisSettings = group(RedisSettings)
    database: DatabaseSettings = group(DatabaseSettings)
    queues: QueueSettings = group(QueueSettings)
    limits: LimitSettings = group(LimitSettings)
    business_numbers: BusinessNumberSettings = group(BusinessNumberSettings)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Everything that the functions behind queues and schedules read: those that keep rows and vectors."""

    stage: StageSettings = group(StageSettings)
    claude: ClaudeSettings = group(ClaudeSettings)
    openai: OpenAISettings = group(OpenAISettings)
    pinecone: PineconeSettings = group(PineconeSettings)
    redis: RedisSettings = group(RedisSettings)
    database: DatabaseSettings = group(DatabaseSettings)
    queues: QueueSettings = group(QueueSettings)


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """Everything that the crawlers read."""

    stage: StageSettings = group(StageSettings)
    sources: SourceSettings = group(SourceSettings)
    documents: DocumentSettings = group(DocumentSettings)
    database: DatabaseSettings = group(DatabaseSettings)
    queues: QueueSettings = group(QueueSettings)


@dataclass(frozen=True, slots=True)
class CurateSettings:
    """What `curate_documents` reads beyond what the crawlers do: without Claude it extracts by rules."""

    claude: ClaudeSettings = group(ClaudeSettings)
    redis: RedisSettings = group(RedisSettings)
