"""NAVER blog search, on its old host and on API HUB, where it has moved (the old one ends on 2027-06-30)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from shopevents.adapters.sources.http_client import HttpClient, Reply
from shopevents.adapters.sources.replies import (
    failure_of_status,
    json_of,
    looks_like_json,
    number_of,
    retry_after_of,
)
from shopevents.domain.errors import BadReply, DependencyError, QuotaExhausted, RateLimited
from shopevents.ports.document_sources import Query, SourcePage

NAME = "naver_blog"
POSTS_PER_PAGE = 100
LAST_START = 1000
# 429s that end the day / that pass: NAVER Developers (010, 012) and NAVER Cloud's gateway (400; 410, 420).
_DAILY_CODES = frozenset({"010", "400"})
_BURST_CODES = frozenset({"012", "410", "420"})


class NaverApi(StrEnum):
    """Which of the two the application is registered with; keys of one fail on the other."""

    HUB = "hub"
    LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class _Host:
    base_url: str
    path: str
    id_header: str
    secret_header: str


_HOSTS = {
    NaverApi.HUB: _Host(
        "https://naverapihub.apigw.ntruss.com", "/search/v1/blog", "X-NCP-APIGW-API-KEY-ID", "X-NCP-APIGW-API-KEY"
    ),
    NaverApi.LEGACY: _Host(
        "https://openapi.naver.com", "/v1/search/blog.json", "X-Naver-Client-Id", "X-Naver-Client-Secret"
    ),
}


class NaverBlogs:
    """Posts that match words. Query: `query` and optional `sort` ("date" or "sim"). The cursor is `start`;
    at most 1,099 posts of one query can be reached."""

    name = NAME

    def __init__(
        self, http: HttpClient, *, client_id: str, client_secret: str, api: NaverApi, base_url: str | None = None
    ) -> None:
        host = _HOSTS[api]
        self._http = http
        self._url = (base_url or host.base_url).rstrip("/") + host.path
        self._headers = {host.id_header: client_id, host.secret_header: client_secret}
        self._api = api
        self._unknown_limits = 0

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        start = int(cursor or "1")
        params = {
            "query": query["query"],
            "display": str(POSTS_PER_PAGE),
            "start": str(start),
            "sort": query.get("sort", "date"),
        }
        if self._api is NaverApi.HUB:
            params["format"] = "json"
        text, content = await self._http.get(self._url, self._read, params=params, headers=self._headers)
        posts, after = len(content["items"]), start + POSTS_PER_PAGE
        more = posts > 0 and after <= LAST_START and after <= (number_of(content.get("total")) or 0)
        return SourcePage(NAME, query, cursor, text, posts, str(after) if more else None, self._http.notes)

    def _read(self, reply: Reply) -> tuple[str, Mapping[str, Any]]:
        if reply.status != HTTPStatus.OK:
            raise self._failure(reply)
        content = json_of(NAME, reply)
        if not isinstance(content, Mapping):
            raise BadReply(NAME, "JSON that is no object")
        if "errorCode" in content or "error" in content:
            raise self._failure(reply)
        if not isinstance(content.get("items"), list):
            raise BadReply(NAME, "a reply without items")
        self._unknown_limits = 0
        return reply.text, content

    def _failure(self, reply: Reply) -> DependencyError:
        code, message = _error_of(reply)
        reason = f"HTTP {reply.status} code {code} {message[:80]}"
        if reply.status != HTTPStatus.TOO_MANY_REQUESTS:
            return failure_of_status(NAME, reply, reason)
        if code in _DAILY_CODES:
            return QuotaExhausted(NAME, reason)
        if code not in _BURST_CODES:
            # Both limits look alike by status: an unknown one is believed to pass once, then to be the day's.
            self._unknown_limits += 1
            if self._unknown_limits > 1:
                return QuotaExhausted(NAME, reason)
        return RateLimited(NAME, reason, retry_after_of(reply))


def _error_of(reply: Reply) -> tuple[str, str]:
    """Code and message of the flat form (`errorCode`, `errorMessage`) or of the gateway's nested one."""
    if not looks_like_json(reply):
        return "", reply.text
    content = json_of(NAME, reply)
    error = content.get("error", content) if isinstance(content, Mapping) else {}
    if not isinstance(error, Mapping):
        return "", ""
    return str(error.get("errorCode", "")), str(error.get("message") or error.get("errorMessage") or "")
