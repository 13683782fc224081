"""The environment as typed models, one per function. Read and validated once, before the first request.

A backend is used as soon as its settings are there. A half-given set raises MisconfiguredError with the
name of the missing variable; nothing falls back in silence. Outside STAGE=local every backend that a
function needs has to be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shopevents.domain.errors import MisconfiguredError


class Stage(StrEnum):
    """Where we run. Only `local` accepts local identities and embedded backends."""

    LOCAL = "local"
    DEV = "dev"
    PROD = "prod"


def _blank_is_absent(value: object) -> object:
    """CloudFormation and `.env` files give "" for a setting that is not set."""
    return None if isinstance(value, str) and not value.strip() else value


OptionalText = Annotated[str | None, BeforeValidator(_blank_is_absent)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_blank_is_absent)]


class _EnvironmentModel(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)


class StageSettings(_EnvironmentModel):
    """Which stage this is (`STAGE`)."""

    stage: Stage = Stage.LOCAL

    @property
    def is_local(self) -> bool:
        """Whether embedded and in-memory backends may serve."""
        return self.stage is Stage.LOCAL


class ClaudeSettings(_EnvironmentModel):
    """Claude, by the Anthropic API or by Bedrock."""

    claude_api_key: OptionalSecret = None
    claude_base_url: OptionalText = None
    claude_model: str = "claude-haiku-5-5"
    claude_provider: Literal["anthropic", "bedrock"] = "anthropic"
    claude_bedrock_region: str = Field(default="ap-northeast-2")
    claude_seconds: float = Field(default=8.0, gt=0)
    claude_calls_per_minute: int = Field(default=50, ge=1)
    claude_daily_usd: float = Field(default=5.0, ge=0)
    breaker_failures: int = Field(default=5, ge=1)
    breaker_seconds: float = Field(default=30.0, gt=0)
    prompt_variant: str = "default"

    @property
    def is_given(self) -> bool:
        """Whether Claude is to be called. Raises MisconfiguredError for a half-given set."""
        if self.claude_provider == "bedrock":
            return True
        if self.claude_base_url and not self.claude_api_key:
            raise MisconfiguredError("CLAUDE_API_KEY", "CLAUDE_BASE_URL is set, but the key is missing")
        return self.claude_api_key is not None


class OpenAISettings(_EnvironmentModel):
    """OpenAI, for embeddings. `OPENAI_BASE_URL` includes `/v1`, as the SDK expects it."""

    openai_api_key: OptionalSecret = None
    openai_base_url: OptionalText = None

    @property
    def is_given(self) -> bool:
        """Whether OpenAI embeds. Raises MisconfiguredError for a half-given set."""
        if self.openai_base_url and not self.openai_api_key:
            raise MisconfiguredError("OPENAI_API_KEY", "OPENAI_BASE_URL is set, but the key is missing")
        return self.openai_api_key is not None


class PineconeSettings(_EnvironmentModel):
    """Pinecone. Without `PINECONE_HOST` the index's host is looked up by name, at the price of a request;
    `PINECONE_BASE_URL` is the control plane for that."""

    pinecone_api_key: OptionalSecret = None
    pinecone_index: str = "kt-event-recommendations"
    pinecone_host: OptionalText = None
    pinecone_base_url: OptionalText = None

    @property
    def is_given(self) -> bool:
        """Whether Pinecone is the vector index. Raises MisconfiguredError for a half-given set."""
        if (self.pinecone_host or self.pinecone_base_url) and not self.pinecone_api_key:
            raise MisconfiguredError("PINECONE_API_KEY", "PINECONE_HOST is set, but the key is missing")
        return self.pinecone_api_key is not None


class RedisSettings(_EnvironmentModel):
    """Redis, single (`redis://`, `rediss://`) or a cluster (`redis+cluster://`, `rediss+cluster://`)."""

    redis_url: OptionalSecret = None
    redis_host: OptionalText = None
    redis_port: int = 6379
    redis_password: OptionalSecret = None
    redis_timeout_seconds: float = Field(default=0.5, gt=0)

    @property
    def url(self) -> str | None:
        """The connection's URL, None where no Redis is given. Raises MisconfiguredError for a half-given set.

        `REDIS_HOST` with a password means ElastiCache with TLS; `REDIS_URL` says it all itself.
        """
        if self.redis_url:
            return self.redis_url.get_secret_value()
        if self.redis_host is None:
            if self.redis_password:
                raise MisconfiguredError("REDIS_HOST", "REDIS_PASSWORD is set, but the host is missing")
            return None
        if self.redis_password is None:
            return f"redis://{self.redis_host}:{self.redis_port}/0"
        return f"rediss://:{self.redis_password.get_secret_value()}@{self.redis_host}:{self.redis_port}/0"


class DatabaseSettings(_EnvironmentModel):
    """PostgreSQL, by `DATABASE_URL` or by its parts."""

    database_url: OptionalSecret = None
    db_host: OptionalText = None
    db_port: int = 5432
    db_name: OptionalText = None
    db_user: OptionalText = None
    db_password: OptionalSecret = None

    @property
    def url(self) -> str | None:
        """A libpq connection string, None where no database is given. Raises MisconfiguredError when half given."""
        if self.database_url:
            return self.database_url.get_secret_value()
        parts = {
            "DB_HOST": self.db_host,
            "DB_NAME": self.db_name,
            "DB_USER": self.db_user,
            "DB_PASSWORD": self.db_password.get_secret_value() if self.db_password else None,
        }
        missing = [name for name, value in parts.items() if value is None]
        if len(missing) == len(parts):
            return None
        if missing:
            raise MisconfiguredError(missing[0], "the other DB_… settings are given, but this one is missing")
        names = ("host", "dbname", "user", "password")
        fields = dict(zip(names, parts.values(), strict=True)) | {"port": str(self.db_port)}
        return " ".join(f"{name}='{_quoted(value)}'" for name, value in fields.items() if value is not None)

    @property
    def needed_url(self) -> str:
        """The same for who can't work without. Raises MisconfiguredError where no database is given."""
        if self.url is None:
            raise MisconfiguredError("DATABASE_URL", "this function needs a database")
        return self.url


