"""Every embedder: unit vectors of its own length, in order, the same for the same text."""

import asyncio
import math
from collections.abc import AsyncIterator

import pytest

from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.domain.errors import BadReply, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.ports.embedder import Embedder
from tests.vendors.behaviours import Answer, Behaviour, Fault
from tests.vendors.openai import OpenAIFake


@pytest.fixture
async def openai_fake() -> AsyncIterator[OpenAIFake]:
    with OpenAIFake(api_key="sk-right") as fake:
        yield fake


@pytest.fixture
async def openai_embedder(openai_fake: OpenAIFake) -> AsyncIterator[OpenAIEmbedder]:
    embedder = OpenAIEmbedder(api_key="sk-right", base_url=openai_fake.base_url)
    yield embedder
    await embedder.close()


@pytest.fixture(params=["hashing", "openai"])
def embedder(request: pytest.FixtureRequest, openai_embedder: OpenAIEmbedder) -> Embedder:
    return HashingEmbedder() if request.param == "hashing" else openai_embedder


async def test_vectors_are_of_unit_length_and_in_order(embedder: Embedder) -> None:
    texts = ["막걸리 시음회", "강아지 미용 첫 방문 할인", "🎂", "a", "막걸리 시음회"]
    vectors = await embedder.embed(texts)
    assert [len(vector) for vector in vectors] == [embedder.dimensions] * 5
    for vector in vectors:
        assert math.hypot(*vector) == pytest.approx(1.0, abs=1e-6)
    assert vectors[0] == vectors[4]
    assert vectors[0] != vectors[1]


async def test_the_same_text_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    [alone] = await embedder.embed(["펜션 바비큐 세트"])
    _, together = await embedder.embed(["다른 글", "펜션 바비큐 세트"])
    assert alone == pytest.approx(together, abs=1e-6)


async def test_no_texts_have_no_vectors(embedder: Embedder) -> None:
    assert await embedder.embed([]) == []


@pytest.mark.parametrize("texts", [[""], ["좋은 글", " \n"]])
async def test_an_empty_text_is_an_error(embedder: Embedder, texts: list[str]) -> None:
    with pytest.raises(ValueError, match="empty"):
        await embedder.embed(texts)


async def test_names_fit_a_namespace_and_tell_embedders_apart(openai_embedder: OpenAIEmbedder) -> None:
    names = {HashingEmbedder().name, openai_embedder.name}
    assert len(names) == 2
    assert all(name.isascii() and " " not in name for name in names)


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("족발집 배달 할인 쿠폰", "족발 배달 손님에게 쿠폰을 드려요", "요가원 새벽반 무료 체험"),
        ("게스트하우스 연박 할인", "연박하면 할인해 주는 게스트하우스", "안경점 렌즈 증정 행사"),
        ("꽃집 졸업식 꽃다발 예약", "졸업식 꽃다발을 미리 예약한 손님", "세차장 도장판 이벤트"),
    ],
)
async def test_texts_on_the_same_thing_are_nearer(embedder: Embedder, question: str, near: str, far: str) -> None:
    one, similar, other = await embedder.embed([question, near, far])
    assert math.sumprod(one, similar) > math.sumprod(one, other) + 0.1


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Behaviour.failing(429), RateLimited),
        (Behaviour.failing(429, error_code="insufficient_quota"), QuotaExhausted),
        (Behaviour.failing(401), Rejected),
        (Behaviour.failing(400), Rejected),
        (Behaviour.failing(500), Unavailable),
        (Behaviour.failing(503, retry_after=300), Unavailable),
        (Behaviour(fault=Fault.REFUSE_CONNECTION), Unavailable),
        (Behaviour(fault=Fault.WEB_PAGE), BadReply),
        (Behaviour(fault=Fault.RESET, after_chars=100), Unavailable),
        (Behaviour(fault=Fault.CUT, after_chars=100), Unavailable),
        (Behaviour(answer=Answer.BAD_JSON), BadReply),
        (Behaviour(answer=Answer.EMPTY), BadReply),
        (Behaviour(answer=Answer.WRONG_DIMENSIONS), BadReply),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{value.fault}-{value.status}-{value.answer}",
)
async def test_openais_faults_become_ours_after_one_attempt(
    openai_fake: OpenAIFake, openai_embedder: OpenAIEmbedder, behaviour: Behaviour, error: type[Exception]
) -> None:
    openai_fake.script(behaviour)
    with pytest.raises(error) as caught:
        await openai_embedder.embed(["국밥"])
    assert type(caught.value) is error
    assert caught.value.__cause__ is not None or error is BadReply
    assert len(openai_fake.requests) == 1


async def test_openais_retry_after_is_told(openai_fake: OpenAIFake, openai_embedder: OpenAIEmbedder) -> None:
    openai_fake.script(Behaviour.failing(429, retry_after=300))
    with pytest.raises(RateLimited) as caught:
        await openai_embedder.embed(["국밥"])
    assert caught.value.retry_after == 300


async def test_a_wrong_openai_key_is_rejected(openai_fake: OpenAIFake, openai_embedder: OpenAIEmbedder) -> None:
    openai_fake.api_key = "sk-another"
    with pytest.raises(Rejected):
        await openai_embedder.embed(["국밥"])


async def test_a_silent_openai_is_unavailable_after_the_read_timeout(openai_fake: OpenAIFake) -> None:
    embedder = OpenAIEmbedder(api_key="sk-right", base_url=openai_fake.base_url, read_seconds=0.1)
    openai_fake.script(Behaviour(fault=Fault.NEVER_ANSWER))
    with pytest.raises(Unavailable):
        await embedder.embed(["국밥"])
    await embedder.close()


@pytest.mark.parametrize("fault", [Fault.NEVER_ANSWER, Fault.STALL, Fault.DRIP, Fault.SLOW_HEADERS])
async def test_cancelling_openai_frees_the_socket(
    openai_fake: OpenAIFake, openai_embedder: OpenAIEmbedder, fault: Fault
) -> None:
    openai_fake.script(Behaviour(fault=fault, interval_seconds=0.02))
    calling = asyncio.create_task(openai_embedder.embed(["국밥"]))
    await asyncio.to_thread(openai_fake.wait_until_struck)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    openai_fake.wait_until_idle()
    assert openai_fake.requests[0].client_left
    assert len(await openai_embedder.embed(["국밥"])) == 1


async def test_more_texts_than_openai_takes_at_once_are_an_error(openai_embedder: OpenAIEmbedder) -> None:
    with pytest.raises(ValueError, match="2048"):
        await openai_embedder.embed(["글"] * 2049)
