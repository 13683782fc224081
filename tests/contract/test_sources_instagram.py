import pytest

from shopevents.domain.errors import QuotaExhausted, RateLimited, Rejected, ShopEventsError, Unavailable
from tests.contract.source_clients import ATTEMPTS, GRAPH_TOKEN, http, instagram
from tests.vendors.instagram import InstagramFake, graph_error, media
from tests.vendors.source_fake import SourceReply

TAG = "오픈이벤트"


def graph(posts: int = 5, *, same_cursor: bool = False) -> InstagramFake:
    return InstagramFake({TAG: [media(number) for number in range(posts)]}, token=GRAPH_TOKEN, same_cursor=same_cursor)


async def test_a_tag_is_found_and_its_posts_are_paged() -> None:
    async with graph() as fake, http("instagram") as client:
        source = instagram(client, fake.url)
        query = {"hashtag_id": await source.find_hashtag(TAG) or "", "tag": TAG}
        sizes, cursor = [], None
        while True:
            page = await source.fetch(query, cursor)
            sizes.append(page.records)
            if (cursor := page.next_cursor) is None:
                break
        assert await source.used_hashtags() == {query["hashtag_id"]}
    assert sizes == [2, 2, 1]
    assert fake.requests[1].path == f"/v25.0/{query['hashtag_id']}/recent_media"
    assert "username" not in fake.requests[1].params["fields"]


async def test_the_link_to_the_next_page_is_stored_without_the_token() -> None:
    async with graph() as fake, http("instagram") as client:
        source = instagram(client, fake.url)
        page = await source.fetch({"hashtag_id": fake.tag_id(TAG)})
    assert "access_token=***" in page.body
    assert GRAPH_TOKEN not in page.body


async def test_a_cursor_that_repeats_is_handed_on_for_the_page_cap_to_end() -> None:
    async with graph(same_cursor=True) as fake, http("instagram") as client:
        source, query = instagram(client, fake.url), {"hashtag_id": fake.tag_id(TAG)}
        first = await source.fetch(query)
        second = await source.fetch(query, first.next_cursor)
    assert first.next_cursor == second.next_cursor == "2"


@pytest.mark.parametrize("content", [{"data": [], "paging": {"next": "x", "cursors": {"after": "a"}}}, {"data": [{}]}])
async def test_no_posts_or_no_next_link_ends_the_tag(content: dict[str, object]) -> None:
    async with graph() as fake, http("instagram") as client:
        fake.script(SourceReply.of(content))
        assert (await instagram(client, fake.url).fetch({"hashtag_id": "1"})).next_cursor is None


async def test_a_tag_that_does_not_exist_is_nothing_and_not_asked_again() -> None:
    async with graph() as fake, http("instagram") as client:
        assert await instagram(client, fake.url).find_hashtag("없는태그") is None
    assert len(fake.requests) == 1


DIALECT: list[tuple[SourceReply, type[ShopEventsError], int]] = [
    (graph_error(4, transient=True, status=403), RateLimited, 1),
    (graph_error(17), RateLimited, 1),
    (graph_error(32), RateLimited, 1),
    (graph_error(613), RateLimited, 1),
    (graph_error(2, transient=True, status=500), Unavailable, ATTEMPTS),
    (graph_error(2), Unavailable, ATTEMPTS),
    (graph_error(9999, transient=True), Unavailable, ATTEMPTS),
    (graph_error(10, status=403), Rejected, 1),
    (graph_error(200, status=403), Rejected, 1),
    (graph_error(100), Rejected, 1),
    (graph_error(110, 2207013), Rejected, 1),
    (graph_error(190, 460), Rejected, 1),
    (graph_error(190, 463), Rejected, 1),
    (graph_error(190, 467), Rejected, 1),
    (graph_error(18, 2207034), QuotaExhausted, 1),
    (graph_error(31337), Rejected, 1),
    (SourceReply("Sorry, something went wrong", 500), Unavailable, ATTEMPTS),
]


@pytest.mark.parametrize(("reply", "error", "calls"), DIALECT, ids=lambda value: getattr(value, "body", None))
async def test_each_code_is_what_it_means(reply: SourceReply, error: type[ShopEventsError], calls: int) -> None:
    async with graph() as fake, http("instagram") as client:
        fake.script(*[reply] * ATTEMPTS)
        with pytest.raises(error) as failed:
            await instagram(client, fake.url).fetch({"hashtag_id": fake.tag_id(TAG)})
    assert type(failed.value) is error
    assert len(fake.requests) == calls


@pytest.mark.parametrize(
    ("usage", "stops"),
    [
        ('{"call_count":28,"total_time":25,"total_cputime":25}', False),
        ('{"call_count":10,"total_time":95,"total_cputime":1}', True),
        ("not json", False),
        ("[99]", False),
    ],
)
async def test_a_nearly_used_up_app_stops_by_itself(usage: str, stops: bool) -> None:
    async with graph() as fake, http("instagram") as client:
        fake.usage = usage
        source, query = instagram(client, fake.url), {"hashtag_id": fake.tag_id(TAG)}
        assert (await source.fetch(query)).records == 2
        if stops:
            with pytest.raises(RateLimited):
                await source.fetch(query)
        else:
            await source.fetch(query)
    assert len(fake.requests) == (1 if stops else 2)
