"""What an operator steers without a deployment."""

from dataclasses import dataclass
from typing import Protocol

from shopevents.domain.vocabulary import IndustryCategory

# An industry's generation is renewed at most this often (design, section 5), in seconds.
RENEWAL_PAUSE_SECONDS = 15 * 60.0


@dataclass(frozen=True, slots=True)
class ControlState:
    """`force_catalog`: the kill switch, no call to Claude. `prompt_variant`: the promoted prompt, null
    for the settings' own. `generation`: the industry's cache token, empty before the first renewal."""

    force_catalog: bool = False
    prompt_variant: str | None = None
    generation: str = ""


class Controls(Protocol):
    """Reads and sets the switches. Readers may hold what they read for a second or two."""

    async def read(self, industry: IndustryCategory) -> ControlState:
        """The switches and the industry's generation. What was last read when they can't be reached
        (a kill switch stays thrown), the default state when nothing was."""
        ...

    async def renew_generation(self, industry: IndustryCategory) -> bool:
        """Makes everything cached for the industry stale, by a new token; at most once in 15 minutes
        (false when it was too soon). Raises Unavailable."""
        ...

    async def force_catalog(self, *, on: bool) -> None:
        """Throws the kill switch. Raises Unavailable."""
        ...

    async def promote_prompt(self, variant: str | None) -> None:
        """Makes a prompt variant the one in use; None goes back to the settings'. Raises Unavailable."""
        ...
