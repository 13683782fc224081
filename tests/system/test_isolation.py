"""Nobody reads, changes or guesses what is another owner's; of what they measured, others learn what the design says."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.system.running_stack import RunningStack, becomes, body_of, kept

pytestmark = [pytest.mark.xdist_group("running stack"), pytest.mark.timeout(300)]
STORE = {
    "name": "첫눈떡방",
    "industry": "소매점",
    "businessType": "떡집",
    "address": "광주광역시 동구 충장로 77",
    "location": {"city": "광주", "district": "동구"},
}
PURPOSE = "매출증대"
SECRET_TITLE = "단골 손님 서른 분께만 드리는 첫눈 쿠폰"
MEASURED_TITLE = f"{STORE['name']}에서 첫눈 오는 날 인절미 덤"
SHOWN_TITLE = "가게에서 첫눈 오는 날 인절미 덤"
SECRET_PRIZE = "인절미 세 조각"
SECRET_WORDS = "계산대에서 첫눈이 왔다고 말해 주세요"
COUNTED = {"actualParticipants": 321, "actualCost": 1_634_179, "actualRoi": 51.37}
# A planned event, the shop, an owner's words and exact numbers are nobody else's, whatever was measured.
SECRETS = (SECRET_TITLE, SECRET_PRIZE, SECRET_WORDS, STORE["name"], "충장로 77", "1634179", "51.37")
NOBODYS_EVENT = f"ev_{0:032x}"
_UNDELIVERED = """
    SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM local_messages WHERE dead_from IS NULL) AS messages
