"""Claude writes plans: one streaming structured-output call, read as it arrives."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from shopevents.adapters.claude_client import ClaudeAccess, ClaudeClient
from shopevents.adapters.plan_writer.claude_errors import translated
from shopevents.adapters.plan_writer.claude_reading import AnswerReader
from shopevents.domain.briefs import PlanBrief, Usage, Writing
from shopevents.domain.errors import BadReply, Rejected, Unavailable
from shopevents.domain.plan_prompts import answer_schema, system_text, user_text
from shopevents.domain.token_estimates import estimated_tokens

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrockMantle

__all__ = ["ClaudeAccess", "ClaudePlanWriter"]

_DEPENDENCY = "claude"
# Twice what six plans and the trends are estimated at; only a runaway answer meets it.
_MAX_TOKENS = 3_000


class ClaudePlanWriter:
    """Writes through the `anthropic` SDK, which is imported in a thread at the first use."""

    def __init__(self, access: ClaudeAccess) -> None:
        self._claude = ClaudeClient(access)

    async def write(self, brief: PlanBrief) -> AsyncGenerator[Writing]:
        """See the port. Snapshots before the vendor's last count carry an estimate of the output."""
        request = self._request(brief)
        client = await self.open()
        reading = _Reading(AnswerReader(brief), self._claude.model)
        with translated():
            # The raw events: the SDK's helper would build the whole message anew with every piece of it.
            async with await client.messages.create(**request, stream=True) as events:
                async for happened in events:
                    if reading.take(happened):
                        yield reading.snapshot()
        reading.check()
        yield reading.snapshot(finished=True)

    async def open(self) -> "AsyncAnthropic | AsyncAnthropicBedrockMantle":
        """Imports the SDK and makes its client, once; nothing is sent."""
        return await self._claude.open()

    async def close(self) -> None:
        """Closes its connections; it can't be used afterwards."""
        await self._claude.close()

    def _request(self, brief: PlanBrief) -> dict[str, Any]:
        """The stable part comes first and is marked, so that the vendor can serve it from its cache.
        Raises Rejected for a prompt variant that is not packaged."""
        try:
            rules = system_text(brief)
        except FileNotFoundError as error:
            raise Rejected(_DEPENDENCY, f"no prompt variant {brief.prompt_variant!r}") from error
        stable = {"type": "text", "text": rules, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        return {
            "model": self._claude.model,
            "max_tokens": _MAX_TOKENS,
            "system": [stable],
            "messages": [{"role": "user", "content": user_text(brief)}],
            "output_config": {
                "format": {"type": "json_schema", "schema": answer_schema(brief)},
                **self._claude.least_effort,
            },
            **self._claude.least_thinking,
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
            case "content_block_delta" if happened.delta.type == "text_delta":
                return self._answer.feed(happened.delta.text)
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
