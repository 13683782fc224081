"""What a writer is asked, and what it has written so far."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from shopevents.domain.cases import ScoredCase
from shopevents.domain.plans import PlanDraft, Trends
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import Purpose, Season, Slot


class MarketFact(BaseModel):
    """One statistic that a trend may lean on: a finished Korean phrase that already names its period,
    and the source to name beside it ("국가데이터처 서비스업생산지수"). `topic` is "industry", "location" or "season"."""

    model_config = ConfigDict(frozen=True)

    topic: str
    phrase: str
    period: str
    source: str


class PlanBrief(BaseModel):
    """Everything a plan set depends on, and nothing else: no name and no address of a shop.

    `cases` come best first. `known_trends` are cached ones that need not be written again. `slot_order`
    is the order to write in (rotated, so that no slot is always the last one of a dying stream).
    `avoid_titles` is only filled for a regeneration, whose result is not cached for others.
    """

    model_config = ConfigDict(frozen=True)

    purpose: Purpose
    trade: Trade
    region: Region
    season: Season
    month: int
    cases: tuple[ScoredCase, ...] = ()
    market: tuple[MarketFact, ...] = ()
    known_trends: Trends | None = None
    slot_order: tuple[Slot, ...] = tuple(Slot)
    avoid_titles: tuple[str, ...] = ()
    prompt_variant: str = "default"


class Usage(BaseModel):
    """Tokens a writer consumed. `final` is false while the vendor's own last count has not arrived."""

    model_config = ConfigDict(frozen=True)

    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_tokens: int = 0
    cache_read_tokens: int = 0
    final: bool = True

    @property
    def prompt_tokens(self) -> int:
        """All tokens of the prompt, cached or not."""
        return self.input_tokens + self.cache_write_tokens + self.cache_read_tokens


@dataclass(frozen=True, slots=True)
class Writing:
    """A snapshot of what a writer has finished so far. Each snapshot holds everything of the one before.

    `drafts` are proven complete; `raw` is the text received so far (for the record, never shown).
    `finished` is true only when the writer itself said that it was done.
    """

    drafts: tuple[PlanDraft, ...] = ()
    trends: Trends | None = None
    usage: Usage = field(default_factory=Usage)
    raw: str = ""
    finished: bool = False
