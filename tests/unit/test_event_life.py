"""From a recommendation to what really happened: nothing lost, nothing counted twice."""

import asyncio
import random
from datetime import date

import pytest
from pydantic import SecretStr

from shopevents.adapters.database.connection import Database
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import Conflict, InvalidInput, NotFound
from shopevents.domain.event_wishes import EventWish
from shopevents.domain.shop_events import Channel, EventStatus
from shopevents.domain.shop_profiles import ShopWords
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Slot
from shopevents.ports.vector_index import CaseFilter
from shopevents.use_cases.change_shop_event import change_shop_event
from shopevents.use_cases.create_shop_event import create_shop_event
from shopevents.use_cases.follow_shop_events import find_shop_event, list_shop_events
from shopevents.use_cases.keep_store import put_store
from shopevents.use_cases.relay_outbox import Relayed, relay_outbox
from shopevents.use_cases.reopen_recommendations import list_recommendations
from tests.contract.answers import answer
from tests.unit.event_life import OWNER, World


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await world.recommend()
    return world


class NoStream:
    """No answers wait."""

    async def read(self, limit: int) -> list[object]:
        return []

    async def acknowledge(self, entry_ids: object) -> None:
        raise AssertionError("there was nothing to acknowledge")


async def relay(world: World) -> Relayed:
    deadline = Deadline(asyncio.get_running_loop().time() + 20)
    return await relay_outbox(
        publisher=world.publisher,
        stream=NoStream(),  # type: ignore[arg-type]  # it gives nothing
        recommendations=world.recommendations,
        deadline=deadline,
    )


async def make_due(world: World) -> None:
    await world.database.execute("UPDATE outbox SET due_at = now()")


async def test_a_chosen_plan_becomes_an_event_with_its_prediction(world: World) -> None:
    tracked = await world.create(EventWish(starts_on=date(2026, 12, 1), channels=(Channel.INSTAGRAM,)))
    found = await find_shop_event(
        tracked.shop_event.event_id, OWNER, shop_events=world.desk.shop_events, clock=world.clock
    )
    assert found == tracked
    assert found.status is EventStatus.PLANNED
    assert found.shop_event.title == "단골 감사 0"
    assert found.shop_event.month == 12
    assert found.shop_event.prediction is not None
    assert found.shop_event.prediction.roi == 200


async def test_choosing_keeps_the_recommendation_the_choice_and_the_edits(world: World) -> None:
    await world.create(EventWish(title="우리 가게 감사제", cost=260_000))
    (row,) = await world.database.fetch(
        "SELECT selected_option, event_id IS NOT NULL AS linked FROM ai_recommendations"
    )
    assert row == {"selected_option": "low-online", "linked": True}
    rows = await world.database.fetch("SELECT kind, field, before, after FROM feedback ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("chosen", None, None, None),
        ("edited", "cost", "250000", "260000"),
        ("edited", "title", "단골 감사 0", "우리 가게 감사제"),
    ]


async def test_several_options_may_be_chosen_one_event_each(world: World) -> None:
    for option in (Slot.LOW_ONLINE, Slot.HIGH_OFFLINE):
        await world.create(option=option)
    with pytest.raises(Conflict):
        await world.create(option=Slot.HIGH_OFFLINE)
    assert await world.count("events") == 2
    (row,) = await world.database.fetch("SELECT selected_option FROM ai_recommendations")
    assert row == {"selected_option": "low-online"}


async def test_nobody_chooses_from_another_owners_recommendation(world: World) -> None:
    with pytest.raises(NotFound):
        await world.create(owner_id="owner-2")
    assert await world.count("events") == 0


async def test_the_same_key_gives_the_same_answer_and_one_event(world: World) -> None:
    first = await world.create(key="k1")
    world.clock.advance(3600)
    assert await world.create(key="k1") == first
    assert await world.count("events") == 1
    assert await world.count("feedback") == 1


async def test_another_request_under_the_same_key_is_a_conflict(world: World) -> None:
    await world.create(key="k1")
    with pytest.raises(Conflict):
        await world.create(EventWish(title="다른 제목"), key="k1")