"""


@dataclass(frozen=True)
class Owned:
    """What the owner has: a shop, an answer, an event that is planned and one with its result."""

    owner: httpx2.AsyncClient
    other: httpx2.AsyncClient
    recommendation_id: str
    planned_id: str
    measured_id: str

    async def everything(self) -> str:
        """All that is kept of the owner."""
        exported = body_of(await self.owner.get("/stores/me/export"))["data"]
        return json.dumps({**exported, "exportedAt": None}, ensure_ascii=False, sort_keys=True)


@pytest.fixture
async def owned(stack: RunningStack) -> AsyncIterator[Owned]:
    async with stack.client("rice-cake-shop") as owner, stack.client("curious-shop") as other:
        body_of(await owner.put("/stores/me", json=STORE))
        answer = body_of(await owner.post("/recommendations", json={"eventPurpose": PURPOSE}))
        recommendation_id = await kept(owner, answer)
        planned_id = await _chosen(owner, recommendation_id, option="high-offline", title=SECRET_TITLE)
        measured_id = await _chosen(owner, recommendation_id, option="medium-offline", title=MEASURED_TITLE)
        body_of(await owner.post(f"/events/{measured_id}/performance", json=COUNTED), 202)
        await becomes(lambda: _at_rest(stack))
        yield Owned(owner, other, recommendation_id, planned_id, measured_id)
        assert (await owner.delete("/stores/me")).status_code == 204
        assert (await other.delete("/stores/me")).status_code == 204
        await becomes(lambda: _at_rest(stack))


async def _chosen(owner: httpx2.AsyncClient, recommendation_id: str, **wish: str) -> str:
    own_words = {"prize": SECRET_PRIZE, "participation": SECRET_WORDS}
    wanted = {"recommendationId": recommendation_id, **own_words, **wish}
    event_id: str = body_of(await owner.post("/events", json=wanted), 201)["data"]["eventId"]
    return event_id


async def _at_rest(stack: RunningStack) -> bool:
    """Nothing is on its way that would change what is kept of an owner, or what others are shown."""
    async with stack.database() as database:
        rows = await database.fetch(_UNDELIVERED)
    return not rows[0]["messages"]


ASKED: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/events/{id}", None),
    ("PATCH", "/events/{id}", {"title": "내 것"}),
    ("PATCH", "/events/{id}", {"withdrawn": True}),
    ("POST", "/events/{id}/performance", COUNTED),
]


@pytest.mark.parametrize(("method", "path", "body"), ASKED)
async def test_anothers_event_is_as_unknown_as_one_that_nobody_has(
    owned: Owned, method: str, path: str, body: dict[str, Any] | None
) -> None:
    before = await owned.everything()
    nobodys = await owned.other.request(method, path.format(id=NOBODYS_EVENT), json=body)
    assert nobodys.status_code == 404
    for event_id in (owned.planned_id, owned.measured_id):
        theirs = await owned.other.request(method, path.format(id=event_id), json=body)
        assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)
    assert await owned.everything() == before


async def test_anothers_recommendation_can_be_neither_opened_nor_chosen_nor_judged(owned: Owned) -> None:
    before = await owned.everything()
    assert (await owned.other.get(f"/recommendations/{owned.recommendation_id}")).status_code == 404
    wish = {"recommendationId": owned.recommendation_id, "option": "low-online"}
    assert (await owned.other.post("/events", json=wish)).status_code == 404
    regenerate = {"recommendationId": owned.recommendation_id, "reason": "too_expensive"}
    asked = {"eventPurpose": PURPOSE, "storeInfo": STORE | {"name": "구경꾼떡집"}, "regenerate": regenerate}
    answered = await owned.other.post("/recommendations", json=asked)
    assert answered.status_code == 200
    assert not _secrets_in(answered.text)
    assert await owned.everything() == before


async def test_others_learn_trade_place_and_title_of_what_was_measured_and_nothing_of_a_plan(owned: Owned) -> None:
    """Asked for a purpose that nobody else here asks for: the answer is made of what is known now."""
    asked = {"eventPurpose": "인지도향상", "storeInfo": STORE | {"name": "구경꾼떡집"}}
    answered = await owned.other.post("/recommendations", json=asked)
    basis = [case for plan in body_of(answered)["data"]["recommendations"] for case in plan["basis"]]
    shown = [case for case in basis if case["caseId"] == owned.measured_id]
    assert shown
    assert {case["title"] for case in shown} == {f"동구 떡집 · {SHOWN_TITLE}"}
    assert owned.planned_id not in answered.text
    assert not _secrets_in(answered.text)


async def test_lists_and_exports_hold_ones_own_only(owned: Owned) -> None:
    for path in ("/events", "/recommendations", "/stores/me/export"):
        text = (await owned.other.get(path)).text
        for theirs in (MEASURED_TITLE, owned.planned_id, owned.measured_id, owned.recommendation_id):
            assert theirs not in text, path
        assert not _secrets_in(text), path
    assert (await owned.other.get("/stores/me")).status_code == 404


async def test_anothers_cursor_shows_nothing_of_theirs(owned: Owned) -> None:
    body_of(await owned.owner.post("/events", json={"title": "두 번째"}), 201)
    cursor = body_of(await owned.owner.get("/events", params={"limit": "1"}))["data"]["nextCursor"]
    assert cursor
    answer = await owned.other.get("/events", params={"cursor": cursor})
    assert owned.planned_id not in answer.text
    assert not _secrets_in(answer.text)


async def test_an_idempotency_key_is_its_owners(owned: Owned) -> None:
    key = {"idempotency-key": "the same words"}
    body_of(await owned.other.put("/stores/me", json={**STORE, "name": "구경꾼떡집"}))
    mine = body_of(await owned.owner.post("/events", json={"title": "내 이벤트"}, headers=key), 201)["data"]
    theirs = body_of(await owned.other.post("/events", json={"title": "남의 이벤트"}, headers=key), 201)["data"]
    assert mine["eventId"] != theirs["eventId"]
    assert theirs["title"] == "남의 이벤트"


async def test_deleting_ones_own_leaves_anothers(owned: Owned) -> None:
    before = await owned.everything()
    assert (await owned.other.delete("/stores/me")).status_code in {204, 404}
    assert await owned.everything() == before


@pytest.mark.parametrize("path", ["/reports/quality"])
async def test_the_operators_routes_are_closed_to_owners(owned: Owned, path: str) -> None:
    assert (await owned.other.get(path)).status_code == 403


@pytest.mark.parametrize(
    "claimed",
    ["Bearer local:curious-shop,rice-cake-shop", "Bearer rice-cake-shop", "Basic cmljZS1jYWtlLXNob3A=", "local:"],
)
async def test_no_header_but_ones_own_name_opens_a_shop(owned: Owned, claimed: str) -> None:
    for event_id in (owned.planned_id, owned.measured_id):
        answer = await owned.other.get(f"/events/{event_id}", headers={"authorization": claimed})
        assert answer.status_code in {401, 404}
        assert not _secrets_in(answer.text)


def _secrets_in(text: str) -> list[str]:
    return [secret for secret in map(str, SECRETS) if secret in text]
