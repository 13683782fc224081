"""What a crawl is told to do, in which order, and what it reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shopevents.domain.documents import query_name

SEOUL = ZoneInfo("Asia/Seoul")
# After so many failures in a row the source is left alone until the next run.
FAILURES_IN_A_ROW = 3

# Names beside those of a day's queries: under the first it is remembered that a quota ended the day, under the second
# what calls were made for queries that were forgotten since, to be asked again.
DAY_ENDED = "(day)"
FORGOTTEN = "(forgotten)"


class Stop(StrEnum):
    """Why a run ended before its queries did."""

    DEADLINE = "deadline"  # goes on in the day's next run
    RATE_LIMIT = "rate_limit"  # the same
    FAILURES = "failures"  # the same
    QUOTA = "quota"  # goes on tomorrow
    REJECTED = "rejected"  # needs a person: a key that expired fails every query


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """One source's work for one day of Asia/Seoul: queries, pages of each at most, calls of the day at most.
    A query is asked again `refresh_days` after it was last finished (1: every day)."""

    source: str
    day: date
    queries: tuple[Mapping[str, str], ...]
    max_pages: int
    daily_calls: int
    refresh_days: int = 1


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What a run did. `pages` and `records` are of this run; `alarms` need a person (a key expired, a
    request is wrong); `failures` are queries that will be tried again; `reason` is what the source said
    when it stopped the run."""

    source: str
    day: date
    pages: int = 0
    records: int = 0
    stop: Stop | None = None
    reason: str = ""
    alarms: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether another run on the same day would find nothing to do."""
        return self.stop in {None, Stop.QUOTA, Stop.REJECTED} and not self.failures


def crawl_day(now: datetime) -> date:
    """The day in Asia/Seoul, which names a scheduled run."""
    return now.astimezone(SEOUL).date()


def due_queries(plan: CrawlPlan, last_finished: Mapping[str, date]) -> list[Mapping[str, str]]:
    """The plan's queries that are due, those that waited longest first: what a quota cut off yesterday
    comes before what was finished."""
    newest = plan.day - timedelta(days=plan.refresh_days)
    due = [query for query in plan.queries if last_finished.get(query_name(query), date.min) <= newest]
    return sorted(due, key=lambda query: last_finished.get(query_name(query), date.min))
