"""The clients on the reference's own example replies, where it lies beside the checkout."""

from pathlib import Path

import pytest

from shopevents.domain.errors import BadReply, QuotaExhausted, RateLimited, Rejected, ShopEventsError, Unavailable
from tests.contract.source_clients import ATTEMPTS, KINDS, http
from tests.vendors.source_fake import SourceFake, SourceReply

_PARENTS = Path(__file__).parents[3:5]  # beside a checkout, or beside a folder of checkouts
_FOLDERS = [parent / "shared" / "reference" / "examples" for parent in _PARENTS]
EXAMPLES = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])
SOURCES = {kind.name: kind for kind in KINDS}

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference is not beside this checkout")


@pytest.mark.parametrize(
    ("source", "example", "records"),
    [
        ("semas_stores", "semas_storeListInDong.json", 2),
        ("semas_stores", "semas_nodata.json", 0),
        ("kosis", "kosis_DT_1KC2020_monthly.json", 3),
        ("kosis", "kosis_error_30.json", 0),
        ("naver_blog", "naver_blog.json", 3),
        ("naver_blog", "naver_blog_empty.json", 0),
        ("instagram", "ig_recent_media.json", 3),
        ("instagram", "ig_error_24_2207024.json", 0),
        ("seoul_sales", "seoul_VwsmTrdarSelngQq.json", 1),
    ],
)
async def test_an_example_is_read(source: str, example: str, records: int) -> None:
    kind = SOURCES[source]
    async with SourceFake() as fake, http(source) as client:
        fake.script(SourceReply((EXAMPLES / example).read_text()))
        assert (await kind.make(client, fake.url).fetch(kind.query)).records == records


@pytest.mark.parametrize(
    ("source", "example", "status", "error"),
    [
        ("semas_stores", "datago_gateway_error_22.xml", 200, QuotaExhausted),
        ("semas_stores", "datago_gateway_error_30.xml", 200, Rejected),
        ("semas_stores", "datago_gateway_error_30.json", 403, Rejected),
        ("kosis", "kosis_error_11.json", 200, Rejected),
        ("kosis", "kosis_error_20.json", 200, Rejected),
        ("kosis", "kosis_error_50.xml", 200, Unavailable),
        ("kosis", "kosis_unquoted_without_jsonVD.txt", 200, BadReply),
        ("naver_blog", "naver_error_401.json", 401, Rejected),
        ("naver_blog", "naver_error_429.json", 429, RateLimited),
        ("naver_blog", "naver_error_se02.json", 400, Rejected),
        ("naver_blog", "naver_hub_error_401.json", 401, Rejected),
        ("instagram", "ig_error_4.json", 403, RateLimited),
        ("instagram", "ig_error_10.json", 403, Rejected),
        ("instagram", "ig_error_190.json", 400, Rejected),
    ],
)
async def test_an_example_error_is_what_it_means(
    source: str, example: str, status: int, error: type[ShopEventsError]
) -> None:
    kind = SOURCES[source]
    async with SourceFake() as fake, http(source) as client:
        fake.script(*[SourceReply((EXAMPLES / example).read_text(), status)] * ATTEMPTS)
        with pytest.raises(error) as failed:
            await kind.make(client, fake.url).fetch(kind.query)
    assert type(failed.value) is error
