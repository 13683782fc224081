"""The owner's routes as Lambda calls them, in a process of their own, over a real PostgreSQL and a real Redis."""

import asyncio
import itertools
import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import sql

from shopevents.adapters.answer_book.redis import RedisAnswerBook
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.redis_connection import RedisConnection
from tests.contract.answers import answer
from tests.handlers.container import Container
from tests.handlers.shop_client import ShopClient, check_error

STORE = {
    "name": "화로담",
    "industry": "고깃집",
    "address": "서울특별시 강남구 역삼동 123",
    "businessNumber": "123-45-67891",
}
IDEA = {"title": "단골 감사 주간", "prize": "음료 1잔", "participation": "계산할 때 말씀해 주세요", "cost": 200_000}
RESULT = {"actualParticipants": 80, "actualCost": 240_000, "actualRoi": 150.5}
# Of every route that names one thing, what an owner may not see is answered like what does not exist.
UNKNOWN_IDS = ["ev_0", "x" * 101, "이벤트", "a b", "a\u0000b", "' OR 1=1 --", "../../etc/passwd", "%00", "ev_\u202e"]


@pytest.fixture(scope="module")
def dsn(postgres_server: str, _migrated_template: str) -> Iterator[str]:
    """A database for this module's container."""
    name = f"shop_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        create = sql.SQL("create database {} template {}")
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(_migrated_template)))
    yield f"{postgres_server.removesuffix('/postgres')}/{name}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def container(dsn: str, redis_server: str) -> Iterator[Container]:
    settings = {"DATABASE_URL": dsn, "REDIS_URL": redis_server, "REDIS_TIMEOUT_SECONDS": "5"}
    with Container("manage_shop", **settings, USER_REQUESTS_PER_MINUTE="10000") as running:
        yield running


@pytest.fixture
def owner(container: Container) -> ShopClient:
    """An owner whom no other test knows, with a shop."""
    client = ShopClient(container, f"local:{secrets.token_hex(4)}")
    assert client.call("PUT /stores/me", STORE).status == 200
    return client


@pytest.fixture
def stranger(container: Container) -> ShopClient:
    return ShopClient(container, f"local:{secrets.token_hex(4)}")


@pytest.fixture
def recommendation_id(owner: ShopClient, redis_server: str) -> str:
    """An answer that the owner got just now."""
    recommendation_id = f"rec_{secrets.token_hex(8)}"

    async def keep() -> None:
        clock = SystemClock()
        connection = RedisConnection(redis_server, clock, call_seconds=10)
        given = answer(recommendation_id, owner_id=str(owner.owner))
        given = given.model_copy(update={"question": given.question.model_copy(update={"asked_at": clock.now()})})
        await RedisAnswerBook(connection, clock).keep(given)
        await connection.aclose()

    asyncio.run(keep())
    return recommendation_id


# The shop


def test_a_shop_is_kept_shown_and_its_number_masked(owner: ShopClient) -> None:
    shop = owner.call("GET /stores/me").data
    assert shop["name"] == "화로담"
    assert shop["category"] == "음식점"
    assert shop["location"] == {"city": "서울", "district": "강남구"}
    assert shop["businessNumber"] == "123-**-*****"
    assert "67891" not in json.dumps(shop)


def test_a_second_put_replaces_the_whole_shop(owner: ShopClient) -> None:
    other = {"name": "새 가게", "industry": "꽃집", "location": {"city": "부산", "district": "수영구"}}
    assert owner.call("PUT /stores/me", other).status == 200
    shop = owner.call("GET /stores/me").data
    assert (shop["name"], shop["address"], shop["businessNumber"]) == ("새 가게", None, None)


def test_who_has_no_shop_is_told_so(stranger: ShopClient) -> None:
    check_error(stranger.call("GET /stores/me"), 404, "not_found")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "가" * 51}, "name"),
        ({"industry": "쀍쀍"}, "industry"),
        ({"address": "출구 앞"}, "address"),
        ({"businessNumber": "123-45-67890"}, "businessNumber"),
        ({"openingHours": "\u0000"}, "openingHours"),
        ({"location": "서울"}, "location"),
    ],
)
def test_a_wrong_shop_names_its_field_and_changes_nothing(owner: ShopClient, wrong: dict[str, Any], field: str) -> None:
    refused = owner.call("PUT /stores/me", STORE | wrong)
    check_error(refused, 422, "invalid_input")
    assert [detail["field"] for detail in refused.body["details"]] == [field]
    assert owner.call("GET /stores/me").data["name"] == "화로담"