async def test_receipts_are_kept_for_a_week(world: World) -> None:
    await world.create(key="old")
    await world.database.execute("UPDATE idempotency_keys SET created_at = now() - interval '8 days'")
    await world.create(key="new", option=Slot.HIGH_ONLINE)
    rows = await world.database.fetch("SELECT key FROM idempotency_keys")
    assert [row["key"] for row in rows] == ["new"]


async def test_another_owner_may_use_the_same_key(world: World) -> None:
    await world.recommend("rec-2", "owner-2")
    await world.create(key="k1")
    await world.create(key="k1", recommendation_id="rec-2", owner_id="owner-2")
    assert await world.count("events") == 2


async def test_ten_identical_requests_at_once_make_one_event_and_one_answer(world: World) -> None:
    answers = await asyncio.gather(*(world.create(key="k1") for _ in range(10)))
    assert len({tracked.shop_event.event_id for tracked in answers}) == 1
    assert await world.count("events") == 1


async def test_an_own_idea_needs_a_shop_and_a_title(world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        await create_shop_event(OWNER, EventWish(), choice=None, once=None, correlation_id="r", desk=world.desk)
    assert {problem.field for problem in caught.value.problems} == {"recommendationId", "title"}
    await put_store(OWNER, SHOP, shops=world.desk.shops, clock=world.clock, business_number_key=KEY)
    tracked = await create_shop_event(
        OWNER, EventWish(title="막창 2+1"), choice=None, once=None, correlation_id="r", desk=world.desk
    )
    assert tracked.shop_event.region == Region.of("대구", "중구")
    assert tracked.shop_event.prediction is None
    stamps = EventWish(title="막창 스탬프 5개", participation="매장에서 먹을 때마다 도장을 찍어요")
    tracked = await create_shop_event(OWNER, stamps, choice=None, once=None, correlation_id="r", desk=world.desk)
    assert tracked.shop_event.mechanic is Mechanic.STAMP_CARD


@pytest.mark.parametrize("wish", [EventWish(starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 1))])
async def test_an_event_cannot_end_before_it_starts(world: World, wish: EventWish) -> None:
    with pytest.raises(InvalidInput) as caught:
        await world.create(wish)
    assert caught.value.problems[0].field == "endsOn"


async def test_the_message_is_sent_after_the_commit_and_forgotten(world: World) -> None:
    await world.create()
    assert [message.kind for message in world.queue.sent["embed_events"]] == ["case_changed"]
    assert await world.count("outbox") == 0


async def test_while_the_queue_is_down_the_event_is_kept_and_the_relay_sends_later(world: World) -> None:
    world.queue.is_down = True
    await world.create()
    assert await relay(world) == Relayed()  # its writer still has time
    await make_due(world)
    assert await relay(world) == Relayed(postponed=1)
    world.queue.is_down = False
    assert await relay(world) == Relayed()  # not at once again
    await make_due(world)
    assert await relay(world) == Relayed(sent=1)
    assert await world.count("outbox") == 0


async def test_several_relays_at_once_send_everything_once(world: World) -> None:
    world.queue.is_down = True
    for number in range(30):
        await world.recommend(f"r{number}")
        await world.create(recommendation_id=f"r{number}")
    world.queue.is_down = False
    await make_due(world)
    outcomes = await asyncio.gather(*(relay(world) for _ in range(5)))
    assert sum(outcome.sent for outcome in outcomes) == 30
    assert len(world.queue.sent["embed_events"]) == 30


async def test_a_message_that_no_queue_takes_keeps_no_other(world: World) -> None:
    world.queue.is_down = True
    for number in range(3):
        await world.recommend(f"r{number}")
        await world.create(recommendation_id=f"r{number}")
    await world.database.execute("UPDATE outbox SET queue = 'poison' WHERE id = (SELECT min(id) FROM outbox)")
    await make_due(world)
    assert (await relay(world)).postponed == 3
    world.queue.is_down = False
    world.queue.refused = "poison"
    await make_due(world)
    assert await relay(world) == Relayed(sent=2, postponed=1)


async def test_a_created_event_is_found_by_its_own_shop_only(world: World) -> None:
    tracked = await world.create()
    assert await world.deliver() == {}
    event_id = tracked.shop_event.event_id
    assert await world.vectors() == {event_id: (1, "planned")}
    (vector,) = await world.embedder.embed(["x"])
    index = world.indexer.index
    everybody = await index.search("food--counting-3072", vector, CaseFilter(), 5)
    own = await index.search("food--counting-3072", vector, CaseFilter(owner_id=OWNER), 5)
    assert ([hit.case.case_id for hit in everybody], [hit.case.case_id for hit in own]) == ([], [event_id])


