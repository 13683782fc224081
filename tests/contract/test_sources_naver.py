import pytest

from shopevents.adapters.sources.naver import NaverApi
from shopevents.domain.errors import (
    BadReply,
    QuotaExhausted,
    RateLimited,
    Rejected,
    ShopEventsError,
    Unavailable,
)
from tests.contract.source_clients import ATTEMPTS, NAVER_ID, NAVER_SECRET, http, naver
from tests.vendors.naver import NaverFake, flat_error, nested_error
from tests.vendors.source_fake import SourceReply

QUERY = {"query": "마포구 카페 이벤트"}
both_hosts = pytest.mark.parametrize("api", list(NaverApi))


def search(api: NaverApi, total: int = 250, quota: int = 1000) -> NaverFake:
    hub = api is NaverApi.HUB
    return NaverFake(hub=hub, client_id=NAVER_ID, client_secret=NAVER_SECRET, total=total, quota=quota)


@both_hosts
async def test_either_host_is_asked_on_its_path_with_its_headers(api: NaverApi) -> None:
    async with search(api) as fake, http("naver_blog") as client:
        page = await naver(client, fake.url, api).fetch(QUERY)
    assert page.records == 100
    assert fake.requests[0].params["query"] == "마포구 카페 이벤트"
    assert NAVER_SECRET not in fake.requests[0].raw


@both_hosts
@pytest.mark.parametrize(("total", "pages"), [(0, 1), (100, 1), (101, 2), (250, 3), (184_203, 10)])
async def test_pages_end_with_the_posts_or_with_what_can_be_reached(api: NaverApi, total: int, pages: int) -> None:
    async with search(api, total) as fake, http("naver_blog") as client:
        source, cursor = naver(client, fake.url, api), None
        while True:
            page = await source.fetch(QUERY, cursor)
            if (cursor := page.next_cursor) is None:
                break
    assert len(fake.requests) == pages


@both_hosts
async def test_a_shrinking_total_does_not_loop(api: NaverApi) -> None:
    async with search(api) as fake, http("naver_blog") as client:
        source = naver(client, fake.url, api)
        first = await source.fetch(QUERY)
        fake.total = 0
        assert (await source.fetch(QUERY, first.next_cursor)).next_cursor is None


DIALECT: list[tuple[SourceReply, type[ShopEventsError], int]] = [
    (flat_error(400, "SE01"), Rejected, 1),
    (flat_error(400, "SE02", "Invalid display value"), Rejected, 1),
    (flat_error(400, "SE03"), Rejected, 1),
    (flat_error(400, "SE04"), Rejected, 1),
    (flat_error(400, "SE06"), Rejected, 1),
    (flat_error(401, "024", "NID AUTH Result Invalid (1000)"), Rejected, 1),
    (nested_error(401, "200", "Authentication Failed"), Rejected, 1),
    (nested_error(401, "210", "Permission Denied"), Rejected, 1),
    (SourceReply("", 403), Rejected, 1),
    (flat_error(404, "SE05"), Rejected, 1),
    (flat_error(429, "010"), QuotaExhausted, 1),
    (nested_error(429, "400", "Quota Exceeded"), QuotaExhausted, 1),
    (flat_error(429, "012"), RateLimited, ATTEMPTS),
    (nested_error(429, "410", "Throttle Limited"), RateLimited, ATTEMPTS),
    (nested_error(429, "420", "Rate Limited"), RateLimited, ATTEMPTS),
    (flat_error(500, "SE99"), Unavailable, ATTEMPTS),
    (nested_error(503, "500", "Endpoint Error"), Unavailable, ATTEMPTS),
    (nested_error(504, "510", "Endpoint Timeout"), Unavailable, ATTEMPTS),
    (SourceReply.of({"errorCode": "024"}), BadReply, 1),
]


@pytest.mark.parametrize(("reply", "error", "calls"), DIALECT, ids=lambda value: getattr(value, "body", None))
async def test_each_error_is_what_it_means(reply: SourceReply, error: type[ShopEventsError], calls: int) -> None:
    async with search(NaverApi.HUB) as fake, http("naver_blog") as client:
        fake.script(*[reply] * ATTEMPTS)
        with pytest.raises(error) as failed:
            await naver(client, fake.url).fetch(QUERY)
    assert type(failed.value) is error
    assert len(fake.requests) == calls


async def test_an_unknown_429_passes_once() -> None:
    async with search(NaverApi.LEGACY) as fake, http("naver_blog") as client:
        fake.script(SourceReply("slow down", 429), None)
        assert (await naver(client, fake.url, NaverApi.LEGACY).fetch(QUERY)).records == 100


async def test_a_second_unknown_429_is_the_days_quota() -> None:
    async with search(NaverApi.LEGACY) as fake, http("naver_blog") as client:
        fake.script(*[flat_error(429, "777")] * 3)
        with pytest.raises(QuotaExhausted):
            await naver(client, fake.url, NaverApi.LEGACY).fetch(QUERY)
    assert len(fake.requests) == 2


async def test_keys_of_one_host_fail_on_the_other() -> None:
    async with search(NaverApi.HUB) as fake, http("naver_blog") as client:
        fake.script(nested_error(401, "200"))
        with pytest.raises(Rejected, match="401"):
            await naver(client, fake.url, NaverApi.LEGACY).fetch(QUERY)
