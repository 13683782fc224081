"""The fake OpenAI and the fake Pinecone through the real SDKs."""

import math
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pinecone
import pytest
from pinecone.errors import ApiError, NotFoundError, UnauthorizedError

from tests.vendors.behaviours import Answer, Behaviour, Fault
from tests.vendors.openai import OpenAIFake
from tests.vendors.pinecone import PineconeFake


@pytest.fixture
def openai_fake() -> Iterator[OpenAIFake]:
    with OpenAIFake() as fake:
        yield fake


@pytest.fixture
def embeddings(openai_fake: OpenAIFake) -> Iterator[Any]:
    with openai.OpenAI(api_key="sk-x", base_url=openai_fake.base_url, max_retries=0, timeout=0.5) as client:
        yield client.embeddings


@pytest.fixture
def pinecone_fake() -> Iterator[PineconeFake]:
    with PineconeFake(dimension=3) as fake:
        yield fake


@pytest.fixture
def index(pinecone_fake: PineconeFake) -> Iterator[pinecone.Index]:
    with pinecone.Index(host=pinecone_fake.url, api_key="k") as opened:
        yield opened


def test_base64_and_float_vectors_are_the_same_unit_vectors(openai_fake: OpenAIFake, embeddings: Any) -> None:
    ask = {"model": "text-embedding-3-large", "input": ["붕어빵 노점 시식"], "dimensions": 256}
    packed = embeddings.create(**ask).data[0].embedding
    plain = embeddings.create(**ask, encoding_format="float").data[0].embedding
    assert openai_fake.requests[0].json["encoding_format"] == "base64"
    assert packed == pytest.approx(plain, abs=1e-6)
    assert len(packed) == 256
    assert math.hypot(*packed) == pytest.approx(1.0, abs=1e-5)


def test_texts_that_share_words_are_nearer(embeddings: Any) -> None:
    texts = ["한우 고깃집 회식 할인", "고깃집 회식 예약 할인", "네일샵 봄 컬러 체험"]
    one, near, far = (item.embedding for item in embeddings.create(model="text-embedding-3-large", input=texts).data)
    assert math.sumprod(one, near) > math.sumprod(one, far) + 0.1


@pytest.mark.parametrize(
    "change",
    [{"input": [""]}, {"input": []}, {"dimensions": 9999}, {"batch": 1}, {"input": ["가" * 9000]}, {"model": None}],
)
def test_openai_refuses_what_the_api_refuses(openai_fake: OpenAIFake, change: dict[str, Any]) -> None:
    body = {"model": "text-embedding-3-large", "input": ["빵"], **change}
    reply = httpx2.post(
        f"{openai_fake.base_url}/embeddings",
        json={name: value for name, value in body.items() if value is not None},
        headers={"authorization": "Bearer k"},
    )
    assert reply.status_code == 400


def test_openai_without_or_with_a_wrong_key_is_401(openai_fake: OpenAIFake) -> None:
    openai_fake.api_key = "right"
    body = {"model": "text-embedding-3-large", "input": ["빵"]}
    for headers in ({}, {"authorization": "Bearer wrong"}):
        assert httpx2.post(f"{openai_fake.base_url}/embeddings", json=body, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Behaviour(answer=Answer.EMPTY), ValueError),
        (Behaviour.failing(429, error_code="insufficient_quota"), openai.RateLimitError),
        (Behaviour.failing(500), openai.InternalServerError),
        (Behaviour(fault=Fault.STALL, after_chars=50), openai.APITimeoutError),
        (Behaviour(fault=Fault.NEVER_ANSWER), openai.APITimeoutError),
        (Behaviour(fault=Fault.RESET, after_chars=50), openai.APIConnectionError),
        (Behaviour(fault=Fault.CUT, after_chars=50), openai.APIConnectionError),
    ],
)
def test_openai_fails_as_told(openai_fake: OpenAIFake, embeddings: Any, behaviour: Behaviour, error: Any) -> None:
    openai_fake.script(behaviour)
    with pytest.raises(error):
        embeddings.create(model="text-embedding-3-large", input=["빵"])


def test_openai_can_answer_with_wrong_dimensions(openai_fake: OpenAIFake, embeddings: Any) -> None:
    openai_fake.script(Behaviour(answer=Answer.WRONG_DIMENSIONS))
    reply = embeddings.create(model="text-embedding-3-large", input=["빵"])
    assert len(reply.data[0].embedding) == 1536


