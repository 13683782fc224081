"""Every answer becomes one row, however often and in whichever order it is told."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.recommendations.postgres import PostgresRecommendations
from shopevents.domain.answers import Answer, WrittenAnswer
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import NotFound, Unavailable
from shopevents.domain.messages import Message
from shopevents.domain.plan_finishing import draft_of
from shopevents.domain.vocabulary import RegenerateReason
from shopevents.ports.answer_stream import StreamedAnswer
from shopevents.use_cases.record_recommendations import record_recommendations
from shopevents.use_cases.relay_outbox import Relayed, relay_outbox
from shopevents.use_cases.reopen_recommendations import Archive, list_recommendations, reopen_recommendation
from tests.contract.answers import answer, question
from tests.unit.event_life import OWNER, World


@pytest.fixture
def recommendations(database: Database) -> PostgresRecommendations:
    return PostgresRecommendations(database)


def written(answer: Answer, *, raw: str = '{"plans": []}', message_id: str | None = None) -> Message:
    return Message(
        message_id=message_id or answer.recommendation_id,
        kind="answer_written",
        correlation_id=answer.recommendation_id,
        sent_at=answer.question.asked_at,
        body=WrittenAnswer(answer=answer, raw=raw, proposals=tuple(map(draft_of, answer.plan_set.plans))).model_dump(
            mode="json"
        ),
    )


def again(recommendation_id: str, replaces: str) -> Answer:
    asked = question(replaces=replaces, reason=RegenerateReason.TOO_EXPENSIVE)
    return answer(recommendation_id).model_copy(update={"question": asked})


async def test_the_full_record_is_kept_once_in_any_order(recommendations: PostgresRecommendations) -> None:
    full, short = written(answer("rec-1")), WrittenAnswer(answer=answer("rec-1"))
    for order in range(6):
        deliveries = [0, 0, 1, 1]
        random.Random(order).shuffle(deliveries)
        for delivery in deliveries:
            if delivery:
                assert await record_recommendations([full, full], recommendations=recommendations) == {}
            else:
                await recommendations.record([short], [])
    kept = await recommendations.find("rec-1", OWNER)
    assert kept is not None
    assert (kept.raw, len(kept.proposals)) == ('{"plans": []}', 6)


async def test_a_regeneration_is_negative_feedback_with_its_reason_once(
    database: Database, recommendations: PostgresRecommendations
) -> None:
    message = written(again("rec-2", "rec-1"))
    for _ in range(3):
        await record_recommendations([message], recommendations=recommendations)
    rows = await database.fetch("SELECT kind, recommendation_id, reason, user_id FROM feedback")
    assert [tuple(row.values()) for row in rows] == [("regenerated", "rec-1", "too_expensive", OWNER)]


async def test_a_poison_record_fails_alone(recommendations: PostgresRecommendations) -> None:
    unreadable = written(answer("rec-2")).model_copy(update={"body": {"answer": "nothing"}})
    too_long = answer("rec-3").model_copy(update={"prompt_variant": "v" * 101})
    failed = await record_recommendations(
        [written(answer("rec-1")), unreadable, written(too_long), written(answer("rec-4"))],
        recommendations=recommendations,
    )
    assert set(failed) == {"rec-2", "rec-3"}
    assert await recommendations.find("rec-4", OWNER) is not None


async def test_what_a_model_must_not_write_is_kept_without_harm(recommendations: PostgresRecommendations) -> None:
    assert await record_recommendations([written(answer("rec-1"), raw="a\0b")], recommendations=recommendations) == {}
    kept = await recommendations.find("rec-1", OWNER)
    assert kept is not None
    assert kept.raw == "ab"


async def test_an_answer_is_reopened_by_its_owner_only_and_listed_newest_first(database: Database) -> None:
    world = World(database)
    archive = Archive(world.answers, world.recommendations)
    for number in range(3):
        asked = question(asked_at=world.clock.now())
        world.clock.advance(60)
        one = answer(f"rec-{number}").model_copy(update={"question": asked})
        await world.recommendations.record([WrittenAnswer(answer=one)], [])
    page = await list_recommendations(OWNER, None, 2, archive=archive)
    assert [each.recommendation_id for each in page.items] == ["rec-2", "rec-1"]
    rest = await list_recommendations(OWNER, page.next_cursor, 2, archive=archive)
    assert ([each.recommendation_id for each in rest.items], rest.next_cursor) == (["rec-0"], None)
    assert (await list_recommendations("owner-2", None, 2, archive=archive)).items == ()
    assert await world.recommendations.find("rec-0", "owner-2") is None


class DeadBook:
    """Redis is down."""

    async def find(self, recommendation_id: str, owner_id: str) -> Answer | None:
        raise Unavailable("redis", "down")


async def test_while_redis_is_down_recorded_answers_are_still_reopened(database: Database) -> None:
    world = World(database)
    await world.recommendations.record([WrittenAnswer(answer=answer("rec-1"))], [])
    archive = Archive(DeadBook(), world.recommendations)  # type: ignore[arg-type]  # only `find` is asked
    assert (await reopen_recommendation("rec-1", OWNER, archive=archive)).recommendation_id == "rec-1"


async def test_while_redis_is_down_nobody_says_that_an_answer_does_not_exist(database: Database) -> None:
    archive = Archive(DeadBook(), World(database).recommendations)  # type: ignore[arg-type]  # only `find` is asked
    with pytest.raises(Unavailable):
        await reopen_recommendation("rec-1", OWNER, archive=archive)
    with pytest.raises(NotFound):
        await reopen_recommendation("이건 아니다", OWNER, archive=archive)


class ListStream:
    """A stream with an acknowledgement, in memory; what is read and not acknowledged comes again."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.waiting = {f"{number}-0": answer for number, answer in enumerate(answers)}
        self.in_hand: set[str] = set()

    async def read(self, limit: int) -> list[StreamedAnswer]:
        taken = [entry_id for entry_id in self.waiting if entry_id not in self.in_hand][:limit]
        self.in_hand |= set(taken)
        return [StreamedAnswer(entry_id, self.waiting[entry_id]) for entry_id in taken]

    async def acknowledge(self, entry_ids: Sequence[str]) -> None:
        for entry_id in entry_ids:
            del self.waiting[entry_id]


async def drain(world: World, stream: ListStream) -> Relayed:
    deadline = Deadline(asyncio.get_running_loop().time() + 20)
    return await relay_outbox(
        publisher=world.publisher, stream=stream, recommendations=world.recommendations, deadline=deadline
    )


async def test_streamed_answers_become_rows(database: Database) -> None:
    world = World(database)
    stream = ListStream([answer(f"rec-{number}") for number in range(250)])
    assert await drain(world, stream) == Relayed(recorded=250)
    assert stream.waiting == {}
    assert await world.count("ai_recommendations") == 250


async def test_an_answer_that_cannot_be_kept_stays_in_the_stream_alone(database: Database) -> None:
    world = World(database)
    poison = answer("poison").model_copy(update={"prompt_variant": "v" * 101})
    stream = ListStream([answer("rec-1"), poison, answer("rec-2")])
    assert await drain(world, stream) == Relayed(recorded=2, unrecorded=1)
    assert list(stream.waiting.values()) == [poison]


async def test_after_its_deadline_a_relay_takes_nothing_up(database: Database) -> None:
    world = World(database)
    stream = ListStream([answer("rec-1")])
    over = Deadline(asyncio.get_running_loop().time() - 1)
    relayed = await relay_outbox(
        publisher=world.publisher, stream=stream, recommendations=world.recommendations, deadline=over
    )
    assert relayed == Relayed()
    assert len(stream.waiting) == 1
