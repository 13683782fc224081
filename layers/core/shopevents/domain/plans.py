"""Plans: what fills a slot, from a writer's draft to the finished plan."""

from pydantic import BaseModel, ConfigDict

from shopevents.domain.vocabulary import (
    Budget,
    EventType,
    Mechanic,
    NumbersBasis,
    PlanSource,
    Provenance,
    Slot,
)

# The wire's limits (design, section 4), in characters.
TITLE_MAX = 30
PRIZE_MAX = 20
PARTICIPATION_MAX = 200
TRENDS_AIM = 100


class Trends(BaseModel):
    """Three Korean sentences of about 100 characters each: trade, place, season."""

    model_config = ConfigDict(frozen=True)

    industry: str
    location: str
    season: str


class PlanDraft(BaseModel):
    """What a writer proposes for a slot, before calibration and repair.

    `cost` in 원, `expected_participants` in people, `roi` in %. `basis` are ids of the cases it leans on.
    """

    model_config = ConfigDict(frozen=True)

    slot: Slot
    title: str
    prize: str
    participation: str
    mechanic: Mechanic
    expected_participants: int
    cost: int
    roi: int
    basis: tuple[str, ...] = ()


class BasisCase(BaseModel):
    """A case as an owner may see it beside a plan."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    title: str
    provenance: Provenance
    url: str | None = None


class Plan(BaseModel):
    """A finished plan. Ranges are inclusive 80 % ranges; `loss_chance` is the chance (0 to 1) that
    the event earns less than it costs; `notices` are legal cautions in Korean."""

    model_config = ConfigDict(frozen=True)

    slot: Slot
    title: str
    prize: str
    participation: str
    mechanic: Mechanic
    expected_participants: int
    cost: int
    roi: int
    source: PlanSource
    numbers: NumbersBasis = NumbersBasis.ASSUMED
    participants_range: tuple[int, int] | None = None
    roi_range: tuple[int, int] | None = None
    loss_chance: float | None = None
    notices: tuple[str, ...] = ()
    basis: tuple[BasisCase, ...] = ()

    @property
    def budget(self) -> Budget:
        """The slot's budget."""
        return self.slot.budget

    @property
    def event_type(self) -> EventType:
        """The slot's type."""
        return self.slot.event_type


class PlanSet(BaseModel):
    """Six plans in slot order and the trends they stand on."""

    model_config = ConfigDict(frozen=True)

    trends: Trends
    plans: tuple[Plan, ...]

    @property
    def sources(self) -> frozenset[PlanSource]:
        """Who wrote the six plans."""
        return frozenset(plan.source for plan in self.plans)
