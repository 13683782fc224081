"""OpenAI's text-embedding-3-large."""

import asyncio
import json
import math
import sys
from array import array
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING

from shopevents.domain.errors import BadReply, DependencyError, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.ports.embedder import Vector

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

_DEPENDENCY = "openai"
_MODEL = "text-embedding-3-large"
_DIMENSIONS = 3072
_MOST_TEXTS = 2048  # the vendor's limit for one request
_CONNECT_SECONDS = 2.0
_TOO_MANY = 429
# Numbers of a unit vector of 3,072 are about 0.018: eight decimals are some six digits, and a float32 holds seven.
_PARTS = 100_000_000
_REQUEST_IS_WRONG = frozenset({400, 401, 403, 404, 413, 422})


class OpenAIEmbedder:
    """Embeds over HTTP. `read_seconds` bounds one silence of the vendor; the caller's deadline bounds
    the whole, and cancelling frees the socket. The SDK is imported in a thread at the first use."""

    def __init__(self, *, api_key: str, base_url: str | None = None, read_seconds: float = 5.0) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._read_seconds = read_seconds
        self._opening = asyncio.Lock()
        self._client: AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        return f"openai-3-large-{_DIMENSIONS}"

    @property
    def dimensions(self) -> int:
        return _DIMENSIONS

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        if not texts:
            return []
        if len(texts) > _MOST_TEXTS or not all(text.strip() for text in texts):
            raise ValueError(f"1 to {_MOST_TEXTS} texts, none of them empty")
        client = await self.open()
        with _translated():
            # The raw reply: the SDK would check and copy 3,072 numbers one by one.
            reply = await client.embeddings.with_raw_response.create(
                model=_MODEL, input=list(texts), dimensions=_DIMENSIONS, encoding_format="base64"
            )
            rows = sorted(json.loads(reply.content)["data"], key=itemgetter("index"))
            vectors: list[Vector] = [_unit(_numbers(row["embedding"])) for row in rows]
        if len(vectors) != len(texts):
            raise BadReply(_DEPENDENCY, f"{len(vectors)} vectors for {len(texts)} texts")
        return vectors

    async def open(self) -> "AsyncOpenAI":
        """Imports the SDK and makes its client, once; nothing is sent."""
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make_client)
            return self._client

    async def close(self) -> None:
        """Closes its connections; it can't be used afterwards."""
        if self._client is not None:
            await self._client.close()

    def _make_client(self) -> "AsyncOpenAI":
        import httpx2
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            api_key=self._api_key,
            base_url=self._base_url,
            timeout=httpx2.Timeout(self._read_seconds, connect=_CONNECT_SECONDS),
            max_retries=0,
        )


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the SDK's errors into ours. The SDK must be loaded. Raises DependencyError."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise _of_status(error) from error
    except openai.APIConnectionError as error:
        raise Unavailable(_DEPENDENCY, "no answer, or the connection broke") from error
    except (openai.OpenAIError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The SDK takes a 200 of any shape for an answer: what is not one shows as these.
        raise BadReply(_DEPENDENCY, f"the answer can't be read ({type(error).__name__})") from error


def _of_status(error: "APIStatusError") -> DependencyError:
    reason = f"HTTP {error.status_code} {error.code or ''}".strip()
    if error.status_code == _TOO_MANY:
        if error.code == "insufficient_quota":
            return QuotaExhausted(_DEPENDENCY, reason)
        return RateLimited(_DEPENDENCY, reason, _retry_after(error.response.headers.get("retry-after")))
    if error.status_code in _REQUEST_IS_WRONG:
        return Rejected(_DEPENDENCY, reason)
    return Unavailable(_DEPENDENCY, reason)


def _retry_after(header: str | None) -> float | None:
    """Seconds of a Retry-After header; None where there is none, or where it is a date."""
    try:
        return float(header) if header is not None else None
    except ValueError:
        return None


def _numbers(embedding: str | Sequence[float]) -> Sequence[float]:
    """A vector as the vendor writes it: little-endian float32 in base64, or, from some who speak its protocol, numbers."""
    if not isinstance(embedding, str):
        return embedding
    numbers = array("f", b64decode(embedding, validate=True))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _unit(values: Sequence[float]) -> list[float]:
    """Checks a vector, makes up for the rounding of float32, and cuts it to eight decimals, about as many as float32
    holds: they take half the room of a float64 in the text of a search, and are sent sooner."""
    length = math.hypot(*values)
    if len(values) != _DIMENSIONS or not length or not math.isfinite(length):
        raise BadReply(_DEPENDENCY, f"a vector of {len(values)} dimensions and length {length}")
    scale = _PARTS / length
    return [int(value * scale) / _PARTS for value in values]