# Events


def test_a_chosen_option_becomes_an_event_with_the_owners_edits(owner: ShopClient, recommendation_id: str) -> None:
    choice = {"recommendationId": recommendation_id, "option": "low-online", "title": "우리끼리 감사제"}
    made = owner.call("POST /events", choice)
    assert made.status == 201
    assert made.data["title"] == "우리끼리 감사제"
    assert made.data["prediction"]["participants"] == 100
    assert owner.call("GET /events/{eventId}", eventId=made.data["eventId"]).data == made.data


def test_an_option_is_chosen_once_and_another_of_the_same_answer_too(owner: ShopClient, recommendation_id: str) -> None:
    choice = {"recommendationId": recommendation_id, "option": "low-online"}
    assert owner.call("POST /events", choice).status == 201
    check_error(owner.call("POST /events", choice), 409, "conflict")
    assert owner.call("POST /events", choice | {"option": "high-offline"}).status == 201


def test_an_own_idea_needs_a_shop(owner: ShopClient, stranger: ShopClient) -> None:
    assert owner.call("POST /events", IDEA).status == 201
    check_error(stranger.call("POST /events", IDEA), 422, "invalid_input")


def test_somebody_elses_answer_can_not_be_chosen(stranger: ShopClient, recommendation_id: str) -> None:
    choice = {"recommendationId": recommendation_id, "option": "low-online"}
    refused = stranger.call("POST /events", choice)
    check_error(refused, 404, "not_found")
    unknown = stranger.call("POST /events", choice | {"recommendationId": "rec_unknown"})
    assert (refused.status, refused.body) == (unknown.status, unknown.body)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"title": ""},
        {"title": "가" * 101},
        {"title": "a", "cost": -1},
        {"title": "a", "cost": 1.5},
        {"title": "a", "cost": "1000"},
        {"title": "a", "cost": 10**18},
        {"title": "a", "startsOn": 0},
        {"title": "a", "startsOn": 20_000},
        {"title": "a", "startsOn": "2026-13-01"},
        {"title": "a", "startsOn": "2026-12-01T00:00:00"},
        {"title": "a", "startsOn": "2026-12-02", "endsOn": "2026-12-01"},
        {"title": "a", "channels": ["telepathy"]},
        {"title": "a", "channels": "instagram"},
        {"title": "a", "mechanic": "magic"},
        {"title": "a", "prize": "\u0000"},
        {"option": "low-online"},
        {"recommendationId": "rec_1"},
        {"recommendationId": "rec_1", "option": "lowest"},
    ],
)
def test_a_wrong_event_is_refused_and_nothing_is_made(owner: ShopClient, wrong: dict[str, Any]) -> None:
    check_error(owner.call("POST /events", wrong), 422, "invalid_input")
    assert owner.call("GET /events").data["items"] == []


def test_an_event_is_changed_withdrawn_and_then_left_alone(owner: ShopClient) -> None:
    event_id = owner.call("POST /events", IDEA).data["eventId"]
    changed = owner.call("PATCH /events/{eventId}", {"prize": "커피 2잔"}, eventId=event_id)
    assert (changed.status, changed.data["prize"], changed.data["title"]) == (200, "커피 2잔", IDEA["title"])
    gone = owner.call("PATCH /events/{eventId}", {"withdrawn": True}, eventId=event_id)
    assert gone.data["status"] == "withdrawn"
    again = owner.call("PATCH /events/{eventId}", {"withdrawn": True}, eventId=event_id)
    assert (again.status, again.data) == (200, gone.data)
    check_error(owner.call("PATCH /events/{eventId}", {"prize": "없음"}, eventId=event_id), 409, "conflict")
    reported = owner.call("POST /events/{eventId}/performance", RESULT, eventId=event_id)
    check_error(reported, 409, "conflict")


@pytest.mark.parametrize("wrong", [{}, {"unknown": 1}, {"withdrawn": "maybe"}, {"withdrawn": 1}, {"withdrawn": "yes"}])
def test_a_change_that_says_nothing_right_is_refused(owner: ShopClient, wrong: dict[str, Any]) -> None:
    event_id = owner.call("POST /events", IDEA).data["eventId"]
    check_error(owner.call("PATCH /events/{eventId}", wrong, eventId=event_id), 422, "invalid_input")


# Results