async def test_a_report_makes_the_case_observed_without_the_shop_and_renews_the_cache(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    await world.report(event_id, roi=163, actual_participants=187, actual_cost=243_211)
    assert await world.deliver() == {}
    assert await world.vectors() == {event_id: (2, "observed")}
    (row,) = await world.database.fetch("SELECT case_data FROM case_vectors")
    case = row["case_data"]
    assert (case["owner_id"], case["participants"], case["cost"], case["roi"]) == (None, 190, 240_000, 160.0)
    assert world.controls.renewed == [IndustryCategory.FOOD]
    (row,) = await world.database.fetch("SELECT roi_error, participants_error, cost_error FROM event_performance")
    assert row["roi_error"] == pytest.approx(abs(200 - 163) / 163)
    assert row["participants_error"] == pytest.approx(abs(100 - 187) / 187)
    assert row["cost_error"] == pytest.approx(abs(250_000 - 243_211) / 243_211)


async def test_the_last_report_counts_and_earlier_ones_are_kept(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    await world.report(event_id, roi=100)
    await world.report(event_id, roi=300, channels=[{"name": "instagram", "participants": 50, "cost": 10_000}])
    await world.deliver(shuffled=random.Random(1))
    found = await find_shop_event(event_id, OWNER, shop_events=world.desk.shop_events, clock=world.clock)
    assert found.status is EventStatus.MEASURED
    assert found.result is not None
    assert (found.result.sequence, found.result.actual_roi) == (2, 300)
    assert found.result.channels[0].participants == 50
    assert found.result.accuracy is not None
    assert await world.count("event_performance") == 2
    (row,) = await world.database.fetch("SELECT case_data ->> 'roi' AS roi FROM case_vectors")
    assert row["roi"] == "300.0"


async def test_revenue_gives_the_roi_by_the_trades_margin(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    accepted = await world.report(event_id, actual_roi=None, revenue=1_000_000, actual_cost=250_000)
    assert accepted.actual_roi == pytest.approx((1_000_000 * 0.55 - 250_000) / 250_000 * 100)


async def test_a_report_needs_a_roi_or_a_revenue_and_a_cost_to_compute_it(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    with pytest.raises(InvalidInput) as caught:
        await world.report(event_id, actual_roi=None)
    assert caught.value.problems[0].field == "actualRoi"
    with pytest.raises(InvalidInput) as caught:
        await world.report(event_id, actual_roi=None, revenue=10, actual_cost=0)
    assert caught.value.problems[0].field == "actualCost"


@pytest.mark.parametrize("event_id", ["ev_unknown", "", "한글", "a b", "x" * 101, "nul\0"])
async def test_unknown_malformed_and_foreign_events_are_not_found_alike(world: World, event_id: str) -> None:
    with pytest.raises(NotFound):
        await find_shop_event(event_id, OWNER, shop_events=world.desk.shop_events, clock=world.clock)
    with pytest.raises(NotFound):
        await world.report(event_id)


async def test_no_owner_reads_changes_or_measures_anothers_event(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    with pytest.raises(NotFound):
        await find_shop_event(event_id, "owner-2", shop_events=world.desk.shop_events, clock=world.clock)
    with pytest.raises(NotFound):
        await world.report(event_id, owner_id="owner-2")
    with pytest.raises(NotFound):
        await change(world, event_id, EventWish(title="남의 것"), owner_id="owner-2")
    listed = await list_shop_events("owner-2", None, 10, shop_events=world.desk.shop_events, clock=world.clock)
    assert listed.items == ()


async def change(
    world: World, event_id: str, wish: EventWish, *, withdraw: bool = False, owner_id: str = OWNER
) -> EventStatus:
    tracked = await change_shop_event(event_id, owner_id, wish, withdraw=withdraw, correlation_id="r", desk=world.desk)
    return tracked.status


async def test_a_change_is_embedded_anew_and_kept_as_feedback(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    await change(world, event_id, EventWish(prize="막걸리 1병", starts_on=date(2026, 11, 1)))
    await world.deliver(shuffled=random.Random(2))
    assert await world.vectors() == {event_id: (2, "planned")}
    (row,) = await world.database.fetch("SELECT field, before, after FROM feedback WHERE kind = 'edited'")
    assert tuple(row.values()) == ("prize", "음료 쿠폰", "막걸리 1병")


async def test_a_change_that_changes_nothing_sends_nothing(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    world.queue.sent.clear()
    await change(world, event_id, EventWish(title="단골 감사 0"))
    assert world.queue.sent == {}


async def test_two_changes_at_once_are_both_kept(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    await asyncio.gather(
        change(world, event_id, EventWish(title="새 제목")), change(world, event_id, EventWish(prize="새 상품"))
    )
    found = await find_shop_event(event_id, OWNER, shop_events=world.desk.shop_events, clock=world.clock)
    assert (found.shop_event.title, found.shop_event.prize, found.shop_event.version) == ("새 제목", "새 상품", 3)


async def test_a_withdrawn_event_leaves_the_index_and_makes_room_for_its_option(world: World) -> None:
    event_id = (await world.create()).shop_event.event_id
    await world.deliver()
    assert await change(world, event_id, EventWish(), withdraw=True) is EventStatus.WITHDRAWN
    assert await change(world, event_id, EventWish(), withdraw=True) is EventStatus.WITHDRAWN
    await world.deliver(times=2)
    assert await world.vectors() == {}
    with pytest.raises(Conflict):
        await change(world, event_id, EventWish(title="늦은 수정"))
    with pytest.raises(Conflict):
        await world.report(event_id)
    world.clock.advance(1)
    await world.create()
    listed = await list_shop_events(OWNER, None, 10, shop_events=world.desk.shop_events, clock=world.clock)
    assert [item.status for item in listed.items] == [EventStatus.PLANNED, EventStatus.WITHDRAWN]


async def test_pages_hold_every_event_once_while_new_ones_come(world: World) -> None:
    for number in range(7):
        await world.recommend(f"r{number}")
        await world.create(recommendation_id=f"r{number}")
        world.clock.advance(number % 2)  # some at the same time
    seen: list[str] = []
    cursor = None
    while True:
        page = await list_shop_events(OWNER, cursor, 2, shop_events=world.desk.shop_events, clock=world.clock)
        seen += [item.shop_event.event_id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        await world.recommend(f"late-{len(seen)}")
        world.clock.advance(60)
        await world.create(recommendation_id=f"late-{len(seen)}")
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "한글", "AAAA", "MjAyNi0xMS0yMyB4"])
async def test_a_foreign_cursor_is_invalid_input(world: World, cursor: str) -> None:
    if cursor == "":
        page = await list_recommendations(OWNER, cursor, 10, archive=world.desk.archive)
        assert page.items == ()
        return
    with pytest.raises(InvalidInput):
        await list_recommendations(OWNER, cursor, 10, archive=world.desk.archive)


async def test_every_message_twice_and_in_any_order_has_the_effect_of_one(database: Database) -> None:
    for seed in range(8):
        world = World(database)
        disorder = random.Random(seed)
        name = f"chaos-{seed}"
        await world.answers.keep(answer(name))
        event_id = (await world.create(recommendation_id=name, key=name)).shop_event.event_id
        await change(world, event_id, EventWish(title=f"제목 {seed}"))
        for roi in (50, 120):
            await world.report(event_id, roi=roi, key=f"{name}-{roi}")
            await world.report(event_id, roi=roi, key=f"{name}-{roi}")
        assert await world.deliver(times=2, shuffled=disorder) == {}
        (row,) = await database.fetch(
            "SELECT case_data ->> 'roi' AS roi, case_data ->> 'title' AS title, version FROM case_vectors"
            " WHERE case_id = %s",
            (event_id,),
        )
        assert tuple(row.values()) == ("120.0", f"제목 {seed}", 3)
    assert await World(database).count("event_performance") == 16
    assert await World(database).count("case_vectors") == 8


KEY = SecretStr("a-key-of-the-test")
SHOP = ShopWords(
    name="막창나라",
    industry_word="막창집",
    trade=Trade(category=IndustryCategory.FOOD, word="막창집"),
    region=Region.of("대구", "중구"),
)
