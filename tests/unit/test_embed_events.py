"""Changed cases reach the vector index, whatever the order and number of messages."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.database.connection import Database
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.domain.announcements import case_changed
from shopevents.domain.cases import Case
from shopevents.domain.messages import Message
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Provenance
from shopevents.ports.cases import CaseState
from shopevents.ports.embedder import Vector
from shopevents.use_cases.embed_events import CHANGED_MEANWHILE, Indexer, embed_events
from shopevents.use_cases.rebuild_index import Rebuilt, rebuild_index
from tests.adapters.clock import HandClock
from tests.adapters.embedder import CountingEmbedder

CLOCK = HandClock()


def a_case(
    case_id: str, *, title: str = "사진 올리고 커피 받기", industry: IndustryCategory = IndustryCategory.FOOD
) -> Case:
    return Case(
        case_id=case_id,
        title=title,
        prize="아메리카노 1잔",
        participation="매장 사진을 올려 주세요",
        mechanic=Mechanic.PHOTO,
        industry=industry,
        provenance=Provenance.ILLUSTRATIVE,
    )


def about(case_id: str, industry: IndustryCategory = IndustryCategory.FOOD) -> Message:
    return case_changed(case_id, industry, correlation_id="test", now=CLOCK.now()).message


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def indexer(database: Database, embedder: CountingEmbedder) -> Indexer:
    return Indexer(PostgresCases(database), embedder, PgvectorIndex(database))


async def indexed(database: Database) -> dict[str, tuple[int, str]]:
    rows = await database.fetch("SELECT case_id, version, case_data ->> 'title' AS title FROM case_vectors")
    return {row["case_id"]: (row["version"], row["title"]) for row in rows}


async def keep(database: Database, *cases: Case) -> int:
    announced = [
        (case, case_changed(case.case_id, case.industry, correlation_id="test", now=CLOCK.now())) for case in cases
    ]
    return await PostgresCases(database).keep_collected(announced)


async def test_many_cases_take_one_embedding_call(
    database: Database, indexer: Indexer, embedder: CountingEmbedder
) -> None:
    cases = [a_case(f"case-{n}", title=f"이벤트 {n}") for n in range(40)]
    await keep(database, *cases)
    assert await embed_events([about(case.case_id) for case in cases], indexer=indexer) == {}
    assert embedder.calls == [40]
    assert len(await indexed(database)) == 40


async def test_the_same_message_ten_times_makes_one_vector(database: Database, indexer: Indexer) -> None:
    await keep(database, a_case("one"))
    message = about("one")
    for _ in range(5):
        assert await embed_events([message, message], indexer=indexer) == {}
    assert await indexed(database) == {"one": (1, "사진 올리고 커피 받기")}


async def test_a_late_message_brings_the_newest_state(database: Database, indexer: Indexer) -> None:
    await keep(database, a_case("one", title="처음"))
    late = about("one")
    await keep(database, a_case("one", title="나중"))
    await embed_events([about("one")], indexer=indexer)
    await embed_events([late], indexer=indexer)
    assert await indexed(database) == {"one": (2, "나중")}


async def test_a_withdrawn_case_leaves_the_index(database: Database, indexer: Indexer) -> None:
    await keep(database, a_case("one"), a_case("two"))
    await embed_events([about("one"), about("two")], indexer=indexer)
    await database.execute("UPDATE events SET withdrawn_at = now() WHERE id = 'one'")
    assert await embed_events([about("one"), about("never-there")], indexer=indexer) == {}
    assert list(await indexed(database)) == ["two"]


async def test_a_poison_case_fails_alone(database: Database, indexer: Indexer, embedder: CountingEmbedder) -> None:
    cases = [a_case(f"case-{n}", title=f"이벤트 {n}번") for n in range(16)]
    await keep(database, *cases)
    embedder.refused = "이벤트 11번"
    messages = [about(case.case_id) for case in cases]
    assert await embed_events(messages, indexer=indexer) == {messages[11].message_id: "openai: 400"}
    assert "case-11" not in await indexed(database)
    assert len(await indexed(database)) == 15


async def test_an_unreadable_message_fails_alone(database: Database, indexer: Indexer) -> None:
    await keep(database, a_case("one"))
    wrong = about("one").model_copy(update={"message_id": "wrong", "body": {"case_id": 7, "phone": "010-1234-5678"}})
    assert await embed_events([wrong, about("one")], indexer=indexer) == {
        "wrong": "case_changed: wrong case_id, industry"
    }
    assert "one" in await indexed(database)


async def test_while_the_vendor_is_down_everything_is_tried_again(
    database: Database, indexer: Indexer, embedder: CountingEmbedder
) -> None:
    await keep(database, a_case("one"))
    embedder.is_down = True
    assert list((await embed_events([about("one")], indexer=indexer)).values()) == ["openai: down"]
    embedder.is_down = False
    assert await embed_events([about("one")], indexer=indexer) == {}
    assert "one" in await indexed(database)


class _Interrupted(CountingEmbedder):
    """Something happens to the database while the vendor embeds."""

    def __init__(self, database: Database, happening: str) -> None:
        super().__init__()
        self._database = database
        self._happening = happening

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        happening, self._happening = self._happening, ""
        if happening:
            await self._database.execute(happening)
        return await super().embed(texts)


async def test_a_case_that_changes_meanwhile_is_tried_again(database: Database, indexer: Indexer) -> None:
    await keep(database, a_case("one", title="처음"))
    change = "UPDATE events SET title = '나중', row_version = 2 WHERE id = 'one'"
    interrupted = replace(indexer, embedder=_Interrupted(database, change))
    message = about("one")
    assert await embed_events([message], indexer=interrupted) == {message.message_id: CHANGED_MEANWHILE}
    assert await embed_events([message], indexer=interrupted) == {}
    assert await indexed(database) == {"one": (2, "나중")}


async def test_a_case_that_is_withdrawn_meanwhile_does_not_stay(database: Database, indexer: Indexer) -> None:
    await keep(database, a_case("one"))
    withdraw = "UPDATE events SET withdrawn_at = now(), row_version = 2 WHERE id = 'one'"
    interrupted = replace(indexer, embedder=_Interrupted(database, withdraw))
    assert await embed_events([about("one")], indexer=interrupted) == {}
    assert await indexed(database) == {}


class _ManyCases(PostgresCases):
    """More cases than the vendor takes at once, without a database to hold them."""

    async def load(self, case_ids: Collection[str]) -> list[CaseState]:
        return [CaseState(a_case(case_id, title="가" * 100), 1) for case_id in case_ids]

    async def versions(self, case_ids: Collection[str]) -> dict[str, int]:
        return dict.fromkeys(case_ids, 1)


async def test_no_call_is_larger_than_the_vendor_takes(database: Database, embedder: CountingEmbedder) -> None:
    indexer = Indexer(_ManyCases(database), embedder, PgvectorIndex(database))
    await embed_events([about(f"case-{n}") for n in range(1500)], indexer=indexer)
    bytes_each = 300_000 / max(embedder.calls)
    assert sum(embedder.calls) == 1500
    assert len(embedder.calls) > 1
    assert bytes_each > 300  # a title of 100 syllables alone has 300 bytes


async def test_a_rebuild_brings_every_case_into_an_empty_index(database: Database, indexer: Indexer) -> None:
    await keep(database, *(a_case(f"case-{n}", title=f"이벤트 {n}") for n in range(25)))
    await database.execute("UPDATE events SET withdrawn_at = now() WHERE id = 'case-7'")
    assert await rebuild_index(indexer=indexer, at_once=10) == Rebuilt(indexed=24)
    assert len(await indexed(database)) == 24


async def test_a_rebuild_names_what_it_could_not_index(
    database: Database, indexer: Indexer, embedder: CountingEmbedder
) -> None:
    await keep(database, a_case("good"), a_case("bad", title="안 되는 것"))
    embedder.refused = "안 되는 것"
    assert await rebuild_index(indexer=indexer) == Rebuilt(indexed=1, failed={"bad": "openai: 400"})


async def test_loading_the_catalog_again_changes_and_announces_nothing(database: Database) -> None:
    cases = [a_case("one"), a_case("two", industry=IndustryCategory.RETAIL)]
    assert await keep(database, *cases) == 2
    assert await keep(database, *cases) == 0
    assert await keep(database, cases[0], a_case("two", title="새 제목", industry=IndustryCategory.RETAIL)) == 1
    rows = await database.fetch("SELECT queue, count(*) AS messages FROM outbox GROUP BY queue")
    assert rows == [{"queue": "embed_events", "messages": 3}]
    rows = await database.fetch("SELECT id, row_version FROM events ORDER BY id")
    assert rows == [{"id": "one", "row_version": 1}, {"id": "two", "row_version": 2}]
