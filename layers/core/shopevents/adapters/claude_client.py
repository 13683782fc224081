"""How Claude is reached: by the Anthropic API or by Bedrock, through the `anthropic` SDK."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrockMantle

_CONNECT_SECONDS = 2.0
_BEDROCK_PREFIX = "anthropic."
# The vendor's model pages, read 2026-11-23: Haiku may be asked not to think at all, Sonnet only not before it answers;
# Opus, Fable and Mythos always think and refuse the word, but may be asked to keep it short. Older models don't think.
_LEAST_THINKING = {"claude-haiku-5": "disabled", "claude-sonnet-5": "between_tools"}
_THINKERS = ("claude-sonnet-5", "claude-opus-5", "claude-fable-5", "claude-mythos-5")


@dataclass(frozen=True, slots=True)
class ClaudeAccess:
    """How Claude is reached.

    `provider` "anthropic" needs the key; "bedrock" signs with the role that AWS gives the process, or
    uses the key as Bedrock's bearer token where there is one. `base_url` null means the vendor's own.
    `read_seconds` bounds one silence, not the whole: that is the caller's deadline.
    """

    api_key: str | None
    model: str
    provider: Literal["anthropic", "bedrock"] = "anthropic"
    base_url: str | None = None
    aws_region: str | None = None
    read_seconds: float = 8.0


class ClaudeClient:
    """The SDK's client, made in a thread at the first use, and what every request to a model needs."""

    def __init__(self, access: ClaudeAccess) -> None:
        self._access = access
        self._opening = asyncio.Lock()
        self._client: AsyncAnthropic | AsyncAnthropicBedrockMantle | None = None

    async def open(self) -> "AsyncAnthropic | AsyncAnthropicBedrockMantle":
        """Imports the SDK and makes its client, once; nothing is sent."""
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(_make_client, self._access)
            return self._client

    async def close(self) -> None:
        """Closes its connections; it can't be used afterwards."""
        if self._client is not None:
            await self._client.close()

    @property
    def model(self) -> str:
        """The model's id, as the provider names it."""
        model = self._access.model
        is_bare = self._access.provider == "bedrock" and _BEDROCK_PREFIX not in model
        return f"{_BEDROCK_PREFIX}{model}" if is_bare else model

    @property
    def least_thinking(self) -> dict[str, Any]:
        """As little thinking as the model allows, since it delays the answer: a part of the request."""
        family = self.model.removeprefix(_BEDROCK_PREFIX)
        kinds = [kind for prefix, kind in _LEAST_THINKING.items() if family.startswith(prefix)]
        return {"thinking": {"type": kinds[0]}} if kinds else {}

    @property
    def least_effort(self) -> dict[str, Any]:
        """The same for models that always think: a part of `output_config`."""
        return {"effort": "low"} if self.model.removeprefix(_BEDROCK_PREFIX).startswith(_THINKERS) else {}


def _make_client(access: ClaudeAccess) -> "AsyncAnthropic | AsyncAnthropicBedrockMantle":
    import httpx2
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrockMantle

    timeout = httpx2.Timeout(access.read_seconds, connect=_CONNECT_SECONDS)
    options: dict[str, Any] = {"timeout": timeout, "max_retries": 0, "open_telemetry": False}
    if access.provider == "bedrock":
        return AsyncAnthropicBedrockMantle(
            api_key=access.api_key, aws_region=access.aws_region, base_url=access.base_url, **options
        )
    return AsyncAnthropic(api_key=access.api_key, base_url=access.base_url, **options)