def _quoted(value: str) -> str:
    """A value of a libpq connection string, between quotes."""
    return value.replace("\\", "\\\\").replace("'", "\\'")


class LimitSettings(_EnvironmentModel):
    """Times and limits of the request path."""

    request_seconds: float = Field(default=9.5, gt=0, le=9.5)
    grounding_seconds: float = Field(default=1.5, gt=0)
    user_requests_per_minute: int = Field(default=30, ge=1)
    result_fresh_seconds: float = Field(default=15 * 60, gt=0)
    cases_fresh_seconds: float = Field(default=30 * 60, gt=0)
    trends_fresh_seconds: float = Field(default=60 * 60, gt=0)


class QueueSettings(_EnvironmentModel):
    """Where messages go: SQS (`…_QUEUE_URL` per queue), or the local stack's tables, or nowhere."""

    record_recommendations_queue_url: OptionalText = None
    embed_events_queue_url: OptionalText = None
    record_performance_queue_url: OptionalText = None
    curate_documents_queue_url: OptionalText = None
    local_queue_database_url: OptionalSecret = None

    @property
    def queue_urls(self) -> dict[str, str]:
        """SQS URLs by queue name."""
        urls = {
            "record_recommendations": self.record_recommendations_queue_url,
            "embed_events": self.embed_events_queue_url,
            "record_performance": self.record_performance_queue_url,
            "curate_documents": self.curate_documents_queue_url,
        }
        return {name: url for name, url in urls.items() if url is not None}


class SourceSettings(_EnvironmentModel):
    """Keys and hosts of the public sources. Each source is asked as soon as its keys are there."""

    semas_service_key: OptionalSecret = None
    semas_base_url: OptionalText = None
    kosis_api_key: OptionalSecret = None
    kosis_base_url: OptionalText = None
    seoul_api_key: OptionalSecret = None
    seoul_base_url: OptionalText = None
    naver_client_id: OptionalSecret = None
    naver_client_secret: OptionalSecret = None
    naver_api: Literal["hub", "legacy"] = "hub"
    naver_base_url: OptionalText = None
    instagram_access_token: OptionalSecret = None
    instagram_user_id: OptionalText = None
    instagram_api_version: OptionalText = None
    instagram_base_url: OptionalText = None

    @property
    def naver(self) -> tuple[str, str] | None:
        """NAVER's id and secret, None where neither is given. Raises MisconfiguredError for one without the other."""
        pair = {"NAVER_CLIENT_ID": self.naver_client_id, "NAVER_CLIENT_SECRET": self.naver_client_secret}
        values = _both(pair, {name: value.get_secret_value() for name, value in pair.items() if value})
        return (values[0], values[1]) if values else None

    @property
    def instagram(self) -> tuple[str, str] | None:
        """Instagram's token and account, None where neither is given. Raises MisconfiguredError for half of it."""
        token = self.instagram_access_token.get_secret_value() if self.instagram_access_token else None
        pair = {"INSTAGRAM_ACCESS_TOKEN": token, "INSTAGRAM_USER_ID": self.instagram_user_id}
        values = _both(pair, {name: value for name, value in pair.items() if value})
        return (values[0], values[1]) if values else None


