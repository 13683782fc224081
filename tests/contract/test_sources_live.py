"""The sources as production makes them, over HTTP to the fakes."""

import logging
from collections.abc import Callable

import pytest

from shopevents.adapters.sources.live import live_blogs, live_hashtags, live_seoul, live_statistics, live_stores
from shopevents.adapters.sources.naver import NaverApi
from shopevents.domain.errors import MisconfiguredError
from tests.contract.source_clients import (
    GRAPH_TOKEN,
    GRAPH_USER,
    KINDS,
    KOSIS_KEY,
    NAVER_ID,
    NAVER_SECRET,
    SEMAS_ENCODED_KEY,
    SEMAS_KEY,
    SEOUL_KEY,
)
from tests.vendors.instagram import InstagramFake, media
from tests.vendors.kosis import KosisFake
from tests.vendors.naver import NaverFake
from tests.vendors.semas import SemasFake, store
from tests.vendors.seoul import SeoulFake

QUERIES = {kind.name: kind.query for kind in KINDS}


async def test_each_source_works_with_the_keys_and_url_it_is_given(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    row = {"STDR_YYQU_CD": "20262"}
    async with (
        SemasFake([store(1)], key=SEMAS_KEY) as register,
        KosisFake(key=KOSIS_KEY) as office,
        NaverFake(hub=False, client_id=NAVER_ID, client_secret=NAVER_SECRET) as search,
        InstagramFake({"오픈이벤트": [media(1)]}, token=GRAPH_TOKEN) as graph,
        SeoulFake([row], key=SEOUL_KEY) as city,
    ):
        hashtags = live_hashtags(GRAPH_TOKEN, GRAPH_USER, graph.url, "v26.0")
        sources = [
            live_stores(SEMAS_ENCODED_KEY, register.url),
            live_statistics(KOSIS_KEY, office.url),
            live_blogs(NAVER_ID, NAVER_SECRET, NaverApi.LEGACY, search.url),
            live_seoul(SEOUL_KEY, city.url),
        ]
        records = [(await source.fetch(QUERIES[source.name])).records for source in sources]
        tag = {"hashtag_id": await hashtags.find_hashtag("오픈이벤트") or ""}
        assert (await hashtags.fetch(tag)).records == 1
    assert records == [1, 3, 100, 1]
    assert graph.requests[0].path.startswith("/v26.0/")
    said = "\n".join(record.getMessage() for record in caplog.records)
    for secret in (SEMAS_KEY, SEMAS_ENCODED_KEY, KOSIS_KEY, NAVER_SECRET, GRAPH_TOKEN, SEOUL_KEY):
        assert secret not in said


@pytest.mark.parametrize(
    ("make", "variable"),
    [
        (lambda: live_stores(" "), "SEMAS_SERVICE_KEY"),
        (lambda: live_statistics("k\ney"), "KOSIS_API_KEY"),
        (lambda: live_blogs("id", "키", NaverApi.HUB), "NAVER_CLIENT_SECRET"),
        (lambda: live_hashtags("", "1"), "INSTAGRAM_ACCESS_TOKEN"),
        (lambda: live_hashtags("token", ""), "INSTAGRAM_USER_ID"),
        (lambda: live_seoul("a b"), "SEOUL_API_KEY"),
    ],
)
def test_an_unusable_key_is_named_at_start(make: Callable[[], object], variable: str) -> None:
    with pytest.raises(MisconfiguredError) as failed:
        make()
    assert failed.value.variable == variable
