import json
from collections.abc import Callable

import pytest

from shopevents.domain.errors import RateLimited, Rejected, ShopEventsError, Unavailable
from shopevents.ports.document_sources import Query
from tests.contract.source_clients import ATTEMPTS, KOSIS_KEY, MARKET_QUERY, http, kosis
from tests.vendors.kosis import KosisFake, error_json, error_number, error_unquoted, error_xml
from tests.vendors.source_fake import SourceReply

QUERY: Query = {**MARKET_QUERY, "startPrdDe": "202401", "endPrdDe": "202612"}
EXPECTED: list[tuple[str, type[ShopEventsError]]] = [
    *((code, Rejected) for code in ("10", "11", "20", "21", "42")),
    ("40", RateLimited),
    ("50", Unavailable),
]


async def test_a_series_comes_in_one_call_with_every_required_parameter() -> None:
    async with KosisFake(key=KOSIS_KEY) as fake, http("kosis") as client:
        page = await kosis(client, fake.url).fetch(QUERY)
    assert (page.records, page.next_cursor) == (36, None)
    sent = fake.requests[0].params
    assert (sent["method"], sent["format"], sent["jsonVD"], sent["prdSe"]) == ("getList", "json", "Y", "M")
    assert fake.requests[0].headers["user-agent"].startswith("shopevents")


async def test_codes_joined_by_plus_go_out_encoded() -> None:
    async with KosisFake(key=KOSIS_KEY) as fake, http("kosis") as client:
        await kosis(client, fake.url).fetch({**QUERY, "objL1": "I56+S96"})
    assert "objL1=I56%2BS96" in fake.requests[0].raw


@pytest.mark.parametrize(("codes", "max_cells"), [("I56", 7), ("I56+S96+G+H+R", 2), ("I56+S96", 1)])
async def test_too_large_a_question_is_split_without_a_gap_or_a_repetition(codes: str, max_cells: int) -> None:
    asked = {**QUERY, "objL1": codes}
    async with KosisFake(key=KOSIS_KEY, max_cells=max_cells) as fake, http("kosis") as client:
        source, cursor, got = kosis(client, fake.url), None, []
        while True:
            page = await source.fetch(asked, cursor)
            got += [(row["C1"], row["PRD_DE"]) for row in json.loads(page.body)]
            if (cursor := page.next_cursor) is None:
                break
    months = [f"{year}{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)]
    assert sorted(got) == sorted((code, month) for code in codes.split("+") for month in months)


async def test_one_cell_that_is_too_large_is_our_fault_and_ends() -> None:
    async with KosisFake(key=KOSIS_KEY, max_cells=0) as fake, http("kosis") as client:
        with pytest.raises(Rejected, match="more than a call may return"):
            await kosis(client, fake.url).fetch(QUERY)
    assert len(fake.requests) < 12


async def test_the_row_limit_is_split_like_the_cell_limit() -> None:
    async with KosisFake(key=KOSIS_KEY) as fake, http("kosis") as client:
        fake.script(error_json("41"))
        page = await kosis(client, fake.url).fetch(QUERY)
    assert page.records == 18
    assert page.next_cursor is not None


@pytest.mark.parametrize(("code", "error"), EXPECTED)
@pytest.mark.parametrize("dialect", [error_json, error_number, error_xml, error_unquoted])
async def test_each_error_is_what_it_means_in_every_dialect(
    code: str, error: type[ShopEventsError], dialect: Callable[[str], SourceReply]
) -> None:
    async with KosisFake(key=KOSIS_KEY) as fake, http("kosis") as client:
        fake.script(*[dialect(code)] * ATTEMPTS)
        with pytest.raises(error) as failed:
            await kosis(client, fake.url).fetch(QUERY)
    assert type(failed.value) is error
    assert len(fake.requests) == (ATTEMPTS if code in {"40", "50"} else 1)


@pytest.mark.parametrize("dialect", [error_json, error_number, error_xml, error_unquoted])
async def test_no_result_is_an_empty_page_in_every_dialect(dialect: Callable[[str], SourceReply]) -> None:
    async with KosisFake(key=KOSIS_KEY) as fake, http("kosis") as client:
        fake.script(dialect("30"))
        page = await kosis(client, fake.url).fetch(QUERY)
    assert (page.records, json.loads(page.body)) == (0, [])


async def test_rows_without_quotes_are_no_data() -> None:
    async with KosisFake(key=KOSIS_KEY) as fake, http("kosis") as client:
        fake.script(SourceReply('[{ORG_ID:"101",TBL_ID:"DT_1KC2020",C1:"I56",PRD_DE:"202609",DT:"118.2"}]'))
        with pytest.raises(ShopEventsError, match="not JSON"):
            await kosis(client, fake.url).fetch(QUERY)


async def test_a_refusal_of_the_gateway_is_ours_to_look_at() -> None:
    async with KosisFake(key=KOSIS_KEY) as fake, http("kosis") as client:
        fake.script(SourceReply("Forbidden", 403))
        with pytest.raises(Rejected):
            await kosis(client, fake.url).fetch(QUERY)
