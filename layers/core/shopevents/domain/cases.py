"""Cases: past or composed shop events that ground new plans."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from shopevents.domain.budgets import budget_of_case
from shopevents.domain.vocabulary import (
    Budget,
    EventType,
    IndustryCategory,
    Mechanic,
    Provenance,
    Purpose,
    Season,
)


class Case(BaseModel):
    """A shop event used as grounding. What its source did not state is null.

    `cost` in 원, `participants` in people, `roi` in % of cost. Of an `illustrative` case these are
    assumptions; of a `published` one only what was published. `outcome` is a short Korean phrase of
    what was reported ("매출 12% 증가"). `case_id` is ASCII. `owner_id` is set for our own shops' events.
    `sponsored` marks what its source says was paid for; `likes` and `comments` are those of the post it was read from.
    """

    model_config = ConfigDict(frozen=True)

    case_id: str
    title: str
    prize: str | None = None
    participation: str
    mechanic: Mechanic
    event_type: EventType | None = None
    industry: IndustryCategory
    business_type: str | None = None
    city: str | None = None
    district: str | None = None
    season: Season | None = None
    month: int | None = None
    purposes: tuple[Purpose, ...] = ()
    stated_budget: Budget | None = None
    cost: int | None = None
    participants: int | None = None
    roi: float | None = None
    outcome: str | None = None
    provenance: Provenance
    url: str | None = None
    owner_id: str | None = None
    sponsored: bool = False
    likes: int | None = None
    comments: int | None = None

    @model_validator(mode="after")
    def _claims_fit_provenance(self) -> Self:
        if self.provenance is Provenance.PUBLISHED and not self.url:
            raise ValueError("a published case needs its link")
        if self.provenance is Provenance.ILLUSTRATIVE and self.outcome:
            raise ValueError("an illustrative case claims no outcome")
        return self

    @property
    def budget(self) -> Budget | None:
        """The budget band: from the cost where it is known, else as stated, else null."""
        return budget_of_case(self.cost) if self.cost is not None else self.stated_budget


class ScoredCase(BaseModel):
    """A case and how similar it is to what was asked (cosine, 0 to 1)."""

    model_config = ConfigDict(frozen=True)

    case: Case
    score: float
