"""One question through the whole use case, with parts that break in ways nobody foresaw."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shopevents.adapters.answer_book.memory import MemoryAnswerBook
from shopevents.adapters.cache.memory import MemoryCache
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.controls.memory import MemoryControls
from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.flights.memory import MemoryFlights
from shopevents.adapters.market_statistics.none import NoMarketStatistics
from shopevents.adapters.message_queue.memory import MemoryMessageQueue
from shopevents.adapters.rate_limiter.memory import MemoryRateLimiter
from shopevents.adapters.vector_index.memory import MemoryVectorIndex
from shopevents.domain.answers import Question
from shopevents.domain.cached_values import Lifetimes
from shopevents.domain.deadlines import Deadline
from shopevents.domain.degradations import Degradation
from shopevents.domain.errors import Unavailable
from shopevents.domain.messages import Message
from shopevents.domain.stopwatches import Stopwatch
from shopevents.domain.vocabulary import (
    AnswerSource,
    PlanSource,
    RegenerateReason,
    Slot,
)
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.plan_writer import PlanWriter
from shopevents.use_cases.admit_writer_call import Gate
from shopevents.use_cases.compose_plan_set import Workshop
from shopevents.use_cases.find_similar_cases import Library
from shopevents.use_cases.read_shelf import Shelf
from shopevents.use_cases.recommend_events import Desk, Recommended, recommend_events
from tests.adapters.guards import Ledger, gate
from tests.adapters.plan_writer import ScriptedWriter, draft, writing
from tests.unit.libraries import QUESTION

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
ALL = tuple(Slot)


def question(**changes: object) -> Question:
    return QUESTION.model_copy(update={"asked_at": NOW, **changes})


class BrokenQueue:
    async def send(self, queue: str, messages: Sequence[Message]) -> None:
        raise RuntimeError("a bug in the queue")


class BrokenEmbedder(HashingEmbedder):
    async def embed(self, texts: Sequence[str]) -> list[Sequence[float]]:
        raise RuntimeError("a bug in the embedder")


class World:
    """A desk in memory; the cache and the answers outlive a question, as in production."""

    def __init__(
        self,
        writer: PlanWriter | None = None,
        *,
        queue: MessageQueue | None = None,
        embedder: HashingEmbedder | None = None,
        guards: Gate | None = None,
        writing_seconds: float = 8.0,
    ) -> None:
        self.queue = queue or MemoryMessageQueue()
        self.cache = MemoryCache()
        self.writer = writer
        self._gate = guards or gate()
        self._writing_seconds = writing_seconds
        self._answers = MemoryAnswerBook(SystemClock())
        self._controls = MemoryControls()
        self._embedder = embedder or HashingEmbedder()

    async def _open(self) -> Workshop:
        async def prepare() -> None:
            return None

        return Workshop(
            library=Library(self._embedder, MemoryVectorIndex()),
            statistics=NoMarketStatistics(),
            cache=self.cache,
            writer=self.writer,
            prepare=prepare,
            gate=self._gate,
            queue=self.queue,
            grounding_seconds=5.0,
            writing_seconds=self._writing_seconds,
            trends_seconds=5.0,
        )

    async def ask(self, asked: Question) -> Recommended:
        desk = Desk(
            shelf=Shelf(self.cache, self._controls, Lifetimes(), "default", "hashing"),
            answers=self._answers,
            limiter=MemoryRateLimiter(),
            owner_requests_per_minute=30,
            flights=MemoryFlights(),  # what a leader publishes lives for seconds, and hours pass between questions
            open_workshop=self._open,
        )
        deadline = Deadline(asyncio.get_running_loop().time() + 60)
        return await recommend_events(asked, desk=desk, deadline=deadline, watch=Stopwatch(), correlation_id="r-1")


async def test_a_bug_while_the_answer_is_recorded_does_not_cost_the_answer() -> None:
    recommended = await World(ScriptedWriter([writing(*ALL, finished=True)]), queue=BrokenQueue()).ask(question())
    assert recommended.answer.source is AnswerSource.CLAUDE
    assert [type(failure) for failure in recommended.failures] == [RuntimeError]


async def test_a_bug_while_plans_are_made_leaves_the_catalog() -> None:
    world = World(ScriptedWriter([writing(*ALL, finished=True)]), embedder=BrokenEmbedder())
    recommended = await world.ask(question())
    assert recommended.answer.source is AnswerSource.CATALOG
    assert recommended.answer.message
    assert any(isinstance(failure, RuntimeError) for failure in recommended.failures)


async def test_money_for_a_call_that_there_is_no_time_for_is_given_back() -> None:
    ledger, writer = Ledger(), ScriptedWriter([writing(*ALL, finished=True)])
    recommended = await World(writer, guards=gate(ledger=ledger), writing_seconds=1.0).ask(question())
    assert Degradation.OUT_OF_TIME in recommended.answer.metering.degradations
    assert (writer.briefs, ledger.settled) == ([], [0.0])


async def test_what_claude_completed_is_kept_and_the_rest_is_filled() -> None:
    world = World(ScriptedWriter([writing(*ALL[:4]), Unavailable("claude", "reset")]))
    answer = (await world.ask(question())).answer
    assert [plan.source for plan in answer.plan_set.plans] == [PlanSource.CLAUDE] * 4 + [PlanSource.CATALOG] * 2
    assert answer.source is AnswerSource.MIXED
    assert answer.message


async def test_an_expired_answer_serves_when_claude_is_down_and_says_so() -> None:
    writer = ScriptedWriter([writing(*ALL, finished=True)], [Unavailable("claude", "529")])
    world = World(writer)
    assert (await world.ask(question())).answer.source is AnswerSource.CLAUDE
    later = question(asked_at=NOW + timedelta(hours=2))
    stale = (await world.ask(later)).answer
    assert stale.source is AnswerSource.STALE
    assert {plan.source for plan in stale.plan_set.plans} == {PlanSource.STALE}
    assert stale.message
    day_after = question(asked_at=NOW + timedelta(hours=25))
    assert (await world.ask(day_after)).answer.source is AnswerSource.CATALOG


async def test_within_its_lifetime_an_answer_is_shared_under_ids_of_their_own() -> None:
    writer = ScriptedWriter([writing(*ALL, finished=True)])
    world = World(writer)
    first = (await world.ask(question())).answer
    second = (await world.ask(question(owner_id="local:lee", asked_at=NOW + timedelta(minutes=5)))).answer
    assert second.metering.cache_hit
    assert second.plan_set == first.plan_set
    assert second.recommendation_id != first.recommendation_id
    assert len(writer.briefs) == 1


async def test_a_regeneration_skips_the_cache_and_repeats_no_title() -> None:
    writer = ScriptedWriter([writing(*ALL, finished=True)])
    world = World(writer)
    first = (await world.ask(question())).answer
    again = question(replaces=first.recommendation_id, reason=RegenerateReason.NOT_MY_STYLE)
    second = (await world.ask(again)).answer
    shown = {plan.title for plan in first.plan_set.plans}
    assert len(writer.briefs) == 2
    assert set(writer.briefs[1].avoid_titles) == shown
    assert not shown & {plan.title for plan in second.plan_set.plans}


@pytest.mark.parametrize("secret", ["비밀가게", "테헤란로 1"])
async def test_only_what_is_in_the_key_reaches_the_writer(secret: str) -> None:
    writer = ScriptedWriter([writing(*ALL, finished=True)])
    await World(writer).ask(question(owner_id=secret))
    assert secret not in writer.briefs[0].model_dump_json()


async def test_every_new_answer_is_recorded_with_what_was_proposed() -> None:
    queue = MemoryMessageQueue()
    recommended = await World(ScriptedWriter([writing(*ALL, finished=True)]), queue=queue).ask(question())
    [message] = queue.sent["record_recommendations"]
    assert message.message_id == recommended.answer.recommendation_id
    assert message.correlation_id == "r-1"
    proposed = {proposal["slot"]: proposal["roi"] for proposal in message.body["proposals"]}
    assert proposed == {slot: draft(slot).roi for slot in ALL}
