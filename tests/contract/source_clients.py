"""The real source adapters, aimed at a fake, with the real retry policy's shape but no waiting."""

from collections.abc import Callable
from dataclasses import dataclass

import stamina

from shopevents.adapters.sources.http_client import HttpClient, Manners
from shopevents.adapters.sources.instagram import InstagramHashtags
from shopevents.adapters.sources.kosis import KosisStatistics
from shopevents.adapters.sources.naver import NaverApi, NaverBlogs
from shopevents.adapters.sources.secret_mask import SecretMask
from shopevents.adapters.sources.semas import SemasStores
from shopevents.adapters.sources.seoul import SeoulSales
from shopevents.ports.document_sources import DocumentSource, Query

ATTEMPTS = 3
AT_ONCE = stamina.AsyncRetryingCaller(attempts=ATTEMPTS, timeout=None, wait_initial=0, wait_max=0, wait_jitter=0)
NO_PAUSE = Manners(interval_seconds=0.0, reply_seconds=5.0)

SEMAS_KEY = "c4n4ry+SEMAS/k3y=="
SEMAS_ENCODED_KEY = "c4n4ry%2BSEMAS%2Fk3y%3D%3D"
KOSIS_KEY = "S0SIScanary/k3y="
NAVER_ID, NAVER_SECRET = "canaryNaverId", "canaryNaverSecret"
GRAPH_TOKEN, GRAPH_USER = "EAAcanaryTokenValue", "17841400000000000"
SEOUL_KEY = "canary5e0u1key"
SECRETS = (SEMAS_KEY, SEMAS_ENCODED_KEY, KOSIS_KEY, NAVER_SECRET, GRAPH_TOKEN, SEOUL_KEY)


def http(source: str, manners: Manners = NO_PAUSE) -> HttpClient:
    """A client that masks every canary."""
    return HttpClient(source, mask=SecretMask(SECRETS), manners=manners, retries=AT_ONCE)


def semas(client: HttpClient, url: str) -> SemasStores:
    return SemasStores(client, service_key=SEMAS_ENCODED_KEY, base_url=url)


def kosis(client: HttpClient, url: str) -> KosisStatistics:
    return KosisStatistics(client, api_key=KOSIS_KEY, base_url=url, cool_down_seconds=0.0)


def naver(client: HttpClient, url: str, api: NaverApi = NaverApi.HUB) -> NaverBlogs:
    return NaverBlogs(client, client_id=NAVER_ID, client_secret=NAVER_SECRET, api=api, base_url=url)


def instagram(client: HttpClient, url: str) -> InstagramHashtags:
    return InstagramHashtags(client, access_token=GRAPH_TOKEN, user_id=GRAPH_USER, base_url=url)


def seoul(client: HttpClient, url: str) -> SeoulSales:
    return SeoulSales(client, api_key=SEOUL_KEY, base_url=url)


@dataclass(frozen=True, slots=True)
class Kind:
    """One source for the tests that hold for all: how to make it, what to ask, and an empty answer."""

    name: str
    make: Callable[[HttpClient, str], DocumentSource]
    query: Query
    empty: str


MARKET_QUERY = {"orgId": "101", "tblId": "DT_1KC2020", "itmId": "T1", "objL1": "I56", "prdSe": "M"}
KINDS = (
    Kind(
        "semas_stores",
        semas,
        {"division": "signguCd", "key": "11440", "indsLclsCd": "I2"},
        '{"header":{"resultCode":"03","resultMsg":"NODATA_ERROR"},"body":{"items":""}}',
    ),
    Kind(
        "kosis",
        kosis,
        {**MARKET_QUERY, "startPrdDe": "202601", "endPrdDe": "202603"},
        '{"err":"30","errMsg":"데이터가 존재하지 않습니다."}',
    ),
    Kind("naver_blog", naver, {"query": "카페 이벤트"}, '{"total":0,"start":1,"display":0,"items":[]}'),
    Kind("instagram", instagram, {"hashtag_id": "17840000000000001", "tag": "오픈이벤트"}, '{"data":[]}'),
    Kind(
        "seoul_sales",
        seoul,
        {"service": "VwsmTrdarSelngQq", "quarter": "20262"},
        '{"RESULT":{"CODE":"INFO-200","MESSAGE":"해당하는 데이터가 없습니다."}}',
    ),
)
