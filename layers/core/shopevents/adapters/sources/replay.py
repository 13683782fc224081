"""The sources without their keys: the real adapters over recorded replies, for STAGE=local.

Everything but the network is real: URLs, pages, refusals, retries. Each page's `notes` say that it was
recorded, so that nothing of it is ever told as a real figure or a real event.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx2
import stamina

from shopevents.adapters.sources import instagram, kosis, naver, recordings, semas, seoul
from shopevents.adapters.sources.http_client import HttpClient, Manners
from shopevents.adapters.sources.secret_mask import SecretMask
from shopevents.catalog.files import read_toml
from shopevents.ports.document_sources import DocumentSource, HashtagSource, Query, SourcePage

RECORDING = "2026-11"
_NOTES = {"recording": RECORDING}
_KEY = "recorded-key"
_SNAPSHOTS = ("202608", "202609")
_NO_PAUSE = Manners(interval_seconds=0.0)
_AT_ONCE = stamina.AsyncRetryingCaller(attempts=4, timeout=None, wait_initial=0.0, wait_max=0.0, wait_jitter=0.0)


class ReplayTransport(httpx2.AsyncBaseTransport):
    """Answers requests from recordings; some calls are refused first, as `catalog/replay/errors.toml` says."""

    def __init__(self, source: str, answer: recordings.Recorded) -> None:
        self._answer = answer
        refusals = read_toml("replay/errors.toml")["refusal"]
        self._refusals = {entry["call"]: entry for entry in refusals if entry["source"] == source}
        self._calls: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded reply, or a refusal the first time."""
        self._calls["all"] += 1
        if refusal := self._refusals.get(self._calls["all"]):
            return _response(refusal["body"], refusal["status"], refusal["type"])
        content: Any = self._answer(request.url.path, dict(request.url.params))
        failed = isinstance(content, Mapping) and "error" in content
        return _response(json.dumps(content, ensure_ascii=False), 400 if failed else 200, "application/json")


class ReplayedStores:
    """The register's two recorded months, the older one first: the real one only ever shows the latest."""

    name = semas.NAME

    def __init__(self) -> None:
        self._months = [
            semas.SemasStores(_client(semas.NAME, recordings.stores(month)), service_key=_KEY) for month in _SNAPSHOTS
        ]

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        number, _, inner = (cursor or "0:").partition(":")
        page = await self._months[int(number)].fetch(query, inner or None)
        if page.next_cursor is not None:
            return replace(page, cursor=cursor, next_cursor=f"{number}:{page.next_cursor}")
        more = page.records > 0 and int(number) + 1 < len(self._months)
        return replace(page, cursor=cursor, next_cursor=f"{int(number) + 1}:" if more else None)


def replayed_stores() -> DocumentSource:
    """The store register."""
    return ReplayedStores()


def replayed_statistics() -> DocumentSource:
    """KOSIS."""
    return kosis.KosisStatistics(_client(kosis.NAME, recordings.statistics_rows), api_key=_KEY, cool_down_seconds=0.0)


def replayed_seoul() -> DocumentSource:
    """Seoul's sales."""
    return seoul.SeoulSales(_client(seoul.NAME, recordings.seoul_sales), api_key=_KEY)


def replayed_blogs() -> DocumentSource:
    """NAVER blog search, as API HUB answers it."""
    client = _client(naver.NAME, recordings.blog_posts)
    return naver.NaverBlogs(client, client_id=_KEY, client_secret=_KEY, api=naver.NaverApi.HUB)


def replayed_hashtags() -> HashtagSource:
    """Instagram's hashtags."""
    client = _client(instagram.NAME, recordings.hashtag_posts)
    return instagram.InstagramHashtags(client, access_token=_KEY, user_id="17841400000000000")


def _client(source: str, answer: recordings.Recorded) -> HttpClient:
    return HttpClient(
        source,
        mask=SecretMask([_KEY]),
        manners=_NO_PAUSE,
        retries=_AT_ONCE,
        transport=ReplayTransport(source, answer),
        notes=_NOTES,
    )


def _response(body: str, status: int, content_type: str) -> httpx2.Response:
    return httpx2.Response(status, headers={"Content-Type": content_type}, content=body.encode())
