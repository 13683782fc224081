"""Nobody reads, changes or guesses what is another owner's."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.system.running_stack import RunningStack, becomes, body_of

pytestmark = [pytest.mark.xdist_group("running stack"), pytest.mark.timeout(300)]
SECRET_TITLE = "단골 손님 서른 분께만 드리는 첫눈 쿠폰"
STORE = {
    "name": "첫눈떡방",
    "industry": "소매점",
    "businessType": "떡집",
    "address": "광주광역시 동구 충장로 77",
    "location": {"city": "광주", "district": "동구"},
}
COUNTED = {"actualParticipants": 5, "actualCost": 260_000, "actualRoi": 1.0}
NOBODYS_EVENT = f"ev_{0:032x}"


@dataclass(frozen=True)
class Owned:
    """What the owner has: a shop, an answer, an event with its result."""

    owner: httpx2.AsyncClient
    other: httpx2.AsyncClient
    recommendation_id: str
    event_id: str

    async def everything(self) -> str:
        """All that is kept of the owner."""
        exported = body_of(await self.owner.get("/stores/me/export"))["data"]
        return json.dumps({**exported, "exportedAt": None}, ensure_ascii=False, sort_keys=True)


@pytest.fixture
async def owned(stack: RunningStack) -> AsyncIterator[Owned]:
    async with stack.client("rice-cake-shop") as owner, stack.client("curious-shop") as other:
        body_of(await owner.put("/stores/me", json=STORE))
        answer = body_of(await owner.post("/recommendations", json={"eventPurpose": "매출증대"}))
        recommendation_id = answer["data"]["recommendationId"]
        wish = {"recommendationId": recommendation_id, "option": "high-offline", "title": SECRET_TITLE}
        event_id = body_of(await owner.post("/events", json=wish), 201)["data"]["eventId"]
        body_of(await owner.post(f"/events/{event_id}/performance", json=COUNTED), 202)
        owned = Owned(owner, other, recommendation_id, event_id)
        await becomes(lambda: _settled(owned))
        yield owned
        assert (await owner.delete("/stores/me")).status_code == 204


async def _settled(owned: Owned) -> bool:
    """Nothing more is on its way that would change what is kept."""
    result = body_of(await owned.owner.get(f"/events/{owned.event_id}"))["data"]["result"]
    listed = body_of(await owned.owner.get("/recommendations"))["data"]["items"]
    return result["roiError"] is not None and bool(listed)


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
    theirs = await owned.other.request(method, path.format(id=owned.event_id), json=body)
    nobodys = await owned.other.request(method, path.format(id=NOBODYS_EVENT), json=body)
    assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)
    assert theirs.status_code == 404
    assert SECRET_TITLE not in theirs.text
    assert await owned.everything() == before


async def test_anothers_recommendation_can_be_neither_opened_nor_chosen_nor_judged(owned: Owned) -> None:
    before = await owned.everything()
    assert (await owned.other.get(f"/recommendations/{owned.recommendation_id}")).status_code == 404
    wish = {"recommendationId": owned.recommendation_id, "option": "low-online"}
    assert (await owned.other.post("/events", json=wish)).status_code == 404
    regenerate = {"recommendationId": owned.recommendation_id, "reason": "too_expensive"}
    asked = {"eventPurpose": "매출증대", "storeInfo": STORE, "regenerate": regenerate}
    assert SECRET_TITLE not in (await owned.other.post("/recommendations", json=asked)).text
    assert await owned.everything() == before


async def test_lists_and_exports_hold_ones_own_only(owned: Owned) -> None:
    for path in ("/events", "/recommendations", "/stores/me/export"):
        text = (await owned.other.get(path)).text
        for theirs in (SECRET_TITLE, owned.event_id, owned.recommendation_id, STORE["name"]):
            assert str(theirs) not in text, path
    assert (await owned.other.get("/stores/me")).status_code == 404


async def test_anothers_cursor_shows_nothing_of_theirs(owned: Owned) -> None:
    body_of(await owned.owner.post("/events", json={"title": "두 번째"}), 201)
    cursor = body_of(await owned.owner.get("/events", params={"limit": "1"}))["data"]["nextCursor"]
    assert cursor
    answer = await owned.other.get("/events", params={"cursor": cursor})
    assert owned.event_id not in answer.text
    assert SECRET_TITLE not in answer.text


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
    answer = await owned.other.get(f"/events/{owned.event_id}", headers={"authorization": claimed})
    assert answer.status_code in {401, 404}
    assert SECRET_TITLE not in answer.text
