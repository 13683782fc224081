"""States that the database itself refuses, whatever the code does."""

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import IntegrityError

type Connection = psycopg.Connection[tuple[object, ...]]

OWN: dict[str, object] = {
    "id": "ev_1",
    "user_id": "owner-1",
    "title": "단골 감사",
    "participation": "",
    "mechanic": "coupon",
    "industry": "음식점",
    "provenance": "planned",
    "location_city": "서울",
}
COLLECTED: dict[str, object] = {
    **OWN,
    "id": "pub-1",
    "user_id": None,
    "provenance": "published",
    "url": "https://example.com/1",
}
REPORT: dict[str, object] = {
    "event_id": "ev_1",
    "sequence": 1,
    "actual_participants": 1,
    "actual_cost": 1,
    "actual_roi": 1,
}


def insert(connection: Connection, table: str, row: dict[str, object]) -> None:
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        ),
        row,
    )


@pytest.fixture
def connection(migrated_dsn: str) -> Connection:
    connection = psycopg.connect(migrated_dsn, autocommit=True)
    for owner in ("owner-1", "owner-2"):
        insert(connection, "users", {"id": owner})
    return connection


def test_good_rows_are_taken(connection: Connection) -> None:
    insert(connection, "events", OWN)
    insert(connection, "events", COLLECTED)
    insert(connection, "event_performance", REPORT | {"completed_at": "2026-11-23"})
    connection.close()


@pytest.mark.parametrize(
    ("row", "change"),
    [
        (OWN, {"user_id": None}),  # an own event without its owner
        (OWN, {"user_id": "nobody"}),
        (OWN, {"provenance": "observed"}),  # observed, but by which report?
        (OWN, {"title": ""}),
        (OWN, {"mechanic": "magic"}),
        (OWN, {"industry": "우주"}),
        (OWN, {"event_type": "hybrid"}),
        (OWN, {"budget": "huge"}),
        (OWN, {"season": "장마"}),
        (OWN, {"month": 13}),
        (OWN, {"purposes": ["심심해서"]}),
        (OWN, {"cost": -1}),
        (OWN, {"expected_roi": -101}),
        (OWN, {"expected_participants": -1}),
        (OWN, {"option": "low-online"}),  # an option of no recommendation
        (OWN, {"option": "free-online", "recommendation_id": "rec-1"}),
        (OWN, {"option": "low-online", "recommendation_id": "never-made"}),
        (OWN, {"location_city": None, "location_district": "강남구"}),
        (OWN, {"starts_on": "2026-12-02", "ends_on": "2026-12-01"}),
        (OWN, {"row_version": 0}),
        (OWN, {"id": "한글"}),
        (COLLECTED, {"url": None}),  # published, but where?
        (COLLECTED, {"user_id": "owner-1"}),  # somebody's, but collected
        (COLLECTED, {"provenance": "illustrative", "outcome": "매출 20% 증가"}),  # composed, but happened
    ],
)
def test_an_impossible_event_is_refused(
    connection: Connection, row: dict[str, object], change: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError):
        insert(connection, "events", row | change)
    connection.close()


@pytest.mark.parametrize(
    "change",
    [
        {"actual_roi": -100.5},
        {"actual_roi": 100_001},
        {"actual_participants": -1},
        {"actual_cost": -1},
        {"sequence": 0},
        {"event_id": "unknown"},
        {"roi_error": -0.1},
        {"revenue": -1},
    ],
)
def test_an_impossible_report_is_refused(connection: Connection, change: dict[str, object]) -> None:
    insert(connection, "events", OWN)
    with pytest.raises(IntegrityError):
        insert(connection, "event_performance", REPORT | {"completed_at": "2026-11-23"} | change)
    connection.close()


def test_two_reports_do_not_share_a_place(connection: Connection) -> None:
    insert(connection, "events", OWN)
    insert(connection, "event_performance", REPORT | {"completed_at": "2026-11-23"})
    with pytest.raises(IntegrityError):
        insert(connection, "event_performance", REPORT | {"completed_at": "2026-11-24"})
    connection.close()


def test_an_event_comes_from_its_owners_recommendation_only_and_once(connection: Connection) -> None:
    recommendation = {
        "id": "rec-1",
        "user_id": "owner-1",
        "recommendation_data": "{}",
        "purpose": "매출증대",
        "industry": "음식점",
        "location_city": "서울",
        "season": "가을",
        "source": "claude",
        "prompt_variant": "default",
        "cache_hit": False,
        "seconds": 1,
        "created_at": "2026-11-23",
    }
    insert(connection, "ai_recommendations", recommendation)
    chosen = OWN | {"recommendation_id": "rec-1", "option": "low-online"}
    insert(connection, "events", chosen)
    with pytest.raises(IntegrityError):
        insert(connection, "events", chosen | {"id": "ev_2"})
    with pytest.raises(IntegrityError):
        insert(connection, "events", chosen | {"id": "ev_3", "user_id": "owner-2", "option": "low-offline"})
    connection.close()


def test_an_observed_event_names_a_report_of_its_own(connection: Connection) -> None:
    insert(connection, "events", OWN)
    insert(connection, "events", OWN | {"id": "ev_2"})
    insert(connection, "event_performance", REPORT | {"completed_at": "2026-11-23"})
    observe = (
        "UPDATE events SET provenance = 'observed', measured_by = (SELECT id FROM event_performance) WHERE id = %s"
    )
    connection.execute(observe, ("ev_1",))
    with pytest.raises(IntegrityError):
        connection.execute(observe, ("ev_2",))
    connection.close()


def test_a_plain_business_number_does_not_pass_for_a_masked_one(connection: Connection) -> None:
    store: dict[str, object] = {
        "user_id": "owner-1",
        "name": "가게",
        "industry_word": "음식점",
        "industry": "음식점",
        "trade_word": "음식점",
        "location_city": "서울",
        "business_number_hash": "0" * 64,
        "business_number_masked": "124-81-00998",
    }
    with pytest.raises(IntegrityError):
        insert(connection, "stores", store)
    connection.close()
