"""Events by Claude: many posts per call, within a budget of their own, and by rules wherever that fails."""

import asyncio
import json
import logging
from collections.abc import Sequence
from itertools import batched
from typing import Any

from shopevents.adapters.claude_client import ClaudeAccess, ClaudeClient
from shopevents.adapters.plan_writer.claude_errors import translated
from shopevents.domain.briefs import Usage
from shopevents.domain.errors import BadReply, DependencyError, Rejected, Unavailable
from shopevents.domain.extraction_prompts import (
    POSTS_PER_CALL,
    Claim,
    answer_schema,
    claims_in,
    posts_text,
    rules_text,
    verified,
)
from shopevents.domain.post_events import PostEvent
from shopevents.domain.posts import Post
from shopevents.domain.prices import price_of
from shopevents.domain.token_estimates import estimated_tokens
from shopevents.ports.event_extractor import EventExtractor
from shopevents.ports.spend_ledger import Reservation, SpendLedger

_DEPENDENCY = "claude"
# Some 60 tokens for each event; only a runaway answer meets it.
_MAX_TOKENS = 2_000
_LEASE_MARGIN_SECONDS = 30.0
# A page of 100 posts takes 9 calls of some seconds each; a batch of 10 pages has 300 s.
_CALLS_AT_ONCE = 4
_REST_SECONDS = 60.0

_log = logging.getLogger(__name__)


class ClaudeExtractor:
    """`call_seconds` bounds a whole call. `otherwise` reads the posts of a call that fails, or that the day's budget
    does not cover."""

    def __init__(
        self, access: ClaudeAccess, *, ledger: SpendLedger, otherwise: EventExtractor, call_seconds: float = 45.0
    ) -> None:
        self._claude = ClaudeClient(access)
        self._ledger = ledger
        self._otherwise = otherwise
        self._call_seconds = call_seconds
        self._rests_until = 0.0

    async def extract(self, posts: Sequence[Post]) -> list[PostEvent | None]:
        turns = asyncio.Semaphore(_CALLS_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            calls = [
                group.create_task(self._extract(some, turns)) for some in batched(posts, POSTS_PER_CALL, strict=False)
            ]
        return [event for call in calls for event in call.result()]

    async def close(self) -> None:
        """Closes its connections."""
        await self._claude.close()

    async def _extract(self, posts: Sequence[Post], turns: asyncio.Semaphore) -> list[PostEvent | None]:
        async with turns:
            claims = await self._claims(posts)
        if claims is None:
            return await self._otherwise.extract(posts)
        asked = ((post, claims.get(number)) for number, post in enumerate(posts, start=1))
        return [verified(post, claim) if claim else None for post, claim in asked]

    async def _claims(self, posts: Sequence[Post]) -> dict[int, Claim] | None:
        """The model's claims; None while it is given a rest after a failure, so that a batch of documents does not wait
        for each of its calls to fail."""
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return None
        try:
            return await self._ask(posts)
        except DependencyError as error:
            _log.warning("posts are read by rules: %s", error)
            self._rests_until = now + _REST_SECONDS
            return None

    async def _ask(self, posts: Sequence[Post]) -> dict[int, Claim] | None:
        """The model's claims, None where the day's budget is used up."""
        request = self._request(posts)
        price = price_of(self._claude.model)
        expected = estimated_tokens(f"{rules_text()}{request['messages'][0]['content']}{json.dumps(answer_schema())}")
        most = price.usd(Usage(model=self._claude.model, input_tokens=expected, output_tokens=_MAX_TOKENS))
        reservation = await self._ledger.reserve(most, self._call_seconds + _LEASE_MARGIN_SECONDS)
        if reservation is None:
            return None
        try:
            async with asyncio.timeout(self._call_seconds):
                return claims_in(await self._answer(request, reservation), len(posts))
        except TimeoutError as error:
            raise Unavailable(_DEPENDENCY, f"no answer within {self._call_seconds} s") from error
        except Rejected:
            await self._ledger.settle(reservation, 0.0)  # refused before it cost anything
            raise

    async def _answer(self, request: dict[str, Any], reservation: Reservation) -> Any:
        """The answer's JSON. Whatever it says, it is paid for. Raises DependencyError."""
        client = await self._claude.open()
        with translated():
            message = await client.messages.create(**request)
            usage = _usage_of(message, self._claude.model)
            text = "".join(block.text for block in message.content if block.type == "text")
            stopped_by = message.stop_reason
        await self._ledger.settle(reservation, price_of(self._claude.model).usd(usage))
        if stopped_by != "end_turn":
            raise BadReply(_DEPENDENCY, f"stopped by {stopped_by}")
        try:
            return json.loads(text)
        except ValueError as error:
            raise BadReply(_DEPENDENCY, "the answer is not JSON") from error

    def _request(self, posts: Sequence[Post]) -> dict[str, Any]:
        """The stable part comes first and is marked, so that the vendor can serve it from its cache."""
        stable = {"type": "text", "text": rules_text(), "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        return {
            "model": self._claude.model,
            "max_tokens": _MAX_TOKENS,
            "system": [stable],
            "messages": [{"role": "user", "content": posts_text(posts)}],
            "output_config": {
                "format": {"type": "json_schema", "schema": answer_schema()},
                **self._claude.least_effort,
            },
            **self._claude.least_thinking,
        }


def _usage_of(message: Any, model: str) -> Usage:
    counted = message.usage
    return Usage(
        model=model,
        input_tokens=counted.input_tokens or 0,
        output_tokens=counted.output_tokens or 0,
        cache_write_tokens=counted.cache_creation_input_tokens or 0,
        cache_read_tokens=counted.cache_read_input_tokens or 0,
    )
