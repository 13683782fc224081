"""The recommend function as Lambda calls it, in a process of its own, against fakes of the vendors."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.handlers.answers import check_answer
from tests.handlers.container import Container
from tests.vendors.claude import ClaudeFake
from tests.vendors.openai import OpenAIFake

STORE = {
    "name": "화로담",
    "industry": "음식점",
    "businessType": "고깃집",
    "location": {"city": "서울", "district": "강남구"},
}
GOOD = {"eventPurpose": "신규고객유치", "storeInfo": STORE}


class RecommendContainer(Container):
    """A process that has the handler loaded."""

    def __init__(self, **environment: str) -> None:
        super().__init__("recommend", **environment)

    def post(self, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """POST /recommendations with a JSON body, or with a text as it is: status and body of the answer."""
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        answered = self.invoke(
            {
                "version": "2.0",
                "routeKey": "POST /recommendations",
                "rawPath": "/recommendations",
                "headers": {"content-type": "application/json", **headers},
                "requestContext": {"http": {"method": "POST"}, "requestId": "r-1"},
                "body": text,
                "isBase64Encoded": False,
            }
        )
        return answered["statusCode"], json.loads(answered["body"])


@pytest.fixture(scope="module")
def claude() -> Iterator[ClaudeFake]:
    with ClaudeFake() as fake:
        yield fake


@pytest.fixture(scope="module")
def openai() -> Iterator[OpenAIFake]:
    with OpenAIFake() as fake:
        yield fake


@pytest.fixture(scope="module")
def container(claude: ClaudeFake, openai: OpenAIFake) -> Iterator[RecommendContainer]:
    """With Claude and OpenAI configured: what is sent there is seen."""
    keys = {"CLAUDE_API_KEY": "sk-test", "CLAUDE_BASE_URL": claude.url}
    with RecommendContainer(**keys, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=openai.base_url) as running:
        yield running


@pytest.fixture(scope="module")
def bare_container() -> Iterator[RecommendContainer]:
    """Without any settings."""
    with RecommendContainer() as running:
        yield running


def test_without_settings_the_catalog_answers_the_contract(bare_container: RecommendContainer) -> None:
    status, body = bare_container.post(GOOD)
    assert status == 200
    check_answer(body)
    assert body["metadata"]["source"] == "catalog"


def test_claude_writes_and_the_answer_holds_the_contract(container: RecommendContainer) -> None:
    status, body = container.post(GOOD)
    assert status == 200
    check_answer(body)
    assert body["metadata"]["source"] == "claude"
    assert body["metadata"]["modelUsage"]["outputTokens"] > 0
    assert body["metadata"]["costUsd"] > 0


@pytest.mark.parametrize(
    "store",
    [
        {"industry": "네일샵", "address": "제주특별자치도 제주시 노형동 1"},
        {"industry": "숙박", "businessType": "펜션", "address": "경기 가평군"},
        {"industry": "기타", "address": "전남광주 순천시"},
        {"industry": "소매점", "businessType": "별난 물건 가게", "location": {"city": "세종"}},
    ],
)
@pytest.mark.parametrize("purpose", ["신규고객유치", "재방문 유도", "매출 증대", "인지도향상"])
def test_any_shop_and_purpose_gets_six_plans(
    bare_container: RecommendContainer, store: dict[str, Any], purpose: str
) -> None:
    status, body = bare_container.post({"eventPurpose": purpose, "storeInfo": store})
    assert status == 200
    check_answer(body)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("not json", 400),
        ("", 400),
        ("[1, 2]", 400),
        ('{"eventPurpose": "매출증대",', 400),
        ("{}", 422),
        ({"eventPurpose": "돈벌기", "storeInfo": STORE}, 422),
        ({"eventPurpose": 3, "storeInfo": STORE}, 422),
        ({"eventPurpose": None, "storeInfo": STORE}, 422),
        ({"eventPurpose": "매출증대"}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": "화로담"}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {"industry": "음식점"}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "industry": ""}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "industry": "   "}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "name": "가" * 10_000}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "businessType": "고" * 10_000}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "businessType": "고깃집\u202e"}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "businessType": "고깃\u0000집"}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "businessType": "🍖"}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "location": {"city": "아틀란티스"}}}, 422),
        (
            {"eventPurpose": "매출증대", "storeInfo": {**STORE, "location": {"city": "서울", "district": "해운대구"}}},
            422,
        ),
        ({"eventPurpose": "매출증대", "storeInfo": {"industry": "음식점", "address": "중구 어딘가"}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {"industry": "음식점", "address": "출구 앞"}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": {"industry": "쀍쀍", "address": "서울 강남구"}}, 422),
        ({"eventPurpose": "매출증대", "storeInfo": STORE, "regenerate": {}}, 422),
        (
            {
                "eventPurpose": "매출증대",
                "storeInfo": STORE,
                "regenerate": {"recommendationId": "x", "reason": "bored"},
            },
            422,
        ),
        ({"eventPurpose": "매출증대", "storeInfo": {**STORE, "name": "x" * 2_000_000}}, 413),
    ],
)
def test_bad_input_is_the_contracts_error_and_reaches_no_vendor(
    container: RecommendContainer, claude: ClaudeFake, openai: OpenAIFake, body: Any, status: int
) -> None:
    before = len(claude.requests) + len(openai.requests)
    answered, error = container.post(body)
    assert answered == status
    assert error["success"] is False
    assert error["code"]
    assert any("가" <= letter <= "힣" for letter in error["error"])
    assert all(detail["message"] for detail in error["details"])
    assert (status != 422) or error["details"]
    assert len(claude.requests) + len(openai.requests) == before


def test_another_media_type_is_refused(container: RecommendContainer) -> None:
    assert container.post("a=1", **{"content-type": "application/x-www-form-urlencoded"})[0] == 415


def test_a_regeneration_repeats_no_title(bare_container: RecommendContainer) -> None:
    seen: set[str] = set()
    request: dict[str, Any] = {
        "eventPurpose": "재방문유도",
        "storeInfo": {"industry": "꽃집", "address": "대전 유성구"},
    }
    for _ in range(5):
        status, body = bare_container.post(request, authorization="Bearer local:florist")
        assert status == 200
        check_answer(body)
        titles = {plan["title"] for plan in body["data"]["recommendations"]}
        assert not titles & seen
        seen |= titles
        replaced = {"recommendationId": body["data"]["recommendationId"], "reason": "not_my_style"}
        request = {**request, "regenerate": replaced}


def test_a_second_question_of_the_same_kind_is_answered_from_the_cache(
    container: RecommendContainer, claude: ClaudeFake
) -> None:
    store = {"industry": "카페", "address": "부산 수영구 광안동"}
    first = container.post({"eventPurpose": "인지도향상", "storeInfo": {**store, "name": "하나"}})[1]
    calls = len(claude.requests)
    second = container.post(
        {
            "eventPurpose": "인지도 향상",
            "storeInfo": {"industry": "음식점", "businessType": "카페", "address": "부산광역시 수영구", "name": "둘"},
        },
        authorization="Bearer local:other",
    )[1]
    check_answer(second)
    assert second["metadata"]["cacheHit"] is True
    assert second["data"]["recommendations"] == first["data"]["recommendations"]
    assert second["data"]["recommendationId"] != first["data"]["recommendationId"]
    assert len(claude.requests) == calls


def test_neither_name_nor_address_reaches_a_vendor(
    container: RecommendContainer, claude: ClaudeFake, openai: OpenAIFake
) -> None:
    store = {"name": "비밀가게이름", "industry": "서점", "address": "인천 연수구 송도과학로 77-1"}
    assert container.post({"eventPurpose": "매출증대", "storeInfo": store})[0] == 200
    sent = b"".join(request.body for request in (*claude.requests, *openai.requests)).decode()
    assert "비밀가게이름" not in sent
    assert "송도과학로" not in sent
    assert "연수구" in sent
