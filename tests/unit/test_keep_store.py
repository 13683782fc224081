"""Shops, and the deletion and export of everything of an owner's."""

import pytest
from pydantic import SecretStr

from shopevents.adapters.database.connection import Database
from shopevents.domain.answers import WrittenAnswer
from shopevents.domain.errors import InvalidInput, NotFound
from shopevents.domain.event_wishes import EventWish
from shopevents.domain.shop_profiles import ShopWords
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.use_cases.keep_store import erase_owner, export_owner, get_store, put_store
from tests.contract.answers import answer
from tests.unit.event_life import OWNER, World

KEY = SecretStr("a-key-of-the-test")
NUMBER = "124-81-00998"
WORDS = ShopWords(
    name="화로담",
    industry_word="음식점",
    business_type="고깃집",
    trade=Trade(category=IndustryCategory.FOOD, code="I20107", name="돼지고기 구이/찜", ksic="56", word="고깃집"),
    region=Region.of("서울", "강남구"),
    address="서울특별시 강남구 역삼동 123",
    opening_hours="17:00-24:00",
    business_number=SecretStr(NUMBER),
)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def put(world: World, owner_id: str = OWNER, words: ShopWords = WORDS) -> None:
    await put_store(owner_id, words, shops=world.desk.shops, clock=world.clock, business_number_key=KEY)


async def erase(world: World, owner_id: str = OWNER) -> None:
    await erase_owner(
        owner_id,
        shops=world.desk.shops,
        answers=world.answers,
        publisher=world.publisher,
        clock=world.clock,
        correlation_id="r",
    )


async def full_life(world: World, owner_id: str) -> str:
    """An owner of whom there is something in every table."""
    await put(world, owner_id)
    name = f"rec-{owner_id}"
    await world.recommend(name, owner_id)
    await world.recommendations.record([WrittenAnswer(answer=answer(name, owner_id=owner_id), raw="원문")], [])
    wish = EventWish(title="우리 가게 감사제")
    tracked = await world.create(wish, recommendation_id=name, owner_id=owner_id, key="k1")
    event_id = tracked.shop_event.event_id
    await world.report(event_id, owner_id=owner_id, key="k1", channels=[{"name": "kakao", "participants": 3}])
    await world.deliver()
    return event_id


async def test_a_shop_is_given_back_as_it_was_put(world: World) -> None:
    await put(world)
    shop = await get_store(OWNER, shops=world.desk.shops)
    assert (shop.name, shop.address, shop.trade, shop.region) == (WORDS.name, WORDS.address, WORDS.trade, WORDS.region)
    assert shop.business_number_masked == "124-**-*****"
    await put(world, words=WORDS.model_copy(update={"name": "화로담 역삼점", "business_number": None}))
    shop = await get_store(OWNER, shops=world.desk.shops)
    assert (shop.name, shop.business_number_hash) == ("화로담 역삼점", None)


async def test_the_business_number_is_nowhere_in_the_database(world: World) -> None:
    await full_life(world, OWNER)
    for table in ("stores", "events", "ai_recommendations", "idempotency_keys", "outbox", "feedback"):
        rows = await world.database.fetch(f"SELECT t::text AS row FROM {table} AS t")  # noqa: S608 - a test's own
        assert not any("1248100998" in row["row"].replace("-", "") for row in rows), table


async def test_two_owners_of_one_shop_are_recognised_by_its_number(world: World) -> None:
    await put(world, "owner-1")
    await put(world, "owner-2", WORDS.model_copy(update={"business_number": SecretStr("1248100998")}))
    one, two = [await get_store(owner, shops=world.desk.shops) for owner in ("owner-1", "owner-2")]
    assert one.business_number_hash == two.business_number_hash


async def test_a_wrong_business_number_is_named_and_not_repeated(world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        await put(world, words=WORDS.model_copy(update={"business_number": SecretStr("124-81-00997")}))
    assert [problem.field for problem in caught.value.problems] == ["businessNumber"]
    assert "00997" not in f"{caught.value} {caught.value.problems} {caught.value.__cause__}"


async def test_without_a_shop_there_is_none(world: World) -> None:
    with pytest.raises(NotFound):
        await get_store(OWNER, shops=world.desk.shops)


async def test_an_export_holds_everything_of_the_owner_and_nothing_of_others(world: World) -> None:
    await full_life(world, "owner-1")
    await full_life(world, "owner-2")
    export = await export_owner("owner-1", shops=world.desk.shops, clock=world.clock)
    assert export.shop is not None
    assert export.shop["address"] == WORDS.address
    assert [each["answer"]["recommendation_id"] for each in export.recommendations] == ["rec-owner-1"]
    (shop_event,) = export.shop_events
    assert shop_event["title"] == "우리 가게 감사제"
    assert shop_event["reports"][0]["channels"][0]["name"] == "kakao"
    assert {each["kind"] for each in export.feedback} == {"chosen", "edited"}
    assert "owner-2" not in export.model_dump_json()


async def test_nothing_of_an_erased_owner_is_left_and_others_keep_everything(world: World) -> None:
    await full_life(world, "owner-1")
    kept = await full_life(world, "owner-2")
    await erase(world, "owner-1")
    await world.deliver(times=2)
    for table in ("stores", "events", "ai_recommendations", "idempotency_keys", "feedback"):
        rows = await world.database.fetch(f"SELECT DISTINCT user_id FROM {table}")  # noqa: S608 - a test's own
        assert [row["user_id"] for row in rows] == ["owner-2"], table
    assert list(await world.vectors()) == [kept]
    assert await world.count("event_performance") == await world.count("channel_performance") == 1
    assert await world.answers.find("rec-owner-1", "owner-1") is None
    assert await world.answers.find("rec-owner-2", "owner-2") is not None


async def test_vectors_go_even_when_the_queue_is_down_during_the_deletion(world: World) -> None:
    await full_life(world, OWNER)
    world.queue.is_down = True
    await erase(world)
    assert await world.count("outbox") == 1


async def test_a_record_that_arrives_after_the_deletion_is_dropped(world: World) -> None:
    await full_life(world, OWNER)
    late = WrittenAnswer(answer=answer("late", owner_id=OWNER))
    await erase(world)
    await world.recommendations.record([late], [])
    assert await world.count("ai_recommendations") == 0


async def test_an_erased_owner_may_begin_anew(world: World) -> None:
    await full_life(world, OWNER)
    await erase(world)
    await erase(world)
    world.clock.advance(60)
    new = answer("new", owner_id=OWNER)
    question = new.question.model_copy(update={"asked_at": world.clock.now()})
    await world.answers.keep(new.model_copy(update={"question": question}))
    await world.create(recommendation_id="new", key="k1")
    assert await world.count("events") == await world.count("ai_recommendations") == 1
