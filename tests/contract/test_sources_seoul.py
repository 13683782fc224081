from collections.abc import Callable

import pytest

from shopevents.domain.errors import Rejected, ShopEventsError, Unavailable
from tests.contract.source_clients import ATTEMPTS, SEOUL_KEY, http, seoul
from tests.vendors.seoul import SERVICE, SeoulFake, result, result_xml
from tests.vendors.source_fake import SourceReply

type Dialect = Callable[[str], SourceReply]

QUERY = {"service": SERVICE, "quarter": "20262"}


def square(rows: int) -> SeoulFake:
    row = {"STDR_YYQU_CD": "20262", "SVC_INDUTY_CD": "CS100010", "THSMON_SELNG_AMT": 1}
    return SeoulFake([{**row, "TRDAR_CD": str(number)} for number in range(rows)], key=SEOUL_KEY)


@pytest.mark.parametrize(("rows", "pages"), [(1, 1), (1000, 1), (1001, 2), (2500, 3)])
async def test_rows_come_a_thousand_at_a_time(rows: int, pages: int) -> None:
    async with square(rows) as fake, http("seoul_sales") as client:
        source, cursor, got = seoul(client, fake.url), None, 0
        while True:
            page = await source.fetch(QUERY, cursor)
            got += page.records
            if (cursor := page.next_cursor) is None:
                break
    assert (got, len(fake.requests)) == (rows, pages)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("INFO-100", Rejected),
        ("ERROR-300", Rejected),
        ("ERROR-301", Rejected),
        ("ERROR-310", Rejected),
        ("ERROR-331", Rejected),
        ("ERROR-336", Rejected),
        ("ERROR-500", Unavailable),
        ("ERROR-600", Unavailable),
        ("ERROR-601", Unavailable),
    ],
)
@pytest.mark.parametrize("dialect", [result, result_xml])
async def test_each_code_is_what_it_means(code: str, error: type[ShopEventsError], dialect: Dialect) -> None:
    async with square(1) as fake, http("seoul_sales") as client:
        fake.script(*[dialect(code)] * ATTEMPTS)
        with pytest.raises(error) as failed:
            await seoul(client, fake.url).fetch(QUERY)
    assert type(failed.value) is error


@pytest.mark.parametrize("reply", [result("INFO-200"), result_xml("INFO-200")])
async def test_a_quarter_without_rows_is_empty(reply: SourceReply) -> None:
    async with square(1) as fake, http("seoul_sales") as client:
        fake.script(reply)
        assert (await seoul(client, fake.url).fetch(QUERY)).records == 0