def test_a_result_is_accepted_and_shown_with_the_event(owner: ShopClient) -> None:
    event_id = owner.call("POST /events", IDEA).data["eventId"]
    accepted = owner.call("POST /events/{eventId}/performance", RESULT, eventId=event_id)
    assert accepted.status == 202
    assert accepted.data["actualRoi"] == 150.5
    shown = owner.call("GET /events/{eventId}", eventId=event_id).data
    assert shown["result"]["actualParticipants"] == 80
    assert shown["status"] == "measured"


def test_the_last_result_is_the_one_that_is_shown(owner: ShopClient) -> None:
    event_id = owner.call("POST /events", IDEA).data["eventId"]
    for people in (10, 20):
        owner.call("POST /events/{eventId}/performance", RESULT | {"actualParticipants": people}, eventId=event_id)
    assert owner.call("GET /events/{eventId}", eventId=event_id).data["result"]["actualParticipants"] == 20


@pytest.mark.parametrize(
    "counted",
    [
        {"actualParticipants": 0, "actualCost": 1, "revenue": 10**12},
        {"actualParticipants": 2_000_000_000, "actualCost": 10**10, "revenue": 0},
        {"actualParticipants": 1, "actualCost": 0, "actualRoi": 100_000},
        {**RESULT, "channels": [{"name": "instagram"}, {"name": "전단지", "participants": 3, "cost": 30_000}]},
    ],
)
def test_results_at_the_edge_are_accepted(owner: ShopClient, counted: dict[str, Any]) -> None:
    event_id = owner.call("POST /events", IDEA).data["eventId"]
    assert owner.call("POST /events/{eventId}/performance", counted, eventId=event_id).status == 202


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"actualRoi": None},
        {"actualRoi": "150"},
        {"actualRoi": True},
        {"actualRoi": -100.1},
        {"actualRoi": 1e300},
        {"actualParticipants": -1},
        {"actualParticipants": 1.5},
        {"actualParticipants": True},
        {"actualParticipants": 2**31},
        {"actualCost": "240000"},
        {"actualCost": 0, "actualRoi": None, "revenue": 10},
        {"channels": [{"name": "instagram"}, {"name": "instagram"}]},
        {"channels": [{"name": ""}]},
        {"channels": [{"name": "instagram", "cost": -1}]},
        {"channels": [{"name": str(number)} for number in range(11)]},
    ],
)
def test_a_wrong_result_is_refused_and_not_kept(owner: ShopClient, wrong: dict[str, Any]) -> None:
    event_id = owner.call("POST /events", IDEA).data["eventId"]
    refused = owner.call("POST /events/{eventId}/performance", {**RESULT, **wrong} if wrong else {}, eventId=event_id)
    check_error(refused, 422, "invalid_input")
    assert owner.call("GET /events/{eventId}", eventId=event_id).data["result"] is None


# Ids


@pytest.mark.parametrize("unknown", UNKNOWN_IDS)
def test_malformed_unknown_and_foreign_ids_are_answered_alike(
    owner: ShopClient, stranger: ShopClient, recommendation_id: str, unknown: str
) -> None:
    foreign = owner.call("POST /events", IDEA).data["eventId"]
    for route, body in (
        ("GET /events/{eventId}", None),
        ("PATCH /events/{eventId}", {"title": "내 것"}),
        ("POST /events/{eventId}/performance", RESULT),
    ):
        answers = [stranger.call(route, body, eventId=event_id) for event_id in (foreign, unknown)]
        check_error(answers[0], 404, "not_found")
        assert answers[0] == answers[1]
    answers = [
        stranger.call("GET /recommendations/{recommendationId}", recommendationId=each)
        for each in (recommendation_id, unknown)
    ]
    check_error(answers[0], 404, "not_found")
    assert answers[0] == answers[1]
    assert owner.call("GET /events/{eventId}", eventId=foreign).data["title"] == IDEA["title"]


def test_the_owner_reopens_their_answer(owner: ShopClient, recommendation_id: str) -> None:
    reopened = owner.call("GET /recommendations/{recommendationId}", recommendationId=recommendation_id)
    assert reopened.status == 200
    assert reopened.data["recommendationId"] == recommendation_id
    assert len(reopened.data["recommendations"]) == 6


# Doing it once


def test_the_same_key_and_body_are_answered_the_same_and_done_once(owner: ShopClient) -> None:
    first, second = (owner.call("POST /events", IDEA, key="k-1") for _ in range(2))
    assert (first.status, first.body) == (201, second.body)
    assert second.status == 201
    assert len(owner.call("GET /events").data["items"]) == 1


