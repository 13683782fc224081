from collections.abc import Callable

import pytest

from shopevents.adapters.sources.semas import ROWS_PER_PAGE, decoded_key, items_of
from shopevents.domain.errors import QuotaExhausted, RateLimited, Rejected, ShopEventsError, Unavailable
from tests.contract.source_clients import ATTEMPTS, SEMAS_KEY, http, semas
from tests.vendors.semas import SemasFake, gateway_json, gateway_xml, service_error, store
from tests.vendors.source_fake import SourceReply

type Dialect = Callable[[int], SourceReply]

QUERY = {"division": "signguCd", "key": "11440", "indsLclsCd": "I2"}
TEMPORARY, OURS = [1, 2, 4, 5, 99], [10, 11, 12, 20, 21, 30, 31, 32, 33]
EXPECTED: list[tuple[int, type[ShopEventsError]]] = [
    *((code, Unavailable) for code in TEMPORARY),
    *((code, Rejected) for code in OURS),
    (22, QuotaExhausted),
    (23, RateLimited),
]


def register(count: int) -> SemasFake:
    return SemasFake([store(number) for number in range(count)], key=SEMAS_KEY)


async def test_pages_are_read_to_the_last_one() -> None:
    async with register(ROWS_PER_PAGE * 2 + 1) as fake, http("semas_stores") as client:
        source = semas(client, fake.url)
        sizes, cursor = [], None
        while True:
            page = await source.fetch(QUERY, cursor)
            sizes.append(page.records)
            if (cursor := page.next_cursor) is None:
                break
    assert sizes == [ROWS_PER_PAGE, ROWS_PER_PAGE, 1]
    asked = fake.requests[0].params
    assert (asked["divId"], asked["key"], asked["indsLclsCd"], asked["type"]) == ("signguCd", "11440", "I2", "json")


async def test_a_server_that_serves_fewer_rows_than_asked_is_still_read_to_its_end() -> None:
    body = {"items": [{}] * 500, "numOfRows": 500, "pageNo": 1, "totalCount": 900}
    async with register(0) as fake, http("semas_stores") as client:
        fake.script(SourceReply.of({"header": {"resultCode": "00", "stdrYm": "202609"}, "body": body}))
        assert (await semas(client, fake.url).fetch(QUERY)).next_cursor == "2"


async def test_an_empty_page_ends_the_query_whatever_the_total_says() -> None:
    async with register(0) as fake, http("semas_stores") as client:
        fake.script(SourceReply.of({"header": {"resultCode": "00"}, "body": {"items": [], "totalCount": 9999}}))
        assert (await semas(client, fake.url).fetch(QUERY)).next_cursor is None


async def test_the_encoding_form_of_the_key_goes_out_encoded_once() -> None:
    async with register(1) as fake, http("semas_stores") as client:
        await semas(client, fake.url).fetch(QUERY)
    assert fake.requests[0].params["serviceKey"] == SEMAS_KEY
    assert "%25" not in fake.requests[0].raw


@pytest.mark.parametrize(("configured", "used"), [("a%2Bb%3D", "a+b="), ("a+b=", "a+b="), ("abc123", "abc123")])
def test_a_key_is_unquoted_exactly_once_and_keeps_its_plus(configured: str, used: str) -> None:
    assert decoded_key(configured) == used


@pytest.mark.parametrize(("code", "error"), EXPECTED)
@pytest.mark.parametrize("dialect", [gateway_xml, gateway_json, lambda code: service_error(f"{code:02d}")])
async def test_each_code_is_what_it_means_in_every_dialect(
    code: int, error: type[ShopEventsError], dialect: Dialect
) -> None:
    async with register(1) as fake, http("semas_stores") as client:
        fake.script(*[dialect(code)] * ATTEMPTS)
        with pytest.raises(error) as failed:
            await semas(client, fake.url).fetch(QUERY)
    assert type(failed.value) is error
    assert len(fake.requests) == (ATTEMPTS if code in {*TEMPORARY, 23} else 1)


@pytest.mark.parametrize("code", ["05", "5", " 5 "])
async def test_a_code_is_compared_as_a_number(code: str) -> None:
    async with register(1) as fake, http("semas_stores") as client:
        fake.script(gateway_xml(code, name="SERVICETIMEOUT_ERROR"), None)
        assert (await semas(client, fake.url).fetch(QUERY)).records == 1


async def test_no_data_from_the_gateway_is_an_empty_page_or_a_typed_error() -> None:
    async with register(1) as fake, http("semas_stores") as client:
        fake.script(service_error("03"))
        assert (await semas(client, fake.url).fetch(QUERY)).records == 0


async def test_a_burst_limit_under_the_daily_code_is_told_apart_by_its_name() -> None:
    name = "LIMITED_NUMBER_OF_SERVICE_REQUESTS_PER_SECOND_EXCEEDS_ERROR"
    async with register(1) as fake, http("semas_stores") as client:
        fake.script(gateway_xml(22, name=name), None)
        assert (await semas(client, fake.url).fetch(QUERY)).records == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (SourceReply("Unauthorized", 401, content_type="text/plain"), Rejected),
        (SourceReply("API rate limit exceeded", 429, content_type="text/plain"), RateLimited),
        (SourceReply.of({"message": "limit"}, 429), RateLimited),
        (SourceReply("LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR", content_type="text/plain"), QuotaExhausted),
        (SourceReply("Forbidden", 403, content_type="text/plain"), Rejected),
        (SourceReply("", 404), Unavailable),
    ],
)
async def test_bare_text_is_read_too(reply: SourceReply, error: type[ShopEventsError]) -> None:
    async with register(1) as fake, http("semas_stores") as client:
        fake.script(*[reply] * ATTEMPTS)
        with pytest.raises(error) as failed:
            await semas(client, fake.url).fetch(QUERY)
    assert type(failed.value) is error


@pytest.mark.parametrize(
    ("items", "count"), [([{"a": 1}], 1), ({"item": [{}, {}]}, 2), ({"item": {"a": 1}}, 1), ("", 0), (None, 0)]
)
def test_items_come_in_five_shapes(items: object, count: int) -> None:
    assert len(items_of({"items": items})) == count
    assert items_of({}) == []
