from datetime import UTC, datetime, timedelta

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.hashtag_ledger.memory import MemoryHashtagLedger
from shopevents.adapters.hashtag_ledger.postgres import PostgresHashtagLedger
from shopevents.domain.hashtags import AskedTag
from shopevents.ports.hashtag_ledger import HashtagLedger

THEN = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
def ledger(request: pytest.FixtureRequest) -> HashtagLedger:
    if request.param == "memory":
        return MemoryHashtagLedger()
    database: Database = request.getfixturevalue("database")
    return PostgresHashtagLedger(database, "17841400000000000")


async def test_an_empty_ledger_has_no_entries(ledger: HashtagLedger) -> None:
    assert await ledger.entries() == {}


@pytest.mark.parametrize("tag_id", [None, "", "17841593698074073"])
async def test_what_was_noted_last_is_what_it_holds(ledger: HashtagLedger, tag_id: str | None) -> None:
    await ledger.note("카페이벤트", AskedTag(THEN, THEN))
    latest = AskedTag(THEN, THEN + timedelta(days=1), tag_id)
    await ledger.note("카페이벤트", latest)
    assert await ledger.entries() == {"카페이벤트": latest}


async def test_accounts_have_ledgers_of_their_own(database: Database) -> None:
    await PostgresHashtagLedger(database, "1").note("가게", AskedTag(THEN, THEN))
    assert await PostgresHashtagLedger(database, "2").entries() == {}
