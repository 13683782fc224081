"""`python -m operations recrawl` on a stack that runs: everything is fetched again, and nothing is there twice."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, override

import psycopg
import pytest

from shopevents.adapters.clock.system import SystemClock
from shopevents.domain.crawl_queries import statistics_queries
from shopevents.domain.crawls import crawl_day
from tests.system.running_stack import ROOT, RunningStack, becomes, started, without_settings
from tests.vendors.kosis import KosisFake
from tests.vendors.source_fake import SourceReply, SourceRequest

pytestmark = [pytest.mark.xdist_group("recrawl"), pytest.mark.timeout(300)]
_KEY = "kosis-key"

# What a crawl and its curation leave behind, less when it was.
_KEPT = {
    "documents": "SELECT array_agg(id || content_hash ORDER BY id) FROM raw_documents",
    "cases": "SELECT array_agg(id || row_version ORDER BY id) FROM events",
    "fingerprints": "SELECT count(*) FROM case_fingerprints",
    "quarantine": "SELECT count(*) FROM quarantine",
    "figures": "SELECT array_agg(value ORDER BY source, measure, industry, region, audience, period)"
    " FROM industry_statistics",
    "regions": "SELECT count(*) FROM region_profiles",
    "stores": "SELECT array_agg(stores ORDER BY source, snapshot_on, location_city, location_district, trade_code)"
    " FROM store_counts",
    "sightings": "SELECT count(*) FROM store_sightings",
    "hashtags": "SELECT array_agg(hashtag ORDER BY hashtag) FROM hashtag_ledger",
    "finished queries": "SELECT array_agg(query ORDER BY query) FROM crawl_cursors WHERE finished AND query !~ '^\\('",
}


class RevisedKosis(KosisFake):
    """A table whose figures are revised, as provisional ones are."""

    figure = "118.2"

    @override
    def answer(self, request: SourceRequest) -> SourceReply:
        reply = super().answer(request)
        assert isinstance(reply.body, str)
        return SourceReply(reply.body.replace("118.2", self.figure))


@pytest.fixture
async def kosis() -> AsyncIterator[RevisedKosis]:
    async with RevisedKosis(key=_KEY) as fake:
        yield fake


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """With recorded replies, where a test gives no source of its own."""
    with started(tmp_path_factory.mktemp("recrawled")) as stack:
        yield stack


async def operate(stack: RunningStack, *arguments: str, **settings: str) -> str:
    """An operator's command, run as an operator runs it."""
    command = [sys.executable, "-m", "operations", "--data", str(stack.data), *arguments]
    environment = without_settings() | settings
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


async def crawl(stack: RunningStack, crawler: str, **settings: str) -> None:
    """As at night."""
    done = await asyncio.to_thread(stack.command, "invoke", crawler, settings=settings)
    assert done.returncode == 0, done.stderr


async def kept(stack: RunningStack) -> dict[str, Any]:
    """What is kept, once every page has been curated and every new case announced and embedded."""
    await becomes(lambda: _is_settled(stack))
    with psycopg.connect(stack.environment["DATABASE_URL"]) as connection:
        return {name: connection.execute(query.encode()).fetchone() for name, query in _KEPT.items()}


async def _is_settled(stack: RunningStack) -> bool:
    async with stack.database() as database:
        (row,) = await database.fetch(
            "SELECT NOT EXISTS (SELECT FROM local_messages) AND NOT EXISTS"
            " (SELECT FROM raw_documents WHERE curated_at IS NULL) AS settled"
        )
    return bool(row["settled"])


@pytest.mark.parametrize("crawler", ["crawl_blogs", "crawl_stores", "crawl_hashtags"])
async def test_what_is_fetched_again_unchanged_is_there_once(stack: RunningStack, crawler: str) -> None:
    await crawl(stack, crawler)
    before = await kept(stack)
    assert before["finished queries"] != (None,)
    said = await operate(stack, "recrawl", crawler)
    assert f"queries of {crawler} since {crawl_day(SystemClock().now())} and started it" in said
    assert "forgot 0 queries" not in said
    assert await kept(stack) == before


async def test_everything_is_asked_again_and_revised_figures_take_the_old_ones_places(
    stack: RunningStack, kosis: RevisedKosis
) -> None:
    keys = {"KOSIS_API_KEY": _KEY, "KOSIS_BASE_URL": kosis.url}
    await crawl(stack, "crawl_statistics", **keys)
    before, asked = await kept(stack), len(kosis.requests)
    assert asked >= len(statistics_queries(crawl_day(SystemClock().now())))
    await crawl(stack, "crawl_statistics", **keys)
    assert len(kosis.requests) == asked  # the day's work is done: only a command asks again

    kosis.figure = "120.5"
    said = await operate(stack, "recrawl", "crawl_statistics", **keys)
    assert len(kosis.requests) == 2 * asked, said
    after = await kept(stack)
    ids = [[text[:-64] for text in each["documents"][0]] for each in (before, after)]
    assert ids[0] == ids[1]
    assert len(after["figures"][0]) == len(before["figures"][0])
    assert 118.2 not in after["figures"][0]
    assert 120.5 in after["figures"][0]
    assert after["finished queries"] == before["finished queries"]
    dry = await operate(stack, "recrawl", "crawl_statistics", "--dry-run", **keys)
    assert f"kosis: {2 * asked} of 2000 calls are made today" in dry


async def test_a_page_whose_object_was_lost_is_fetched_and_read_again(stack: RunningStack) -> None:
    await crawl(stack, "crawl_hashtags")
    before = await kept(stack)
    lost = objects_of(stack, "instagram")
    assert lost
    for path in lost:
        path.unlink()
    await operate(stack, "recrawl", "crawl_hashtags")
    assert await kept(stack) == before
    assert objects_of(stack, "instagram") == lost


def objects_of(stack: RunningStack, source: str) -> list[Path]:
    folder = Path(stack.environment["RAW_DOCUMENTS_FOLDER"])
    return sorted(path for path in folder.rglob("*.json") if source in str(path.relative_to(folder)))