_CASES: list[tuple[str, list[float], dict[str, Any]]] = [
    ("cheap", [1.0, 0.0, 0.0], {"cost": 100, "city": "서울", "tags": ["photo", "review"]}),
    ("dear", [0.9, 0.1, 0.0], {"cost": 900, "city": "부산", "open": True}),
    ("unknown", [0.0, 1.0, 0.0], {"city": "서울"}),
]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"cost": {"$gte": 100, "$lt": 900}}, ["cheap"]),
        ({"cost": {"$gt": 100}}, ["dear"]),
        ({"cost": {"$lte": 100}}, ["cheap"]),
        ({"city": "서울"}, ["cheap", "unknown"]),
        ({"city": {"$ne": "서울"}}, ["dear"]),
        ({"city": {"$in": ["부산", "대구"]}}, ["dear"]),
        ({"city": {"$nin": ["부산"]}}, ["cheap", "unknown"]),
        ({"tags": {"$eq": "photo"}}, ["cheap"]),
        ({"open": {"$eq": True}}, ["dear"]),
        ({"cost": {"$exists": False}}, ["unknown"]),
        ({"$or": [{"cost": {"$exists": False}}, {"cost": {"$gte": 500}}]}, ["dear", "unknown"]),
        ({"$and": [{"city": "서울"}, {"$or": [{"cost": 100}, {"cost": 900}]}]}, ["cheap"]),
    ],
)
def test_filters_are_evaluated(index: pinecone.Index, condition: dict[str, Any], found: list[str]) -> None:
    index.upsert(vectors=_CASES, namespace="food")
    reply = index.query(vector=[1.0, 0.0, 0.0], top_k=10, namespace="food", filter=condition)
    assert [match.id for match in reply.matches] == found


def test_scores_are_cosines_and_namespaces_are_apart(index: pinecone.Index) -> None:
    index.upsert(vectors=_CASES, namespace="food")
    index.upsert(vectors=[("other", [2.0, 0.0, 0.0])], namespace="retail")
    food = index.query(vector=[2.0, 2.0, 0.0], top_k=1, namespace="food", include_metadata=True, include_values=True)
    assert food.matches[0].id == "dear"
    assert food.matches[0].score == pytest.approx(1.0 / math.sqrt(2 * 0.82))
    assert food.matches[0].metadata == {"cost": 900, "city": "부산", "open": True}
    assert index.query(vector=[1.0, 0.0, 0.0], top_k=9, namespace="nowhere").matches == []
    assert index.describe_index_stats().namespaces["retail"].vector_count == 1


def test_fetch_list_update_and_delete(index: pinecone.Index) -> None:
    index.upsert(vectors=_CASES, namespace="food")
    index.update(id="cheap", set_metadata={"cost": 120}, namespace="food")
    fetched = index.fetch(ids=["cheap", "nobody"], namespace="food").vectors
    assert [(number, (vector.metadata or {})["cost"]) for number, vector in fetched.items()] == [("cheap", 120)]
    pages = list(index.list(namespace="food", limit=2))
    assert [item.id for page in pages for item in page] == ["cheap", "dear", "unknown"]
    assert len(pages) == 2
    index.delete(ids=["cheap", "nobody"], namespace="food")
    index.delete(filter={"city": "부산"}, namespace="food")
    assert [item.id for page in index.list(namespace="food") for item in page] == ["unknown"]
    index.delete(delete_all=True, namespace="food")
    assert index.describe_index_stats().total_vector_count == 0


@pytest.mark.parametrize(
    "vectors",
    [
        [{"id": "a", "values": [1.0, 2.0]}],
        [{"id": "a", "values": [0.0, 0.0, 0.0]}],
        [{"id": "a", "values": [1.0, None, 0.0]}],
        [{"id": "a", "values": [1.0, 0.0, 0.0], "metadata": {"nested": {"x": 1}}}],
        [{"id": "a", "values": [1.0, 0.0, 0.0], "metadata": {"none": None}}],
        [{"id": "a", "values": [1.0, 0.0, 0.0], "metadata": {"long": "가" * 20_000}}],
        [{"id": "a" * 513, "values": [1.0, 0.0, 0.0]}],
        [{"id": "가", "values": [1.0, 0.0, 0.0]}],
        [{"id": f"v{place}", "values": [1.0, 0.0, 0.0]} for place in range(1001)],
        [],
    ],
    ids=["dimension", "zero", "NaN", "nested", "null", "40 KB", "long id", "Korean id", "1,001 records", "none"],
)
def test_pinecone_refuses_what_the_index_refuses(pinecone_fake: PineconeFake, vectors: list[Any]) -> None:
    headers = {"api-key": "k", "x-pinecone-api-version": "2026-07"}
    reply = httpx2.post(f"{pinecone_fake.url}/vectors/upsert", json={"vectors": vectors}, headers=headers)
    assert reply.status_code == 400
    assert pinecone_fake.vectors == {}


def test_a_body_over_2_mb_is_413(pinecone_fake: PineconeFake) -> None:
    headers = {"api-key": "k", "x-pinecone-api-version": "2026-07"}
    reply = httpx2.post(f"{pinecone_fake.url}/vectors/upsert", content=b" " * (2 * 1024 * 1024 + 1), headers=headers)
    assert reply.status_code == 413


@pytest.mark.parametrize(
    "condition", [{"cost": {"$gt": "a"}}, {"cost": {"$near": 1}}, {"$and": []}, {"a": {"$in": "b"}}]
)
def test_unreadable_filters_are_400(index: pinecone.Index, condition: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as caught:
        index.query(vector=[1.0, 0.0, 0.0], top_k=1, namespace="food", filter=condition)
    assert caught.value.status_code == 400


def test_pinecone_keys_and_unknown_namespaces(pinecone_fake: PineconeFake, index: pinecone.Index) -> None:
    with pytest.raises(NotFoundError):
        index.delete(ids=["a"], namespace="nowhere")
    pinecone_fake.api_key = "another"
    with pytest.raises(UnauthorizedError):
        index.describe_index_stats()
