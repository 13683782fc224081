"""No log of the stack holds a key, a business number, an address, a phone number or a name, whatever goes wrong."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping

import httpx2
import pytest

from local.template import read_template
from tests.system.running_stack import ROOT, RunningStack, becomes, body_of, local, started, warm
from tests.vendors.behaviours import Behaviour, Fault
from tests.vendors.claude import ClaudeFake
from tests.vendors.openai import OpenAIFake
from tests.vendors.pinecone import PineconeFake

pytestmark = [pytest.mark.timeout(300)]

KEYS = {
    "CLAUDE_API_KEY": "sk-ant-api03-canary-claude-4821",
    "OPENAI_API_KEY": "sk-proj-canary-openai-4821",
    "PINECONE_API_KEY": "pcsk_canary_pinecone_4821",
    "SEMAS_SERVICE_KEY": "canarysemas4821%2Bkey%3D%3D",
    "KOSIS_API_KEY": "canarykosis4821=",
    "SEOUL_API_KEY": "canaryseoul4821",
    "NAVER_CLIENT_ID": "canarynaverid4821",
    "NAVER_CLIENT_SECRET": "canarynaversecret4821",
    "INSTAGRAM_ACCESS_TOKEN": "IGQWcanaryinstagram4821",
    "INSTAGRAM_USER_ID": "17841400000004821",
    "BUSINESS_NUMBER_KEY": "canary-number-key-4821",
}
NAME, PERSON, HOUSE = "카나리아상회", "홍카나리", "카나리로 4821"
PHONE, NUMBER = "010-7777-4821", "123-45-67891"
# Every form in which one of them could be found: whole, without punctuation, and its telling part.
CANARIES = {
    *KEYS.values(),
    "canary",
    NAME,
    PERSON,
    "카나리",
    HOUSE,
    PHONE,
    "77774821",
    "7777-4821",
    NUMBER,
    "1234567891",
}
STORE = {
    "name": NAME,
    "industry": "음식점",
    "businessType": "분식",
    "address": f"서울특별시 마포구 {HOUSE}",
    "location": {"city": "서울", "district": "마포구"},
    "openingHours": f"10시~20시, 문의 {PHONE} {PERSON}",
    "businessNumber": NUMBER,
}
_REFUSED_EVERYWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens


@pytest.fixture(scope="module")
def vendors() -> Iterator[tuple[ClaudeFake, OpenAIFake, PineconeFake]]:
    with ClaudeFake() as claude, OpenAIFake() as openai, PineconeFake() as pinecone:
        yield claude, openai, pinecone


@pytest.fixture(scope="module")
def settings(vendors: tuple[ClaudeFake, OpenAIFake, PineconeFake]) -> dict[str, str]:
    claude, openai, pinecone = vendors
    sources = dict.fromkeys(
        (f"{name}_BASE_URL" for name in ("SEMAS", "KOSIS", "SEOUL", "NAVER", "INSTAGRAM")), _REFUSED_EVERYWHERE
    )
    urls = {"CLAUDE_BASE_URL": claude.url, "OPENAI_BASE_URL": openai.base_url, "PINECONE_HOST": pinecone.url}
    return KEYS | sources | urls


@pytest.fixture(scope="module")
def canary_stack(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with started(tmp_path_factory.mktemp("canaries"), **settings) as stack:
        warm(stack)
        yield stack


@pytest.fixture
async def owner(canary_stack: RunningStack) -> AsyncIterator[httpx2.AsyncClient]:
    async with canary_stack.client("leaky") as owner:
        yield owner


async def test_nothing_that_is_secret_or_personal_reaches_a_log(
    canary_stack: RunningStack, owner: httpx2.AsyncClient, vendors: tuple[ClaudeFake, OpenAIFake, PineconeFake]
) -> None:
    await _a_good_life(owner)
    await _bad_requests(owner)
    for vendor in vendors:
        vendor.default = Behaviour(fault=Fault.STATUS, status=401)
    await _a_bad_day(owner)
    assert (await owner.delete("/stores/me")).status_code == 204
    await _poison(canary_stack)
    logs = _logs(canary_stack)
    assert logs.keys() >= {"local.log", "stdout.log", "postgres.log", "redis.log"}
    assert "recommendation answered" in logs["local.log"]
    assert _found_in(logs) == set()


@pytest.mark.faults
@pytest.mark.timeout(900)
async def test_functions_that_cannot_reach_their_source_print_no_secret(
    canary_stack: RunningStack, settings: dict[str, str]
) -> None:
    printed = {name: _by_hand(name, canary_stack, settings) for name in _behind_no_route()}
    assert any("crawl" in name and text for name, text in printed.items())
    assert _found_in(printed | _logs(canary_stack)) == set()


def _logs(stack: RunningStack) -> dict[str, str]:
    return {path.name: path.read_text(errors="replace") for path in stack.data.rglob("*.log")}


def _found_in(texts: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(name, canary) for name, text in texts.items() for canary in CANARIES if canary in text}


def _behind_no_route() -> list[str]:
    functions = read_template(ROOT / "template.yaml").values()
    return [function.short_name for function in functions if not function.routes]


def _by_hand(name: str, stack: RunningStack, settings: dict[str, str]) -> str:
    return local("invoke", name, "-", data=stack.data, input="{}", settings=settings).stderr


async def _a_good_life(owner: httpx2.AsyncClient) -> None:
    body_of(await owner.put("/stores/me", json=STORE))
    answer = body_of(await owner.post("/recommendations", json={"eventPurpose": "인지도향상"}))
    body_of(await owner.post("/recommendations", json={"eventPurpose": "인지도향상", "storeInfo": _facts()}))
    wish = {"recommendationId": answer["data"]["recommendationId"], "option": "low-offline"}
    wish |= {"title": f"{PERSON}의 생일", "participation": f"{PHONE}로 전화하고 {HOUSE}로 오세요"}
    event_id = body_of(await owner.post("/events", json=wish), 201)["data"]["eventId"]
    body_of(await owner.patch(f"/events/{event_id}", json={"prize": f"{PERSON} 김밥"}))
    counted = {"actualParticipants": 7, "actualCost": 250_000, "actualRoi": 3.0}
    body_of(await owner.post(f"/events/{event_id}/performance", json=counted), 202)
    body_of(await owner.get("/stores/me/export"))
    body_of(await owner.get("/lookups/regions", params={"q": HOUSE}))

    async def compared() -> bool:
        return body_of(await owner.get(f"/events/{event_id}"))["data"]["result"]["roiError"] is not None

    await becomes(compared, pause=1)


def _facts() -> dict[str, object]:
    return {name: STORE[name] for name in ("name", "industry", "businessType", "address", "location")}


async def _bad_requests(owner: httpx2.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    broken = json.dumps(STORE, ensure_ascii=False)[:-5].encode()
    assert (await owner.put("/stores/me", content=broken, headers=headers)).status_code == 400
    for wrong in ({"businessNumber": "123-45-67890"}, {"name": NAME * 20}, {"address": None, "location": None}):
        assert (await owner.put("/stores/me", json=STORE | wrong)).status_code == 422
    assert (await owner.get(f"/events/{PHONE}")).status_code == 404
    assert (await owner.get("/events", params={"cursor": NUMBER})).status_code == 422
    refused = await owner.get("/events", headers={"authorization": f"Bearer {KEYS['CLAUDE_API_KEY']}"})
    assert refused.status_code == 401
    assert (await owner.post(f"/events/{HOUSE}", json=STORE)).status_code == 404


async def _a_bad_day(owner: httpx2.AsyncClient) -> None:
    """Every vendor refuses the key, and says so."""
    asked = {"eventPurpose": "매출증대", "storeInfo": _facts()}
    assert body_of(await owner.post("/recommendations", json=asked))["metadata"]["source"] == "catalog"
    body_of(await owner.post("/events", json={"title": f"{NAME} {PHONE}"}), 201)


async def _poison(stack: RunningStack) -> None:
    """Messages that nobody can read, which name everything."""
    body = json.dumps({"body": {**STORE, **KEYS}}, ensure_ascii=False)
    async with stack.database() as database:
        for queue in ("embed_events", "record_performance", "record_recommendations"):
            await database.execute("INSERT INTO local_messages (queue, body) VALUES (%s, %s)", [queue, body])

        async def given_up() -> bool:
            rows = await database.fetch("SELECT 1 FROM local_messages WHERE dead_from IS NOT NULL")
            return len(rows) >= 3

        await becomes(given_up)
    assert "canary" not in stack.command("status").stdout
