"""The fakes against the vendors' published schemas: what real SDKs send them, and what they answer."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import anthropic
import httpx2
import openai
import pinecone
import pytest

from tests.contract.vendor_specs import problems, require_specs
from tests.vendors.behaviours import Behaviour, Fault
from tests.vendors.claude import ClaudeFake
from tests.vendors.openai import OpenAIFake
from tests.vendors.pinecone import PineconeFake

_MESSAGES = "anthropic-messages.json"
_STREAM = "anthropic-stream-events.schema.json"
_EMBEDDINGS = "openai-embeddings.yaml"
_PINECONE = "pinecone-data-2026-04.yaml"
_ASK: dict[str, Any] = {
    "model": "claude-haiku-5-5",
    "max_tokens": 2000,
    "system": [{"type": "text", "text": "이벤트 기획자입니다.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "messages": [
        {"role": "user", "content": "업종: 분식집\n지역: 군산시\n목적: 재방문유도\n5월, low-offline 하나만 써 주세요."}
    ],
    "output_config": {
        "format": {
            "type": "json_schema",
            "schema": {
                "type": "object",
                "properties": {"title": {"type": "string"}},
                "required": ["title"],
                "additionalProperties": False,
            },
        }
    },
}


@pytest.fixture
def claude() -> Iterator[ClaudeFake]:
    with ClaudeFake() as fake:
        yield fake


@pytest.fixture
def openai_fake() -> Iterator[OpenAIFake]:
    with OpenAIFake() as fake:
        yield fake


@pytest.fixture
def pinecone_fake() -> Iterator[PineconeFake]:
    with PineconeFake(dimension=3) as fake:
        yield fake


def _raw_stream(claude: ClaudeFake, **changes: Any) -> tuple[httpx2.Response, list[tuple[str, dict[str, Any]]]]:
    """The events of a streamed answer as they are on the wire: (event line, data)."""
    headers = {"authorization": "Bearer sk-x", "anthropic-version": "2026-10-21"}
    reply = httpx2.post(f"{claude.url}/v1/messages", json={**_ASK, "stream": True, **changes}, headers=headers)
    frames = [frame.split("\n") for frame in reply.text.split("\n\n") if frame]
    return reply, [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for kind, data in frames]


def _client(claude: ClaudeFake) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key="sk-x", base_url=claude.url, max_retries=0)


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(),
        Behaviour(thinking=True),
        Behaviour(fault=Fault.TRUNCATE, after_chars=12),
        Behaviour(fault=Fault.REFUSAL, after_chars=3),
    ],
    ids=["plain", "thinking", "truncated", "refused"],
)
def test_every_stream_event_of_the_fake_fits_anthropics_schema(claude: ClaudeFake, behaviour: Behaviour) -> None:
    require_specs()
    claude.script(behaviour)
    reply, events = _raw_stream(claude)
    assert reply.status_code == 200
    for kind, data in events:
        assert data["type"] == kind
        assert problems(_STREAM, "MessageStreamEvent", data) == []


def test_the_fake_streams_in_the_order_of_anthropics_recorded_samples(claude: ClaudeFake) -> None:
    sample = (require_specs() / "anthropic-sse" / "basic_response.txt").read_text(encoding="utf-8")
    recorded = [line.removeprefix("event: ") for line in sample.splitlines() if line.startswith("event: ")]
    claude.script(Behaviour(thinking=False))
    _, events = _raw_stream(claude)

    def collapsed(kinds: list[str]) -> list[str]:
        known = [kind for kind in kinds if kind != "ping"]
        return known[:1] + [after for before, after in pairwise(known) if after != before]

    assert collapsed([kind for kind, _ in events]) == collapsed(recorded)


def test_what_the_real_sdk_sends_and_gets_fits_anthropics_schema(claude: ClaudeFake) -> None:
    require_specs()
    with _client(claude) as client:
        with client.messages.stream(**_ASK, thinking={"type": "disabled"}) as stream:
            final = stream.get_final_message()
        whole = client.messages.create(**_ASK)
    for request in claude.requests:
        assert problems(_MESSAGES, "CreateMessageParams", request.json) == []
    assert final.stop_reason == "end_turn"
    assert whole.content[0].type == "thinking", "a model thinks first unless it is told not to"
    headers = {"authorization": "Bearer sk-x", "anthropic-version": "2026-10-21"}
    raw = httpx2.post(f"{claude.url}/v1/messages", json=_ASK, headers=headers).json()
    assert problems(_MESSAGES, "Message", raw) == []


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 429, 500, 504, 529])
def test_claudes_error_bodies_fit_anthropics_schema(claude: ClaudeFake, status: int) -> None:
    require_specs()
    claude.script(Behaviour.failing(status, retry_after=300))
    reply = httpx2.post(f"{claude.url}/v1/messages", json=_ASK, headers={"authorization": "Bearer sk-x"})
    assert reply.status_code == status
    assert reply.headers["retry-after"] == "300"
    assert reply.headers["request-id"] == reply.json()["request_id"]
    assert problems(_MESSAGES, "ErrorResponse", reply.json()) == []


def test_embeddings_requests_and_replies_fit_openais_schema(openai_fake: OpenAIFake) -> None:
    require_specs()
    with openai.OpenAI(api_key="sk-x", base_url=openai_fake.base_url, max_retries=0) as client:
        decoded = client.embeddings.create(model="text-embedding-3-large", input=["빙수", "고깃집 회식"])
        client.embeddings.create(model="text-embedding-3-large", input="빙수", encoding_format="float")
    for request in openai_fake.requests:
        assert problems(_EMBEDDINGS, "CreateEmbeddingRequest", request.json) == []
    assert [len(item.embedding) for item in decoded.data] == [3072, 3072]
    asked = {"model": "text-embedding-3-large", "input": ["빙수"], "encoding_format": "float"}
    raw = httpx2.post(f"{openai_fake.base_url}/embeddings", json=asked, headers={"authorization": "Bearer k"})
    assert problems(_EMBEDDINGS, "CreateEmbeddingResponse", raw.json()) == []


def test_openais_error_bodies_fit_its_schema(openai_fake: OpenAIFake) -> None:
    require_specs()
    openai_fake.script(Behaviour.failing(429, error_code="insufficient_quota"), Behaviour.failing(500))
    headers = {"authorization": "Bearer k"}
    for status in (429, 500, 400):
        reply = httpx2.post(f"{openai_fake.base_url}/embeddings", json={"model": "m"}, headers=headers)
        assert reply.status_code == status
        assert problems(_EMBEDDINGS, "ErrorResponse", reply.json()) == []


def test_pinecone_requests_and_replies_fit_its_schema(pinecone_fake: PineconeFake) -> None:
    require_specs()
    replies: list[tuple[str, Any]] = []

    def wire(schema: str, method: str, path: str, body: Any = None) -> None:
        headers = {"api-key": "k", "x-pinecone-api-version": "2026-07"}
        reply = httpx2.request(method, f"{pinecone_fake.url}{path}", json=body, headers=headers)
        assert reply.status_code == 200, reply.text
        replies.append((schema, reply.json()))

    with pinecone.Index(host=pinecone_fake.url, api_key="k") as index:
        index.upsert(
            vectors=[("a", [1.0, 0.0, 0.0], {"cost": 3, "tags": ["x"]}), ("b", [0.0, 1.0, 0.0])], namespace="n"
        )
        index.query(vector=[1.0, 0.0, 0.0], top_k=2, namespace="n", filter={"cost": {"$gte": 1}}, include_metadata=True)
        index.update(id="a", set_metadata={"cost": 9}, namespace="n")
        index.describe_index_stats()
        index.delete(ids=["b"], namespace="n")
    sent = {request.path: request.json for request in pinecone_fake.requests}
    schemas = {
        "/vectors/upsert": "UpsertRequest",
        "/query": "QueryRequest",
        "/vectors/update": "UpdateRequest",
        "/describe_index_stats": "DescribeIndexStatsRequest",
        "/vectors/delete": "DeleteRequest",
    }
    for path, schema in schemas.items():
        assert problems(_PINECONE, schema, sent[path]) == [], path
    wire("UpsertResponse", "POST", "/vectors/upsert", {"vectors": [{"id": "c", "values": [1, 2, 3]}]})
    wire("QueryResponse", "POST", "/query", {"topK": 3, "id": "c", "includeValues": True, "includeMetadata": True})
    wire("FetchResponse", "GET", "/vectors/fetch?ids=a&ids=c&namespace=n")
    wire("ListResponse", "GET", "/vectors/list?namespace=n&limit=1")
    wire("IndexDescription", "POST", "/describe_index_stats", {})
    for schema, body in replies:
        assert problems(_PINECONE, schema, body) == [], schema


def test_pinecones_error_bodies_fit_its_schema(pinecone_fake: PineconeFake) -> None:
    require_specs()
    reply = httpx2.post(f"{pinecone_fake.url}/query", json={})
    assert reply.status_code == 401
    assert problems(_PINECONE, "rpcStatus", reply.json()) == []


def test_the_validator_itself_refuses_what_does_not_fit() -> None:
    require_specs()
    assert problems(_STREAM, "MessageStreamEvent", {"type": "message_stopped"})
    assert problems(_MESSAGES, "CreateMessageParams", {**_ASK, "tone": "warm"})
    assert problems(_EMBEDDINGS, "CreateEmbeddingRequest", {"model": "m", "input": "x", "batch": True})
    assert problems(_PINECONE, "QueryRequest", {"topK": 0})
