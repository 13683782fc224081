"""Rows of `events` as shop events and as cases, and back."""

from collections.abc import Iterable
from typing import Any

from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier, Placeholder
from psycopg.types.json import Jsonb

from shopevents.domain.cases import Case
from shopevents.domain.performance import Accuracy, ChannelResult, PerformanceReport
from shopevents.domain.shop_events import Prediction, ShopEvent, case_of
from shopevents.domain.shops import Region
from shopevents.ports.cases import CaseState

# A report with its channels, as JSON: the one that counts, and the one that the case's numbers come from.
_REPORT = SQL("""
    (SELECT to_jsonb(one) FROM (
        SELECT p.*, (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'performance_id' ORDER BY c.name), '[]')
                     FROM channel_performance AS c WHERE c.performance_id = p.id) AS channels
        FROM event_performance AS p WHERE {which} ORDER BY p.sequence DESC LIMIT 1
     ) AS one) AS report
""")
COUNTING_REPORT = _REPORT.format(which=SQL("p.event_id = events.id"))
MEASURING_REPORT = _REPORT.format(which=SQL("p.id = events.measured_by"))


def insert_of(columns: Iterable[str]) -> Composed:
    """INSERT INTO events, for a row of these columns."""
    names = list(columns)
    return SQL("INSERT INTO events ({columns}) VALUES ({values})").format(
        columns=SQL(", ").join(map(Identifier, names)), values=SQL(", ").join(map(Placeholder, names))
    )


def row_of(shop_event: ShopEvent) -> dict[str, Any]:
    """All columns that an own shop event decides."""
    prediction = shop_event.prediction
    return {
        "id": shop_event.event_id,
        "user_id": shop_event.owner_id,
        "title": shop_event.title,
        "prize": shop_event.prize,
        "participation": shop_event.participation,
        "mechanic": shop_event.mechanic,
        "event_type": shop_event.event_type,
        "budget": shop_event.budget,
        "industry": shop_event.industry,
        "business_type": shop_event.business_type,
        "location_city": shop_event.region.city,
        "location_district": shop_event.region.district,
        "season": shop_event.season,
        "month": shop_event.month,
        "purposes": list(shop_event.purposes),
        "cost": shop_event.cost,
        "expected_participants": prediction and prediction.participants,
        "expected_roi": prediction and prediction.roi,
        "prediction": prediction and Jsonb(prediction.model_dump(mode="json")),
        "recommendation_id": shop_event.recommendation_id,
        "option": shop_event.option,
        "starts_on": shop_event.starts_on,
        "ends_on": shop_event.ends_on,
        "channels": list(shop_event.channels),
        "withdrawn_at": shop_event.withdrawn_at,
        "created_at": shop_event.created_at,
        "updated_at": shop_event.updated_at,
        "row_version": shop_event.version,
    }


def collected_row_of(case: Case) -> dict[str, Any]:
    """All columns that a collected case decides."""
    return {
        "id": case.case_id,
        "title": case.title,
        "prize": case.prize,
        "participation": case.participation,
        "mechanic": case.mechanic,
        "event_type": case.event_type,
        "budget": case.stated_budget,
        "industry": case.industry,
        "business_type": case.business_type,
        "location_city": case.city,
        "location_district": case.district,
        "season": case.season,
        "month": case.month,
        "purposes": list(case.purposes),
        "cost": case.cost,
        "expected_participants": case.participants,
        "expected_roi": case.roi,
        "outcome": case.outcome,
        "provenance": case.provenance,
        "url": case.url,
        "sponsored": case.sponsored,
        "likes": case.likes,
        "comments": case.comments,
    }


def shop_event_of(row: DictRow) -> ShopEvent:
    """An own shop event."""
    return ShopEvent(
        event_id=row["id"],
        owner_id=row["user_id"],
        title=row["title"],
        prize=row["prize"],
        participation=row["participation"],
        mechanic=row["mechanic"],
        event_type=row["event_type"],
        budget=row["budget"],
        industry=row["industry"],
        business_type=row["business_type"],
        region=Region(city=row["location_city"], district=row["location_district"]),
        season=row["season"],
        month=row["month"],
        purposes=tuple(row["purposes"]),
        cost=row["cost"],
        prediction=row["prediction"] and Prediction.model_validate(row["prediction"]),
        recommendation_id=row["recommendation_id"],
        option=row["option"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        channels=tuple(row["channels"]),
        withdrawn_at=row["withdrawn_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["row_version"],
    )


def report_of(report: dict[str, Any] | None) -> PerformanceReport | None:
    """What COUNTING_REPORT or MEASURING_REPORT gave."""
    if report is None:
        return None
    compared = report["roi_error"] is not None
    return PerformanceReport(
        performance_id=report["id"],
        event_id=report["event_id"],
        sequence=report["sequence"],
        actual_participants=report["actual_participants"],
        actual_cost=report["actual_cost"],
        actual_roi=report["actual_roi"],
        revenue=report["revenue"],
        channels=tuple(ChannelResult.model_validate(channel) for channel in report["channels"]),
        reported_at=report["completed_at"],
        accuracy=Accuracy.model_validate({name: report[name] for name in Accuracy.model_fields}) if compared else None,
    )


def case_state_of(row: DictRow) -> CaseState:
    """A case, whoever's it is, of a row with its MEASURING_REPORT and its `shop_name`."""
    if row["user_id"] is not None:
        case = case_of(shop_event_of(row), report_of(row["report"]), row["shop_name"])
        return CaseState(case, row["row_version"])
    case = Case(
        case_id=row["id"],
        title=row["title"],
        prize=row["prize"],
        participation=row["participation"],
        mechanic=row["mechanic"],
        event_type=row["event_type"],
        industry=row["industry"],
        business_type=row["business_type"],
        city=row["location_city"],
        district=row["location_district"],
        season=row["season"],
        month=row["month"],
        purposes=tuple(row["purposes"]),
        stated_budget=row["budget"],
        cost=row["cost"],
        participants=row["expected_participants"],
        roi=row["expected_roi"],
        outcome=row["outcome"],
        provenance=row["provenance"],
        url=row["url"],
        sponsored=row["sponsored"],
        likes=row["likes"],
        comments=row["comments"],
    )
    return CaseState(case, row["row_version"])
