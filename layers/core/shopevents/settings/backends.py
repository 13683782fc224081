"""Stages, backends and limits.

A backend is used as soon as its settings are there. A half-given set raises MisconfiguredError with the name of the
missing variable; nothing falls back in silence.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field, SecretStr

from shopevents.domain.errors import MisconfiguredError
from shopevents.settings.environment import EnvironmentModel, OptionalSecret, OptionalText


class Stage(StrEnum):
    """Where we run. Only `local` accepts local identities and embedded backends."""

    LOCAL = "local"
    DEV = "dev"
    PROD = "prod"


class StageSettings(EnvironmentModel):
    """Which stage this is (`STAGE`)."""

    stage: Stage = Stage.LOCAL

    @property
    def is_local(self) -> bool:
        """Whether embedded and in-memory backends may serve."""
        return self.stage is Stage.LOCAL


class ClaudeSettings(EnvironmentModel):
    """Claude, by the Anthropic API or by Bedrock."""

    claude_api_key: OptionalSecret = None
    claude_base_url: OptionalText = None
    claude_model: str = "claude-haiku-5-5"
    claude_provider: Literal["anthropic", "bedrock"] = "anthropic"
    claude_bedrock_region: str = Field(default="ap-northeast-2")
    claude_seconds: float = Field(default=8.0, gt=0)
    claude_calls_per_minute: int = Field(default=50, ge=1)
    claude_daily_usd: float = Field(default=5.0, ge=0)
    curate_daily_usd: float = Field(default=1.0, ge=0)
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


class OpenAISettings(EnvironmentModel):
    """OpenAI, for embeddings. `OPENAI_BASE_URL` includes `/v1`, as the SDK expects it."""

    openai_api_key: OptionalSecret = None
    openai_base_url: OptionalText = None

    @property
    def is_given(self) -> bool:
        """Whether OpenAI embeds. Raises MisconfiguredError for a half-given set."""
        if self.openai_base_url and not self.openai_api_key:
            raise MisconfiguredError("OPENAI_API_KEY", "OPENAI_BASE_URL is set, but the key is missing")
        return self.openai_api_key is not None


class PineconeSettings(EnvironmentModel):
    """Pinecone. Without `PINECONE_HOST` the index's host is looked up by name, at the price of a request;
    `PINECONE_BASE_URL` is the control plane for that."""

    pinecone_api_key: OptionalSecret = None
    pinecone_index: str = "kt-event-recommendations"
    pinecone_host: OptionalText = None
    pinecone_base_url: OptionalText = None
    pinecone_region: str = "us-east-1"

    @property
    def is_given(self) -> bool:
        """Whether Pinecone is the vector index. Raises MisconfiguredError for a half-given set."""
        if (self.pinecone_host or self.pinecone_base_url) and not self.pinecone_api_key:
            raise MisconfiguredError("PINECONE_API_KEY", "PINECONE_HOST is set, but the key is missing")
        return self.pinecone_api_key is not None


class RedisSettings(EnvironmentModel):
    """Redis, single (`redis://`, `rediss://`) or a cluster (`redis+cluster://`, `rediss+cluster://`)."""

    redis_url: OptionalSecret = None
    redis_host: OptionalText = None
    redis_port: int = 6379
    redis_user: OptionalText = None
    redis_cluster: bool = False
    redis_password: OptionalSecret = None
    redis_timeout_seconds: float = Field(default=0.5, gt=0)

    @property
    def url(self) -> str | None:
        """The connection's URL, None where no Redis is given. Raises MisconfiguredError for a half-given set.

        `REDIS_HOST` with a password means ElastiCache with TLS, and with `REDIS_CLUSTER` its serverless form;
        `REDIS_URL` says it all itself.
        """
        if self.redis_url:
            return self.redis_url.get_secret_value()
        if self.redis_host is None:
            if self.redis_password:
                raise MisconfiguredError("REDIS_HOST", "REDIS_PASSWORD is set, but the host is missing")
            return None
        if self.redis_password is None:
            return f"redis://{self.redis_host}:{self.redis_port}/0"
        credentials = f"{self.redis_user or ''}:{self.redis_password.get_secret_value()}"
        if self.redis_cluster:
            return f"rediss+cluster://{credentials}@{self.redis_host}:{self.redis_port}"
        return f"rediss://{credentials}@{self.redis_host}:{self.redis_port}/0"


class LimitSettings(EnvironmentModel):
    """Times and limits of the request path."""

    request_seconds: float = Field(default=9.5, gt=0, le=9.5)
    grounding_seconds: float = Field(default=1.5, gt=0)
    trends_seconds: float = Field(default=5.5, gt=0)
    user_requests_per_minute: int = Field(default=30, ge=1)
    result_fresh_seconds: float = Field(default=15 * 60, gt=0)
    cases_fresh_seconds: float = Field(default=30 * 60, gt=0)
    trends_fresh_seconds: float = Field(default=60 * 60, gt=0)


class QueueSettings(EnvironmentModel):
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


class DocumentSettings(EnvironmentModel):
    """Where raw documents are kept: an S3 bucket, or a folder on a developer's machine."""

    raw_documents_bucket: OptionalText = None
    raw_documents_folder: OptionalText = None


class BusinessNumberSettings(EnvironmentModel):
    """The key that business numbers are hashed with. Without it the same shop is not recognised again."""

    business_number_key: OptionalSecret = None

    def key(self, stage: StageSettings) -> SecretStr:
        """The key; locally a well-known one does. Raises MisconfiguredError elsewhere."""
        if self.business_number_key is not None:
            return self.business_number_key
        if stage.is_local:
            return SecretStr("local")
        raise MisconfiguredError("BUSINESS_NUMBER_KEY", f"needed in stage {stage.stage}")
