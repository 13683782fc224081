"""The fake Claude through the real SDK: it answers what it was asked, and fails as Claude fails."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import jsonschema
import pytest

from tests.vendors.behaviours import Answer, Behaviour, Fault
from tests.vendors.claude import ClaudeFake

_SLOT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "offers": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "where": {"type": "string", "enum": ["low-online", "low-offline", "high-online", "high-offline"]},
                    "expense": {"type": "integer", "description": "비용, 원"},
                    "headline": {"type": "string", "description": "제목"},
                    "kind": {"type": "string", "enum": ["stamp_card", "quiz", "review", "class", "photo", "tasting"]},
                    "gift": {"anyOf": [{"type": "null"}, {"type": "string", "description": "경품"}]},
                },
                "required": ["where", "expense", "headline", "kind", "gift"],
                "additionalProperties": False,
            },
        },
        "area": {"type": "string", "description": "지역 흐름, 100자 안팎"},
    },
    "required": ["offers", "area"],
    "additionalProperties": False,
}


@pytest.fixture
def claude() -> Iterator[ClaudeFake]:
    with ClaudeFake() as fake:
        yield fake


@pytest.fixture
def sdk(claude: ClaudeFake) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="sk-x", base_url=claude.url, max_retries=0, timeout=1.0) as client:
        yield client


def _ask(text: str, schema: dict[str, Any] = _SLOT_SCHEMA, **changes: Any) -> dict[str, Any]:
    return {
        "model": "claude-haiku-5-5",
        "max_tokens": 4000,
        "thinking": {"type": "disabled"},
        "messages": [{"role": "user", "content": text}],
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
        **changes,
    }


_BAKERY = "업종: 제과점\n시군구: 강릉시\n목적: 인지도향상\n7월 여름\n순서: high-offline, low-online"


def _text(message: Any) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def test_it_fills_an_unknown_schema_about_the_shop_that_was_named(sdk: anthropic.Anthropic) -> None:
    with sdk.messages.stream(**_ask(_BAKERY)) as stream:
        value = json.loads(_text(stream.get_final_message()))
    jsonschema.validate(value, _SLOT_SCHEMA)
    assert [offer["where"] for offer in value["offers"]] == ["high-offline", "low-online"]
    assert all(
        "제과점" in offer["headline"] or "강릉시" in offer["headline"] or "7월" in offer["headline"]
        for offer in value["offers"]
    )
    assert 5_000_000 <= value["offers"][0]["expense"] <= 6_000_000
    assert 250_000 <= value["offers"][1]["expense"] <= 300_000
    assert "강릉시" in value["area"]
    assert value["offers"][0]["kind"] != value["offers"][1]["kind"]


def test_another_question_gets_another_answer(sdk: anthropic.Anthropic) -> None:
    answers = {
        _text(sdk.messages.create(**_ask(_BAKERY.replace("강릉시", place)))) for place in ("강릉시", "목포시", "춘천시")
    }
    assert len(answers) == 3


def test_it_writes_no_title_that_it_was_told_to_avoid(sdk: anthropic.Anthropic) -> None:
    first = json.loads(_text(sdk.messages.create(**_ask(_BAKERY))))
    titles = {offer["headline"] for offer in first["offers"]}
    second = json.loads(_text(sdk.messages.create(**_ask(f"{_BAKERY}\n피할 제목: {' / '.join(titles)}"))))
    assert titles.isdisjoint(offer["headline"] for offer in second["offers"])


def test_documents_are_answered_one_by_one(sdk: anthropic.Anthropic) -> None:
    schema = {
        "type": "object",
        "properties": {
            "found": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"document": {"type": "string"}, "title": {"type": "string"}},
                    "required": ["document", "title"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["found"],
        "additionalProperties": False,
    }
    asked = '<post id="b-7">빵집 오픈 이벤트합니다</post>\n<post id="b-9">꽃집 리뷰 이벤트</post>'
    value = json.loads(_text(sdk.messages.create(**_ask(asked, schema))))
    assert [found["document"] for found in value["found"]] == ["b-7", "b-9"]
    assert value["found"][1]["title"].startswith("꽃집")


def test_a_small_max_tokens_cuts_the_answer(sdk: anthropic.Anthropic) -> None:
    message = sdk.messages.create(**_ask(_BAKERY, max_tokens=40))
    assert message.stop_reason == "max_tokens"
    assert 35 <= message.usage.output_tokens <= 45


def test_a_long_marked_prefix_is_read_from_the_cache_the_second_time(sdk: anthropic.Anthropic) -> None:
    system = [{"type": "text", "text": "규칙을 지킵니다. " * 200, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    first = sdk.messages.create(**_ask(_BAKERY, system=system)).usage
    second = sdk.messages.create(**_ask(_BAKERY, system=system)).usage
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens
    assert (first.cache_creation_input_tokens or 0) > 512
    assert second.cache_creation_input_tokens == 0


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"temperature": 0}, 400, "temperature"),
        ({"max_tokens": None}, 400, "max_tokens"),
        ({"tone": "warm"}, 400, "tone"),
        ({"model": "claude-3-5-sonnet-20241022"}, 404, "claude-3-5-sonnet"),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "{"}]}, 400, "prefill"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, 400, "thinking"),
        ({"model": "claude-sonnet-5-5"}, 400, "thinking"),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            400,
            "additionalProperties",
        ),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "string", "maxLength": 9}}}},
            400,
            "maxLength",
        ),
        ({"system": [{"type": "text", "text": " "}]}, 400, "non-empty"),
    ],
)
def test_it_refuses_what_the_api_refuses(claude: ClaudeFake, change: dict[str, Any], status: int, word: str) -> None:
    body = {name: value for name, value in _ask(_BAKERY, **change).items() if value is not None}
    headers = {"authorization": "Bearer sk-x", "anthropic-version": "2026-10-21"}
    reply = httpx2.post(f"{claude.url}/v1/messages", json=body, headers=headers)
    assert reply.status_code == status
    assert word in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"anthropic-version": "2026-10-21"}, 401),
        ({"authorization": "Bearer wrong", "anthropic-version": "2026-10-21"}, 401),
        ({"authorization": "Bearer right"}, 400),
        ({"authorization": "Bearer right", "anthropic-version": "2024-01-01"}, 400),
        ({"x-api-key": "right", "anthropic-version": "2026-10-21"}, 200),
    ],
)
def test_key_and_version_are_checked(claude: ClaudeFake, headers: dict[str, str], status: int) -> None:
    claude.api_key = "right"
    assert httpx2.post(f"{claude.url}/v1/messages", json=_ask(_BAKERY), headers=headers).status_code == status


def test_a_mid_stream_error_has_status_200_and_its_type(claude: ClaudeFake, sdk: anthropic.Anthropic) -> None:
    claude.script(Behaviour(fault=Fault.ERROR_EVENT, after_chars=30))
    with pytest.raises(anthropic.APIStatusError) as caught, sdk.messages.stream(**_ask(_BAKERY)) as stream:
        stream.get_final_message()
    assert (caught.value.status_code, caught.value.type) == (200, "overloaded_error")


def test_a_clean_early_end_raises_nothing_and_has_no_stop_reason(claude: ClaudeFake, sdk: anthropic.Anthropic) -> None:
    claude.script(Behaviour(fault=Fault.END, after_chars=30))
    with sdk.messages.stream(**_ask(_BAKERY)) as stream:
        message = stream.get_final_message()
    assert message.stop_reason is None
    assert len(_text(message)) == 30


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.CUT, httpx2.RemoteProtocolError),
        (Fault.RESET, httpx2.ReadError),
        (Fault.STALL, httpx2.ReadTimeout),
    ],
)
def test_a_dying_socket_raises_raw_transport_errors(
    claude: ClaudeFake, sdk: anthropic.Anthropic, fault: Fault, error: type[Exception]
) -> None:
    claude.script(Behaviour(fault=fault, after_chars=30))
    with pytest.raises(error), sdk.messages.stream(**_ask(_BAKERY)) as stream:
        stream.get_final_message()


def test_refusal_and_truncation_are_told_by_the_stop_reason(claude: ClaudeFake, sdk: anthropic.Anthropic) -> None:
    claude.script(Behaviour(fault=Fault.REFUSAL, after_chars=5), Behaviour(fault=Fault.TRUNCATE, after_chars=5))
    reasons = []
    for _ in range(2):
        with sdk.messages.stream(**_ask(_BAKERY)) as stream:
            reasons.append(stream.get_final_message().stop_reason)
    assert reasons == ["refusal", "max_tokens"]


def test_a_drip_of_pings_outlives_the_read_timeout_until_the_client_leaves(
    claude: ClaudeFake, sdk: anthropic.Anthropic
) -> None:
    claude.script(Behaviour(fault=Fault.DRIP, after_chars=20, interval_seconds=0.01))
    with sdk.messages.stream(**_ask(_BAKERY)) as stream:
        pieces = 0
        for piece in stream.text_stream:
            pieces += len(piece)
            if pieces == 20:
                break
    claude.wait_until_idle()
    assert claude.requests[0].client_left


@pytest.mark.parametrize("fault", [Fault.NEVER_ANSWER, Fault.SLOW_HEADERS])
def test_a_server_that_never_gets_to_the_answer_times_the_client_out(claude: ClaudeFake, fault: Fault) -> None:
    claude.script(Behaviour(fault=fault, interval_seconds=5))
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.post(f"{claude.url}/v1/messages", json=_ask(_BAKERY), timeout=0.2)
    claude.wait_until_idle()
    assert claude.requests[0].client_left


@pytest.mark.parametrize("answer", [Answer.BAD_JSON, Answer.NOT_JSON])
def test_broken_json_is_no_json(claude: ClaudeFake, sdk: anthropic.Anthropic, answer: Answer) -> None:
    claude.script(Behaviour(answer=answer))
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(_text(sdk.messages.create(**_ask(_BAKERY))))


def test_slots_come_wrong_or_twice_when_told(claude: ClaudeFake, sdk: anthropic.Anthropic) -> None:
    free = json.loads(json.dumps(_SLOT_SCHEMA))
    free["properties"]["offers"]["items"]["properties"]["where"] = {"type": "string", "description": "slot"}
    claude.script(Behaviour(answer=Answer.DUPLICATE_SLOTS), Behaviour(answer=Answer.WRONG_SLOTS))
    double, wrong = (json.loads(_text(sdk.messages.create(**_ask(_BAKERY, free)))) for _ in range(2))
    assert [offer["where"] for offer in double["offers"]] == ["high-offline", "high-offline"]
    assert "low-metaverse" in [offer["where"] for offer in wrong["offers"]]


def test_another_process_can_steer_it_and_read_what_was_asked(claude: ClaudeFake, sdk: anthropic.Anthropic) -> None:
    httpx2.post(f"{claude.url}/__control__/behaviours", json=[{"fault": "status", "status": 529, "retry_after": 300}])
    with pytest.raises(anthropic.APIStatusError) as caught:
        sdk.messages.create(**_ask(_BAKERY))
    assert caught.value.status_code == 529
    assert caught.value.response.headers["retry-after"] == "300"
    asked = httpx2.get(f"{claude.url}/__control__/requests").json()
    assert json.loads(asked[0]["body"])["messages"][0]["content"] == _BAKERY
    assert "authorization" not in asked[0]["headers"]
    assert httpx2.put(f"{claude.url}/__control__/behaviour", json={"fault": "unheard"}).status_code == 422
