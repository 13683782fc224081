"""Claude writes plans: one streaming structured-output call, read as it arrives."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from shopevents.adapters.plan_writer.claude_errors import translated
from shopevents.adapters.plan_writer.claude_reading import AnswerReader
from shopevents.domain.briefs import PlanBrief, Usage, Writing
from shopevents.domain.errors import BadReply, Rejected, Unavailable
from shopevents.domain.plan_prompts import answer_schema, system_text, user_text
from shopevents.domain.token_estimates import estimated_tokens

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrockMantle

_DEPENDENCY = "claude"
_CONNECT_SECONDS = 2.0
# Twice what six plans and the trends are estimated at; only a runaway answer meets it.
_MAX_TOKENS = 3_000
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


def _thinking(model: str) -> dict[str, Any]:
    """As little thinking as the model allows, since it delays the first plan."""
    kinds = [kind for prefix, kind in _LEAST_THINKING.items() if model.removeprefix(_BEDROCK_PREFIX).startswith(prefix)]
    return {"thinking": {"type": kinds[0]}} if kinds else {}


def _effort(model: str) -> dict[str, Any]:
    return {"effort": "low"} if model.removeprefix(_BEDROCK_PREFIX).startswith(_THINKERS) else {}


class ClaudePlanWriter:
    """Writes through the `anthropic` SDK, which is imported in a thread at the first use."""

    def __init__(self, access: ClaudeAccess) -> None:
        self._access = access
        self._opening = asyncio.Lock()
        self._client: AsyncAnthropic | AsyncAnthropicBedrockMantle | None = None

    async def write(self, brief: PlanBrief) -> AsyncGenerator[Writing]:
        """See the port. Snapshots before the vendor's last count carry an estimate of the output."""
        request = self._request(brief)
        client = await self.open()
        reading = _Reading(AnswerReader(brief), self._model)
        with translated():
            async with client.messages.stream(**request) as stream:
                async for happened in stream:
                    if reading.take(happened):
                        yield reading.snapshot()
        reading.check()
        yield reading.snapshot(finished=True)

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
    def _model(self) -> str:
        model = self._access.model
        is_bare = self._access.provider == "bedrock" and _BEDROCK_PREFIX not in model
        return f"{_BEDROCK_PREFIX}{model}" if is_bare else model

    def _request(self, brief: PlanBrief) -> dict[str, Any]:
        """The stable part comes first and is marked, so that the vendor can serve it from its cache.
        Raises Rejected for a prompt variant that is not packaged."""
        try:
            rules = system_text(brief)
        except FileNotFoundError as error:
            raise Rejected(_DEPENDENCY, f"no prompt variant {brief.prompt_variant!r}") from error
        stable = {"type": "text", "text": rules, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        return {
            "model": self._model,
            "max_tokens": _MAX_TOKENS,
            "system": [stable],
            "messages": [{"role": "user", "content": user_text(brief)}],
            "output_config": {
                "format": {"type": "json_schema", "schema": answer_schema(brief)},
                **_effort(self._model),
            },
            **_thinking(self._model),
        }


class _Reading:
    """What was received of one stream: text, usage and the reason for its end."""

    def __init__(self, answer: AnswerReader, model: str) -> None:
        self._answer = answer
        self._usage = Usage(model=model, final=False)
        self._stop_reason: str | None = None

    def take(self, happened: Any) -> bool:
        """Takes an SDK event; whether there is something new to show. Raises BadReply."""
        match happened.type:
            case "message_start":
                self._count(happened.message.usage)
            case "text":
                return self._answer.feed(happened.text)
            case "message_delta":
                self._count(happened.usage, final=True)
                self._stop_reason = happened.delta.stop_reason
            case _:
                return False
        return True

    def check(self) -> None:
        """Judges the end of the stream. Raises Unavailable or BadReply unless Claude said it was done."""
        if self._stop_reason is None:
            raise Unavailable(_DEPENDENCY, "the stream ended early")
        if self._stop_reason != "end_turn":
            raise BadReply(_DEPENDENCY, f"stopped by {self._stop_reason}")
        self._answer.finish()

    def snapshot(self, *, finished: bool = False) -> Writing:
        """Everything so far."""
        usage, text = self._usage, self._answer.text
        if not usage.final:
            usage = usage.model_copy(update={"output_tokens": max(usage.output_tokens, estimated_tokens(text))})
        return Writing(drafts=self._answer.drafts, trends=self._answer.trends, usage=usage, raw=text, finished=finished)

    def _count(self, counted: Any, *, final: bool = False) -> None:
        """Takes the vendor's counts; a part that it leaves out keeps its value."""
        held = self._usage
        self._usage = Usage(
            model=held.model,
            input_tokens=_given(counted.input_tokens, held.input_tokens),
            output_tokens=_given(counted.output_tokens, held.output_tokens),
            cache_write_tokens=_given(counted.cache_creation_input_tokens, held.cache_write_tokens),
            cache_read_tokens=_given(counted.cache_read_input_tokens, held.cache_read_tokens),
            final=final,
        )


def _given(value: int | None, held: int) -> int:
    return held if value is None else value


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
