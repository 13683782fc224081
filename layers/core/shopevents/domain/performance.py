"""What really happened at a shop event, and how far it was from the prediction."""

from functools import cache
from statistics import fmean
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shopevents.catalog.files import read_table
from shopevents.domain.vocabulary import IndustryCategory

# Errors are shares of the real figure, but of no less than this: 50 points of ROI (design, section 8); a handful of
# people or a few notes more or less are no wrong prediction either.
ROI_FLOOR_POINTS = 50.0
PARTICIPANTS_FLOOR = 10
COST_FLOOR_WON = 50_000

ROI_MIN = -100.0
ROI_MAX = 100_000.0
PARTICIPANTS_MAX = 2_000_000_000
WON_MAX = 10_000_000_000


class ChannelResult(BaseModel):
    """What one channel brought (people) and took (원)."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(min_length=1, max_length=20)
    participants: int | None = Field(default=None, ge=0, le=PARTICIPANTS_MAX)
    cost: int | None = Field(default=None, ge=0, le=WON_MAX)


class Result(BaseModel):
    """What an owner counted: people, 원, % (see `roi_of`). `revenue` is added revenue in 원, where it was given."""

    model_config = ConfigDict(frozen=True)

    actual_participants: int = Field(ge=0, le=PARTICIPANTS_MAX)
    actual_cost: int = Field(ge=0, le=WON_MAX)
    actual_roi: float = Field(ge=ROI_MIN, le=ROI_MAX, allow_inf_nan=False)
    revenue: int | None = Field(default=None, ge=0, le=100 * WON_MAX)
    channels: tuple[ChannelResult, ...] = ()


class Accuracy(BaseModel):
    """How far a prediction was off, as shares (0.2 = 20 %)."""

    model_config = ConfigDict(frozen=True)

    roi_error: float
    participants_error: float
    cost_error: float


class PerformanceReport(Result):
    """A report as it is kept. The one with the largest `sequence` of an event counts. `accuracy` follows later, and
    stays null where nothing was predicted."""

    performance_id: int
    event_id: str
    sequence: int
    reported_at: AwareDatetime
    accuracy: Accuracy | None = None


class Predicted(Protocol):
    """A prediction: people, 원, %."""

    @property
    def participants(self) -> int: ...
    @property
    def cost(self) -> int: ...
    @property
    def roi(self) -> float: ...


def accuracy_of(predicted: Predicted, actual: Result) -> Accuracy:
    """Error = |predicted − actual| ÷ max(|actual|, floor) for each of the three (design, section 8)."""
    return Accuracy(
        roi_error=_error(predicted.roi, actual.actual_roi, ROI_FLOOR_POINTS),
        participants_error=_error(predicted.participants, actual.actual_participants, PARTICIPANTS_FLOOR),
        cost_error=_error(predicted.cost, actual.actual_cost, COST_FLOOR_WON),
    )


def _error(predicted: float, actual: float, floor: float) -> float:
    return abs(predicted - actual) / max(abs(actual), floor)


def roi_of(*, revenue: int, cost: int, margin: float) -> float:
    """ROI in % = (added revenue × contribution margin − cost) ÷ cost × 100, within what is kept.

    `revenue` and `cost` in 원, `margin` as a share. Raises ValueError for a cost of 0, which has no ROI.
    """
    if cost <= 0:
        raise ValueError("an event without cost has no ROI")
    return min(ROI_MAX, max(ROI_MIN, (revenue * margin - cost) / cost * 100))


@cache
def contribution_margin(industry: IndustryCategory) -> float:
    """The assumed share of revenue that is left after variable costs (the assumptions behind the catalog's numbers)."""
    rows = read_table("cases/assumed_ranges.csv")
    return fmean(float(row["margin"]) for row in rows if row["industry"] == industry)