def test_a_key_is_forgotten_by_nobody_when_the_event_changes(owner: ShopClient) -> None:
    first = owner.call("POST /events", IDEA, key="k-1")
    owner.call("PATCH /events/{eventId}", {"title": "다른 제목"}, eventId=first.data["eventId"])
    assert owner.call("POST /events", IDEA, key="k-1").body == first.body


def test_the_order_of_members_makes_no_other_body(owner: ShopClient) -> None:
    first = owner.call("POST /events", IDEA, key="k-1")
    second = owner.call("POST /events", dict(reversed(IDEA.items())), key="k-1")
    assert second.body == first.body


def test_another_body_under_the_same_key_is_a_conflict(owner: ShopClient) -> None:
    owner.call("POST /events", IDEA, key="k-1")
    check_error(owner.call("POST /events", IDEA | {"cost": 1}, key="k-1"), 409, "conflict")
    assert len(owner.call("GET /events").data["items"]) == 1


def test_a_key_is_its_owners_and_its_operations(owner: ShopClient, stranger: ShopClient) -> None:
    event_id = owner.call("POST /events", IDEA, key="k-1").data["eventId"]
    assert owner.call("POST /events/{eventId}/performance", RESULT, key="k-1", eventId=event_id).status == 202
    stranger.call("PUT /stores/me", STORE)
    assert stranger.call("POST /events", IDEA, key="k-1").data["eventId"] != event_id


def test_a_result_under_a_key_is_kept_once_and_only_for_its_event(owner: ShopClient) -> None:
    one, other = (owner.call("POST /events", IDEA).data["eventId"] for _ in range(2))
    first = owner.call("POST /events/{eventId}/performance", RESULT, key="k-1", eventId=one)
    again = owner.call("POST /events/{eventId}/performance", RESULT, key="k-1", eventId=one)
    assert (again.status, again.body) == (202, first.body)
    elsewhere = owner.call("POST /events/{eventId}/performance", RESULT, key="k-1", eventId=other)
    check_error(elsewhere, 409, "conflict")


def test_a_refused_request_leaves_its_key_free(owner: ShopClient) -> None:
    check_error(owner.call("POST /events", {"title": ""}, key="k-1"), 422, "invalid_input")
    assert owner.call("POST /events", IDEA, key="k-1").status == 201


@pytest.mark.parametrize("key", ["", "x" * 101, "키", "a\tb", "a\u0000"])
def test_a_key_that_could_not_be_told_apart_is_refused(owner: ShopClient, key: str) -> None:
    check_error(owner.call("POST /events", IDEA, key=key), 422, "invalid_input")


def test_the_same_request_at_the_same_time_is_done_once(owner: ShopClient, dsn: str, redis_server: str) -> None:
    settings = {"DATABASE_URL": dsn, "REDIS_URL": redis_server, "USER_REQUESTS_PER_MINUTE": "10000"}
    with Container("manage_shop", **settings) as second, ThreadPoolExecutor(2) as together:
        clients = [owner, ShopClient(second, owner.owner)]
        for number in range(10):
            made = list(together.map(lambda client: client.call("POST /events", IDEA, key=f"k-{number}"), clients))  # noqa: B023 - run at once
            assert [each.status for each in made] == [201, 201]
            assert made[0].body == made[1].body
    assert len(owner.call("GET /events").data["items"]) == 10


# Lists


def test_pages_tell_everything_once_newest_first_while_events_are_added(owner: ShopClient) -> None:
    made = [owner.call("POST /events", IDEA).data["eventId"] for _ in range(7)]
    seen: list[str] = []
    query = {"limit": "3"}
    for number in itertools.count():
        page = owner.call("GET /events", query=query).data
        assert len(page["items"]) <= 3
        seen += [item["eventId"] for item in page["items"]]
        owner.call("POST /events", IDEA)
        if page["nextCursor"] is None:
            break
        query = {"limit": "3", "cursor": page["nextCursor"]}
        assert number < 5
    assert seen == made[::-1]


def test_a_list_shows_only_the_owners(owner: ShopClient, stranger: ShopClient) -> None:
    owner.call("POST /events", IDEA)
    assert stranger.call("GET /events").data == {"items": [], "nextCursor": None}
    assert stranger.call("GET /recommendations").data == {"items": [], "nextCursor": None}


def test_a_cursor_of_somebody_elses_list_shows_nothing_of_it(owner: ShopClient, stranger: ShopClient) -> None:
    for _ in range(3):
        owner.call("POST /events", IDEA)
    cursor = owner.call("GET /events", query={"limit": "1"}).data["nextCursor"]
    assert stranger.call("GET /events", query={"cursor": cursor}).data["items"] == []


