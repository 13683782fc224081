"""Pinecone's failures as ours, after one attempt, and with nothing left open."""

import asyncio
import math
from collections.abc import AsyncIterator

import pytest

from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.domain.cases import Case
from shopevents.domain.errors import BadReply, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Provenance
from shopevents.ports.vector_index import CaseFilter, CaseVector
from tests.vendors.behaviours import Behaviour, Fault
from tests.vendors.pinecone import PineconeFake

_DIMENSIONS = 3072
_FOOD = "food--test-3072"
_ANYTHING = CaseFilter()


@pytest.fixture
async def pinecone_fake() -> AsyncIterator[PineconeFake]:
    with PineconeFake(api_key="pc-right", dimension=_DIMENSIONS) as fake:
        yield fake


@pytest.fixture
async def pinecone_index(pinecone_fake: PineconeFake) -> AsyncIterator[PineconeIndex]:
    index = PineconeIndex(api_key="pc-right", host=pinecone_fake.url)
    yield index
    await index.close()


def _case(case_id: str) -> Case:
    return Case(
        case_id=case_id,
        title=f"{case_id} 이벤트",
        participation="영수증을 보여 주세요",
        mechanic=Mechanic.COUPON,
        industry=IndustryCategory.FOOD,
        provenance=Provenance.ILLUSTRATIVE,
    )


_VALUES = [math.sin(place) / 3 for place in range(_DIMENSIONS)]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Behaviour.failing(429, retry_after=300), RateLimited),
        (Behaviour.failing(402), QuotaExhausted),
        (Behaviour.failing(400), Rejected),
        (Behaviour.failing(401), Rejected),
        (Behaviour.failing(403), Rejected),
        (Behaviour.failing(404), Rejected),
        (Behaviour.failing(500), Unavailable),
        (Behaviour.failing(503, retry_after=300), Unavailable),
        (Behaviour(fault=Fault.REFUSE_CONNECTION), Unavailable),
        (Behaviour(fault=Fault.WEB_PAGE), BadReply),
        (Behaviour(fault=Fault.RESET, after_chars=10), Unavailable),
        (Behaviour(fault=Fault.CUT, after_chars=10), Unavailable),
        (Behaviour(fault=Fault.END, after_chars=10), BadReply),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{value.fault}-{value.status}",
)
async def test_pinecones_faults_become_ours_after_one_attempt(
    pinecone_fake: PineconeFake, pinecone_index: PineconeIndex, behaviour: Behaviour, error: type[Exception]
) -> None:
    pinecone_fake.script(behaviour)
    with pytest.raises(error) as caught:
        await pinecone_index.search(_FOOD, _VALUES, _ANYTHING, 5)
    assert type(caught.value) is error
    assert len(pinecone_fake.requests) == 1, "the SDK's own retries are to be off"


async def test_pinecones_retry_after_is_told(pinecone_fake: PineconeFake, pinecone_index: PineconeIndex) -> None:
    pinecone_fake.script(Behaviour.failing(429, retry_after=7))
    with pytest.raises(RateLimited) as caught:
        await pinecone_index.search(_FOOD, _VALUES, _ANYTHING, 5)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("fault", [Fault.NEVER_ANSWER, Fault.STALL, Fault.DRIP, Fault.SLOW_HEADERS])
async def test_cancelling_pinecone_frees_the_socket(
    pinecone_fake: PineconeFake, pinecone_index: PineconeIndex, fault: Fault
) -> None:
    pinecone_fake.script(Behaviour(fault=fault, interval_seconds=0.02))
    calling = asyncio.create_task(pinecone_index.search(_FOOD, _VALUES, _ANYTHING, 5))
    await asyncio.to_thread(pinecone_fake.wait_until_struck)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    pinecone_fake.wait_until_idle()
    assert pinecone_fake.requests[0].client_left
    assert await pinecone_index.search(_FOOD, _VALUES, _ANYTHING, 5) == []


async def test_a_foreign_record_costs_only_itself(pinecone_fake: PineconeFake, pinecone_index: PineconeIndex) -> None:
    await pinecone_index.upsert(_FOOD, [CaseVector(_case(name), _VALUES) for name in ("ours", "broken")])
    pinecone_fake.vectors[_FOOD]["broken"].metadata.pop("mechanic")
    found = await pinecone_index.search(_FOOD, _VALUES, _ANYTHING, 5)
    assert [one.case.case_id for one in found] == ["ours"]


async def test_upserts_stay_under_pinecones_two_megabytes(
    pinecone_fake: PineconeFake, pinecone_index: PineconeIndex
) -> None:
    await pinecone_index.upsert(_FOOD, [CaseVector(_case(f"c{number}"), _VALUES) for number in range(60)])
    sizes = [len(request.body) for request in pinecone_fake.requests if request.path == "/vectors/upsert"]
    assert len(sizes) == 3
    assert max(sizes) < 1_500_000


async def test_without_a_host_the_index_is_looked_up_once(pinecone_fake: PineconeFake) -> None:
    index = PineconeIndex(api_key="pc-right", index="kt-event-recommendations", control_url=pinecone_fake.url)
    for _ in range(2):
        await index.search(_FOOD, _VALUES, _ANYTHING, 5)
    paths = [request.path for request in pinecone_fake.requests]
    assert paths == ["/indexes/kt-event-recommendations", "/query", "/query"]
    await index.close()


async def test_a_failed_look_up_is_tried_again_by_the_next_search(pinecone_fake: PineconeFake) -> None:
    index = PineconeIndex(api_key="pc-right", control_url=pinecone_fake.url)
    pinecone_fake.script(Behaviour.failing(503, retry_after=300))
    with pytest.raises(Unavailable):
        await index.search(_FOOD, _VALUES, _ANYTHING, 5)
    assert len(pinecone_fake.requests) == 1
    assert await index.search(_FOOD, _VALUES, _ANYTHING, 5) == []
    await index.close()
