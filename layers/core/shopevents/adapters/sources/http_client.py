"""The one HTTP client of our own calls: total deadline, size limit, pace, retries, no secret in sight."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import httpx2
import stamina

from shopevents.adapters.sources.secret_mask import MaskingFilter, SecretMask
from shopevents.domain.errors import (
    BadReply,
    DependencyError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)

USER_AGENT = "shopevents-crawler/0.1 (public statistics and event search)"
CONNECT_SECONDS = 5.0
# A vendor that asks for a longer pause is left alone until the crawl's next run.
LONGEST_WAIT_SECONDS = 90.0
# The one retry policy: four attempts, about 1, 2 and 4 s apart with jitter. GETs are idempotent.
RETRIES = stamina.AsyncRetryingCaller(attempts=4, timeout=None, wait_initial=1.0, wait_max=8.0, wait_jitter=1.0)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a source is called: seconds between two calls, seconds for one whole reply, its largest size."""

    interval_seconds: float = 0.2
    reply_seconds: float = 20.0
    max_bytes: int = 8_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply of any status. `text` is without secrets (a source may echo its key), without a byte
    order mark and without surrounding space."""

    status: int
    headers: Mapping[str, str]
    text: str


class HttpClient:
    """GETs from one source. `read` turns a reply into a value, or into the source's own error, which
    is retried where the error tree says that another try may help. `notes` go onto every page."""

    def __init__(
        self,
        source: str,
        *,
        mask: SecretMask,
        manners: Manners | None = None,
        retries: stamina.AsyncRetryingCaller = RETRIES,
        transport: httpx2.AsyncBaseTransport | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self.source = source
        self.mask = mask
        self.notes = dict(notes or {})
        self._transport = transport
        self._manners = manners or Manners()
        self._retries = retries
        self._turn = asyncio.Lock()
        self._next_call_at = 0.0
        self._client: httpx2.AsyncClient | None = None
        self._filter = MaskingFilter(mask)

    async def get[T](
        self,
        url: str,
        read: Callable[[Reply], T],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """What `read` made of the reply. Raises DependencyError, the last one when retries didn't help."""

        async def attempt() -> T:  # takes no arguments: stamina logs them, and they hold the key
            return read(await self._exchange(url, params, headers))

        return await self._retries(_pause_before_retry, attempt)

    async def close(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
            logging.getLogger("httpx2").removeFilter(self._filter)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _exchange(self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> Reply:
        await self._wait_for_turn()
        try:
            async with asyncio.timeout(self._manners.reply_seconds):
                return await self._receive(url, params, headers)
        except TimeoutError:
            failure: DependencyError = Unavailable(self.source, f"no reply within {self._manners.reply_seconds} s")
        except httpx2.InvalidURL as error:
            failure = Rejected(self.source, self.mask(f"InvalidURL: {error}"))
        except httpx2.HTTPError as error:
            failure = Unavailable(self.source, self.mask(f"{type(error).__name__}: {error}"))
        # Outside of `except`: httpx2's error refers to the request, and so to the key in its URL.
        raise failure

    async def _receive(self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> Reply:
        body = bytearray()
        async with self._connected().stream("GET", url, params=params, headers=headers) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._manners.max_bytes:
                    raise BadReply(self.source, f"a reply larger than {self._manners.max_bytes} bytes")
            text = self.mask(body.decode("utf-8", errors="replace").lstrip("\ufeff").strip())
            return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, text)

    def _connected(self) -> httpx2.AsyncClient:
        if self._client is None:
            timeout = httpx2.Timeout(self._manners.reply_seconds, connect=CONNECT_SECONDS)
            # A redirect would carry the key to another host.
            self._client = httpx2.AsyncClient(
                timeout=timeout,
                headers={"User-Agent": USER_AGENT},
                follow_redirects=False,
                transport=self._transport,
            )
            logging.getLogger("httpx2").addFilter(self._filter)
        return self._client

    async def _wait_for_turn(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._turn:
            await asyncio.sleep(max(0.0, self._next_call_at - loop.time()))
            self._next_call_at = loop.time() + self._manners.interval_seconds


def _pause_before_retry(error: Exception) -> bool | float:
    """False: not again; True: after the policy's own pause; a number: after that many seconds."""
    if not isinstance(error, Unavailable) or isinstance(error, QuotaExhausted):
        return False
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return error.retry_after if error.retry_after <= LONGEST_WAIT_SECONDS else False
    return True