@pytest.mark.parametrize("route", ["GET /events", "GET /recommendations"])
@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "-1"},
        {"limit": "abc"},
        {"limit": ""},
        {"limit": "１０"},
        {"limit": "1.5"},
        {"cursor": "%%%"},
        {"cursor": "커서"},
        {"cursor": "bm90IGEgY3Vyc29y"},
        {"cursor": "x" * 5000},
        {"cursor": "MjAyNi0xMS0xN1QwMzowMDowMA"},
    ],
)
def test_a_wrong_page_is_refused(owner: ShopClient, route: str, query: dict[str, str]) -> None:
    refused = owner.call(route, query=query)
    check_error(refused, 422, "invalid_input")
    assert [detail["field"] for detail in refused.body["details"]] == list(query)


# Everything of the owner's


def test_an_owner_takes_everything_away_and_deletes_it(owner: ShopClient, recommendation_id: str, dsn: str) -> None:
    chosen = {"recommendationId": recommendation_id, "option": "low-online", "title": "감사제"}
    event_id = owner.call("POST /events", chosen, key="k-1").data["eventId"]
    owner.call("POST /events/{eventId}/performance", RESULT, eventId=event_id)
    export = owner.call("GET /stores/me/export").data
    assert export["store"]["name"] == "화로담"
    assert len(export["recommendations"]) == 1
    assert [each["event_id"] for each in export["events"]] == [event_id]
    assert {each["kind"] for each in export["feedback"]} == {"chosen", "edited"}
    deleted = owner.call("DELETE /stores/me")
    assert (deleted.status, deleted.body) == (204, None)
    check_error(owner.call("GET /stores/me"), 404, "not_found")
    check_error(owner.call("GET /events/{eventId}", eventId=event_id), 404, "not_found")
    reopened = owner.call("GET /recommendations/{recommendationId}", recommendationId=recommendation_id)
    check_error(reopened, 404, "not_found")
    assert _mentions(dsn, str(owner.owner)) == {"users"}


def test_deleting_twice_is_as_deleting_once(owner: ShopClient) -> None:
    assert [owner.call("DELETE /stores/me").status for _ in range(2)] == [204, 204]


def _mentions(dsn: str, owner_id: str) -> set[str]:
    """The tables that hold a row of the owner's."""
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'user_id' AND table_schema = 'public'"
        ).fetchall()
        found = {"users"} if connection.execute("SELECT FROM users WHERE id = %s", (owner_id,)).rowcount else set()
        for (table,) in tables:
            query = sql.SQL("SELECT FROM {} WHERE user_id = %s").format(sql.Identifier(table))
            found |= {table} if connection.execute(query, (owner_id,)).rowcount else set()
        return found


# Requests


@pytest.mark.parametrize(
    "route",
    [
        "PUT /stores/me",
        "POST /events",
        "PATCH /events/{eventId}",
        "POST /events/{eventId}/performance",
    ],
)
def test_every_body_is_json_within_its_limit(stranger: ShopClient, route: str) -> None:
    for body in ("", "not json", "[]", "null", '{"title":'):
        check_error(stranger.call(route, body, eventId="ev_1"), 400, "malformed_body")
    large = json.dumps({"title": "가" * 70_000}, ensure_ascii=False)
    check_error(stranger.call(route, large, eventId="ev_1"), 413, "body_too_large")
    form = stranger.call(
        route, "title=a", headers={"content-type": "application/x-www-form-urlencoded"}, eventId="ev_1"
    )
    check_error(form, 415, "unsupported_media_type")


def test_a_route_that_nobody_serves_is_not_found(owner: ShopClient) -> None:
    check_error(owner.call("GET /unknown"), 404, "not_found")


def test_lookups_suggest_and_never_fail(owner: ShopClient) -> None:
    regions = owner.call("GET /lookups/regions", query={"q": "강남"}).data["items"]
    assert "서울 강남구" in [region["label"] for region in regions]
    trades = owner.call("GET /lookups/industries", query={"q": "고깃집"}).data["items"]
    assert trades[0]["category"] == "음식점"
    queries: list[dict[str, str]] = [{}, {"q": ""}, {"q": "쀍"}, {"q": "\u0000"}]
    for query in queries:
        assert owner.call("GET /lookups/regions", query=query).status == 200
        assert owner.call("GET /lookups/industries", query=query).status == 200
    check_error(owner.call("GET /lookups/regions", query={"q": "가" * 51}), 422, "invalid_input")


