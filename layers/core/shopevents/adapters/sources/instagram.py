"""Instagram hashtag search (Graph API, needs Instagram Public Content Access)."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from shopevents.adapters.sources.http_client import HttpClient, Reply
from shopevents.adapters.sources.replies import failure_of_status, json_of, looks_like_json, number_of
from shopevents.domain.errors import (
    BadReply,
    DependencyError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)
from shopevents.ports.document_sources import Query, SourcePage

NAME = "instagram"
DEFAULT_BASE_URL = "https://graph.facebook.com"
DEFAULT_VERSION = "v25.0"  # until 2028-07-29
MEDIA_PER_PAGE = 50
# `username`, owner and place don't exist here; `media_url` expires and is not ours to keep.
_FIELDS = "id,caption,media_type,permalink,timestamp,like_count,comments_count"
# The platform's limits count a rolling hour; from this share of it on we stop by ourselves.
_USAGE_STOP_PERCENT = 90.0
_HOUR_SECONDS = 3600.0
_TEMPORARY = 2
_TAG_LIMIT = 18
_NO_SUCH_TAG = 24
_PAUSES = {4: _HOUR_SECONDS, 17: _HOUR_SECONDS, 32: _HOUR_SECONDS, 613: _HOUR_SECONDS}
_OUR_FAULT = frozenset({10, 100, 102, 110, 190, *range(200, 300)})  # 200 to 299 are permissions


class InstagramHashtags:
    """Posts of a hashtag. Query: `hashtag_id`, `tag` (for the record) and `edge` ("recent_media", the last
    24 hours only, or "top_media"). The cursor is the API's `after`, which may repeat."""

    name = NAME

    def __init__(
        self,
        http: HttpClient,
        *,
        access_token: str,
        user_id: str,
        base_url: str = DEFAULT_BASE_URL,
        version: str = DEFAULT_VERSION,
    ) -> None:
        self._http = http
        self._who = {"user_id": user_id, "access_token": access_token}
        self._root = f"{base_url.rstrip('/')}/{version}"
        self._busy_until = 0.0

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        params = {"fields": _FIELDS, "limit": str(MEDIA_PER_PAGE), **({"after": cursor} if cursor else {})}
        text, content = await self._get(f"{query['hashtag_id']}/{query.get('edge', 'recent_media')}", params)
        posts, paging = len(content["data"]), content.get("paging") or {}
        after = (paging.get("cursors") or {}).get("after") if posts and paging.get("next") else None
        return SourcePage(NAME, query, cursor, text, posts, after, self._http.notes)

    async def find_hashtag(self, tag: str) -> str | None:
        _, content = await self._get("ig_hashtag_search", {"q": tag})
        found = content["data"]
        return str(found[0]["id"]) if found else None

    async def used_hashtags(self) -> frozenset[str]:
        _, content = await self._get(f"{self._who['user_id']}/recently_searched_hashtags", {"limit": "30"})
        return frozenset(str(item["id"]) for item in content["data"])

    async def _get(self, path: str, params: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
        if asyncio.get_running_loop().time() < self._busy_until:
            raise RateLimited(NAME, f"{_USAGE_STOP_PERCENT:.0f} % of the app's hourly limit is used", _HOUR_SECONDS)
        return await self._http.get(f"{self._root}/{path}", self._read, params={**params, **self._who})

    def _read(self, reply: Reply) -> tuple[str, Mapping[str, Any]]:
        if _usage_percent(reply) >= _USAGE_STOP_PERCENT:
            self._busy_until = asyncio.get_running_loop().time() + _HOUR_SECONDS
        if not looks_like_json(reply):
            raise failure_of_status(NAME, reply)
        content = json_of(NAME, reply)
        if not isinstance(content, Mapping):
            raise BadReply(NAME, "JSON that is no object")
        if isinstance(error := content.get("error"), Mapping):
            if number_of(error.get("code")) == _NO_SUCH_TAG:
                return reply.text, {"data": []}
            raise _failure(error, reply)
        if not isinstance(content.get("data"), list):
            raise failure_of_status(NAME, reply, "no data")
        return reply.text, content


def _failure(error: Mapping[str, Any], reply: Reply) -> DependencyError:
    """By code and subcode only: the messages are localised, and may quote what was asked."""
    code, subcode = number_of(error.get("code")), number_of(error.get("error_subcode"))
    reason = f"code {code} subcode {subcode}"
    if code in _PAUSES:
        return RateLimited(NAME, reason, _PAUSES[code])
    if code == _TAG_LIMIT:
        return QuotaExhausted(NAME, f"{reason}: the account's 30 tags in 7 days")
    if code in _OUR_FAULT:
        return Rejected(NAME, reason)
    if code == _TEMPORARY or error.get("is_transient") is True:
        return Unavailable(NAME, reason)
    return failure_of_status(NAME, reply, reason)


def _usage_percent(reply: Reply) -> float:
    """The largest share in `X-App-Usage`, 0 where the header is absent or unreadable."""
    try:
        usage = json.loads(reply.headers.get("x-app-usage", "{}"))
    except ValueError:
        return 0.0
    shares = usage.values() if isinstance(usage, dict) else ()
    return max((float(share) for share in shares if isinstance(share, int | float)), default=0.0)
