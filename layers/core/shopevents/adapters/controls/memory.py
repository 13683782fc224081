"""What an operator steers, in one process."""

import asyncio
import secrets
from dataclasses import replace

from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.controls import RENEWAL_PAUSE_SECONDS, ControlState


class MemoryControls:
    """Switches and generations that end with the process."""

    def __init__(self) -> None:
        self._switches = ControlState()
        self._generations: dict[IndustryCategory, str] = {}
        self._renewable_at: dict[IndustryCategory, float] = {}

    async def read(self, industry: IndustryCategory) -> ControlState:
        return replace(self._switches, generation=self._generations.get(industry, ""))

    async def renew_generation(self, industry: IndustryCategory) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._renewable_at.get(industry, now):
            return False
        self._renewable_at[industry] = now + RENEWAL_PAUSE_SECONDS
        self._generations[industry] = secrets.token_hex(8)
        return True

    async def force_catalog(self, *, on: bool) -> None:
        self._switches = replace(self._switches, force_catalog=on)

    async def promote_prompt(self, variant: str | None) -> None:
        self._switches = replace(self._switches, prompt_variant=variant)