# Who asks


def test_only_operators_read_the_quality_report(container: Container, owner: ShopClient) -> None:
    check_error(owner.call("GET /reports/quality"), 403, "not_allowed")
    report = ShopClient(container).call("GET /reports/quality")
    assert report.status == 200
    assert report.data["overall"]["recommendations"]["count"] >= 0


def test_outside_local_only_the_gateways_identities_count(dsn: str, redis_server: str) -> None:
    settings = {"STAGE": "prod", "DATABASE_URL": dsn, "REDIS_URL": redis_server, "BUSINESS_NUMBER_KEY": "key"}
    queues = {f"{name}_QUEUE_URL": "http://127.0.0.1:9/queue" for name in ("EMBED_EVENTS", "RECORD_PERFORMANCE")}
    with Container("manage_shop", **settings, **queues, AWS_DEFAULT_REGION="ap-northeast-2") as production:
        pretender = ShopClient(production, "local:owner")
        for claims in (None, {}, {"sub": ""}, {"sub": "local:owner"}):
            check_error(pretender.call("GET /events", claims=claims), 401, "unauthenticated")
        nobody = ShopClient(production, None)
        sub = secrets.token_hex(8)
        assert nobody.call("GET /events", claims={"sub": sub}).status == 200
        check_error(nobody.call("GET /reports/quality", claims={"sub": sub}), 403, "not_allowed")
        for groups in ("[operators]", "[others operators]", ["operators"]):
            operator = {"sub": sub, "cognito:groups": groups}
            assert nobody.call("GET /reports/quality", claims=operator).status == 200
        other = {"sub": sub, "cognito:groups": "[no-operators]"}
        check_error(nobody.call("GET /reports/quality", claims=other), 403, "not_allowed")


@pytest.mark.parametrize("hint", ["Basic abc", "owner", "Bearer owner", "local:" + "x" * 200])
def test_locally_only_local_identities_count(container: Container, hint: str) -> None:
    check_error(
        ShopClient(container, None).call("GET /events", headers={"authorization": hint}), 401, "unauthenticated"
    )


# What fails


def test_an_owner_who_asks_too_fast_is_told_when_to_come_back(dsn: str, redis_server: str) -> None:
    settings = {"DATABASE_URL": dsn, "REDIS_URL": redis_server, "USER_REQUESTS_PER_MINUTE": "1"}
    with Container("manage_shop", **settings, REDIS_TIMEOUT_SECONDS="5") as running:
        hasty = ShopClient(running, f"local:{secrets.token_hex(4)}")
        answers = [hasty.call("GET /events") for _ in range(5)]
        assert [each.status for each in answers[:4]] == [200] * 4
        check_error(answers[4], 429, "too_many_requests")
        assert 1 <= int(answers[4].headers["retry-after"]) <= 60
        assert ShopClient(running, f"local:{secrets.token_hex(4)}").call("GET /events").status == 200


def test_without_the_database_the_routes_that_need_it_ask_to_come_back(redis_server: str) -> None:
    gone = "postgresql://nobody@127.0.0.1:9/nothing"
    with Container("manage_shop", DATABASE_URL=gone, REDIS_URL=redis_server) as running:
        client = ShopClient(running)
        for route, body in (
            ("GET /events", None),
            ("GET /recommendations", None),
            ("GET /stores/me", None),
            ("PUT /stores/me", STORE),
            ("DELETE /stores/me", None),
            ("POST /events", IDEA),
            ("GET /reports/quality", None),
        ):
            answered = client.call(route, body)
            check_error(answered, 503, "unavailable")
            assert int(answered.headers["retry-after"]) > 0
        assert client.call("GET /lookups/regions", query={"q": "강남"}).status == 200
        assert not any("nobody@" in line for line in running.log)


def test_without_redis_the_owner_is_served(dsn: str) -> None:
    with Container("manage_shop", DATABASE_URL=dsn, REDIS_URL="redis://127.0.0.1:9/0") as running:
        client = ShopClient(running, f"local:{secrets.token_hex(4)}")
        assert client.call("PUT /stores/me", STORE).status == 200
        event_id = client.call("POST /events", IDEA, key="k-1").data["eventId"]
        assert client.call("GET /events/{eventId}", eventId=event_id).status == 200
        assert ShopClient(running).call("GET /reports/quality").status == 200
