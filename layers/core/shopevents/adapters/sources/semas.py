"""소상공인시장진흥공단 상가(상권)정보: the register of stores, on data.go.kr."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from shopevents.adapters.sources.http_client import HttpClient, Reply
from shopevents.adapters.sources.replies import (
    failure_of_status,
    json_of,
    looks_like_json,
    number_of,
    tag_of,
)
from shopevents.domain.errors import (
    BadReply,
    DependencyError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)
from shopevents.ports.document_sources import Query, SourcePage

NAME = "semas_stores"
DEFAULT_BASE_URL = "https://apis.data.go.kr/B553077/api/open/sdsc2"
ROWS_PER_PAGE = 1000
# data.go.kr's codes (reference of the portal's gateway and of its services), compared as numbers.
_NO_DATA = 3
_TEMPORARY = frozenset({1, 2, 4, 5, 99})
_OUR_FAULT = frozenset({10, 11, 12, 20, 21, 30, 31, 32, 33})
_DAILY_LIMIT = 22
_BURST_LIMIT = 23


class SemasStores:
    """Stores of one 시군구 and 업종. Query: `division` (`divId`: "signguCd", "adongCd" with 8 digits, …),
    `key` (its code) and optional `indsLclsCd`, `indsMclsCd`, `indsSclsCd`. The cursor is a page number."""

    name = NAME

    def __init__(self, http: HttpClient, *, service_key: str, base_url: str = DEFAULT_BASE_URL) -> None:
        self._http = http
        self._service_key = decoded_key(service_key)
        self._base_url = base_url.rstrip("/")

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        page_number = int(cursor or "1")
        params = {
            "serviceKey": self._service_key,
            "type": "json",
            "divId": query["division"],
            **{name: value for name, value in query.items() if name != "division"},
            "pageNo": str(page_number),
            "numOfRows": str(ROWS_PER_PAGE),
        }
        text, body = await self._http.get(f"{self._base_url}/storeListInDong", _read, params=params)
        records, total = len(items_of(body)), number_of(body.get("totalCount")) or 0
        served = number_of(body.get("numOfRows")) or ROWS_PER_PAGE  # fewer, should the server cap what was asked
        more = records > 0 and page_number * min(served, ROWS_PER_PAGE) < total
        return SourcePage(NAME, query, cursor, text, records, str(page_number + 1) if more else None, self._http.notes)


def decoded_key(service_key: str) -> str:
    """The Decoding form of a data.go.kr key: its Encoding form (with %2B, %2F, %3D) is unquoted once,
    because the HTTP client encodes again. Never `unquote_plus`: a + belongs to the key."""
    return unquote(service_key) if "%" in service_key else service_key


def items_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """`body.items` in all its shapes: a list, {"item": […]}, {"item": {…}}, "" or absent."""
    items = body.get("items")
    if isinstance(items, Mapping):
        items = items.get("item")
    if isinstance(items, Mapping):
        return [items]
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _read(reply: Reply) -> tuple[str, Mapping[str, Any]]:
    if not looks_like_json(reply):
        raise _failure_of_text(reply)
    content = json_of(NAME, reply)
    if not isinstance(content, Mapping):
        raise BadReply(NAME, "JSON that is no object")
    if gateway := content.get("OpenAPI_ServiceResponse"):
        header = _mapping(_mapping(gateway).get("cmmMsgHeader"))
        raise _failure(header.get("returnReasonCode"), str(header.get("returnAuthMsg", "")), reply)
    content = _mapping(content.get("response", content))  # the XML form's wrapper; JSON was never seen with it
    header = _mapping(content.get("header"))
    code = number_of(header.get("resultCode"))
    if code == _NO_DATA:
        return reply.text, {}
    if code != 0:
        raise _failure(code, str(header.get("resultMsg", "")), reply)
    return reply.text, _mapping(content.get("body"))


def _failure_of_text(reply: Reply) -> DependencyError:
    """XML, in spite of `type=json`, or bare text such as "Unauthorized"."""
    code = tag_of(reply.text, "returnReasonCode") or tag_of(reply.text, "resultCode")
    message = tag_of(reply.text, "returnAuthMsg") or tag_of(reply.text, "resultMsg") or reply.text
    if code is None and reply.status == HTTPStatus.NOT_FOUND:
        return Unavailable(NAME, "HTTP 404, which this gateway also answers at random")
    if code is None and not _names_a_limit(message):
        if reply.status < HTTPStatus.MULTIPLE_CHOICES and reply.text.startswith("<"):
            return Unavailable(NAME, f"HTTP {reply.status} with a page of markup instead of data")
        return failure_of_status(NAME, reply, message)
    return _failure(code, message, reply)


def _failure(code: object, message: str, reply: Reply) -> DependencyError:
    number, reason = number_of(code), f"code {code} {message[:80]}"
    # The daily limit's name is the beginning of the burst limit's: the longer one is looked for first.
    if number == _BURST_LIMIT or "PER_SECOND" in message:
        return RateLimited(NAME, reason)
    if number == _DAILY_LIMIT or _names_a_limit(message):
        return QuotaExhausted(NAME, reason)
    if number in _TEMPORARY:
        return Unavailable(NAME, reason)
    if number in _OUR_FAULT:
        return Rejected(NAME, reason)
    return failure_of_status(NAME, reply, reason)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _names_a_limit(message: str) -> bool:
    return "LIMITED_NUMBER_OF_SERVICE_REQUESTS" in message
