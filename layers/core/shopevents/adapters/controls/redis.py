"""What an operator steers, in Redis."""

import asyncio
import secrets
from dataclasses import dataclass

from shopevents.adapters.redis_connection import RedisConnection
from shopevents.domain.errors import Unavailable
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.controls import RENEWAL_PAUSE_SECONDS, ControlState

# How long a container believes what it read (design, section 5: 1 to 2 s).
HOLD_SECONDS = 1.5

_FORCE_CATALOG = "{controls}:force-catalog"
_PROMPT_VARIANT = "{controls}:prompt-variant"

# The pause and the new token together or not at all: a pause without a token would hold old answers fresh.
_RENEW = """
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('SET', KEYS[2], ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class _Held:
    state: ControlState
    until: float


class RedisControls:
    """All keys in one hash slot, so that one MGET reads them; held for a moment per container."""

    def __init__(self, connection: RedisConnection, *, hold_seconds: float = HOLD_SECONDS) -> None:
        self._connection = connection
        self._hold_seconds = hold_seconds
        self._held: dict[IndustryCategory, _Held] = {}

    async def read(self, industry: IndustryCategory) -> ControlState:
        """The last state read, where Redis can't be reached: a kill switch stays thrown."""
        now = asyncio.get_running_loop().time()
        held = self._held.get(industry)
        if held and now < held.until:
            return held.state
        try:
            state = await self._fetch(industry)
        except Unavailable:
            return held.state if held else self._of_another_industry()
        self._held[industry] = _Held(state, now + self._hold_seconds)
        return state

    async def renew_generation(self, industry: IndustryCategory) -> bool:
        pause = round(RENEWAL_PAUSE_SECONDS * 1000)
        keys = (f"{_generation_key(industry)}:pause", _generation_key(industry))
        renewed = await self._connection.run(
            lambda client: client.execute_command("EVAL", _RENEW, 2, *keys, secrets.token_hex(8), pause)
        )
        self._held.pop(industry, None)
        return bool(renewed)

    async def force_catalog(self, *, on: bool) -> None:
        await self._set(_FORCE_CATALOG, "1" if on else None)

    async def promote_prompt(self, variant: str | None) -> None:
        await self._set(_PROMPT_VARIANT, variant)

    async def _fetch(self, industry: IndustryCategory) -> ControlState:
        keys = (_FORCE_CATALOG, _PROMPT_VARIANT, _generation_key(industry))
        values: list[bytes | None] = await self._connection.run(lambda client: client.execute_command("MGET", *keys))
        forced, variant, generation = values
        return ControlState(
            force_catalog=forced is not None,
            prompt_variant=variant.decode() if variant else None,
            generation=generation.decode() if generation else "",
        )

    async def _set(self, key: str, value: str | None) -> None:
        command = ("DEL", key) if value is None else ("SET", key, value)
        await self._connection.run(lambda client: client.execute_command(*command))
        self._held.clear()

    def _of_another_industry(self) -> ControlState:
        """The switches are the same for all industries; only the generation is not known."""
        latest = max(self._held.values(), key=lambda held: held.until, default=None)
        if latest is None:
            return ControlState()
        return ControlState(latest.state.force_catalog, latest.state.prompt_variant)


def _generation_key(industry: IndustryCategory) -> str:
    return f"{{controls}}:generation:{industry.value}"