def _both(wanted: Mapping[str, object], given: Mapping[str, str]) -> list[str] | None:
    """All values, or None where none is given. Raises MisconfiguredError that names the missing one."""
    if not given:
        return None
    for name in wanted:
        if name not in given:
            raise MisconfiguredError(name, f"{next(iter(given))} is set, but this one is missing")
    return list(given.values())


class DocumentSettings(_EnvironmentModel):
    """Where raw documents are kept: an S3 bucket, or a folder on a developer's machine."""

    raw_documents_bucket: OptionalText = None
    raw_documents_folder: OptionalText = None


class BusinessNumberSettings(_EnvironmentModel):
    """The key that business numbers are hashed with. Without it the same shop is not recognised again."""

    business_number_key: OptionalSecret = None

    def key(self, stage: StageSettings) -> SecretStr:
        """The key; locally a well-known one does. Raises MisconfiguredError elsewhere."""
        if self.business_number_key is not None:
            return self.business_number_key
        if stage.is_local:
            return SecretStr("local")
        raise MisconfiguredError("BUSINESS_NUMBER_KEY", f"needed in stage {stage.stage}")


def read[Model: _EnvironmentModel](model: type[Model]) -> Model:
    """The environment as `model`. Raises MisconfiguredError that names the first wrong variable."""
    try:
        return model()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = "_".join(str(part) for part in first["loc"]).upper()
        raise MisconfiguredError(variable, first["msg"]) from None


@dataclass(frozen=True, slots=True)
class RecommendSettings:
    """Everything that `recommend` reads."""

    stage: StageSettings = field(default_factory=lambda: read(StageSettings))
    claude: ClaudeSettings = field(default_factory=lambda: read(ClaudeSettings))
    openai: OpenAISettings = field(default_factory=lambda: read(OpenAISettings))
    pinecone: PineconeSettings = field(default_factory=lambda: read(PineconeSettings))
    redis: RedisSettings = field(default_factory=lambda: read(RedisSettings))
    database: DatabaseSettings = field(default_factory=lambda: read(DatabaseSettings))
    limits: LimitSettings = field(default_factory=lambda: read(LimitSettings))
    queues: QueueSettings = field(default_factory=lambda: read(QueueSettings))

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

    stage: StageSettings = field(default_factory=lambda: read(StageSettings))
    redis: RedisSettings = field(default_factory=lambda: read(RedisSettings))
    database: DatabaseSettings = field(default_factory=lambda: read(DatabaseSettings))
    queues: QueueSettings = field(default_factory=lambda: read(QueueSettings))
    limits: LimitSettings = field(default_factory=lambda: read(LimitSettings))
    business_numbers: BusinessNumberSettings = field(default_factory=lambda: read(BusinessNumberSettings))


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Everything that the functions behind queues and schedules read: those that keep rows and vectors."""

    stage: StageSettings = field(default_factory=lambda: read(StageSettings))
    claude: ClaudeSettings = field(default_factory=lambda: read(ClaudeSettings))
    openai: OpenAISettings = field(default_factory=lambda: read(OpenAISettings))
    pinecone: PineconeSettings = field(default_factory=lambda: read(PineconeSettings))
    redis: RedisSettings = field(default_factory=lambda: read(RedisSettings))
    database: DatabaseSettings = field(default_factory=lambda: read(DatabaseSettings))
    queues: QueueSettings = field(default_factory=lambda: read(QueueSettings))


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """Everything that the crawlers read."""

    stage: StageSettings = field(default_factory=lambda: read(StageSettings))
    sources: SourceSettings = field(default_factory=lambda: read(SourceSettings))
    documents: DocumentSettings = field(default_factory=lambda: read(DocumentSettings))
    database: DatabaseSettings = field(default_factory=lambda: read(DatabaseSettings))
    queues: QueueSettings = field(default_factory=lambda: read(QueueSettings))
