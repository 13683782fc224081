"""Pinecone: a serverless, cosine vector index."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from shopevents.adapters.vector_index.pinecone_records import (
    filter_for,
    found_record,
    record_of,
    version_of,
)
from shopevents.domain.cases import ScoredCase
from shopevents.domain.errors import BadReply, DependencyError, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.ports.embedder import Vector
from shopevents.ports.vector_index import CaseFilter, CaseVector

if TYPE_CHECKING:
    from pinecone import AsyncIndex, AsyncPinecone
    from pinecone.errors.exceptions import ApiError

_DEPENDENCY = "pinecone"
_LOG = logging.getLogger(__name__)
# A vector of 3,072 numbers of 7 digits is about 35 KB of JSON, and an upsert takes 2 MB.
_BATCH = 25
_MOST_DELETED = 1000
_MAKING_SECONDS = 120
# A field of this name makes it an index of vectors rather than of documents (what the SDK itself sends for `dimension`).
_SCHEMA = {"fields": {"_values": {"type": "dense_vector", "dimension": 3072, "metric": "cosine"}}}
_QUOTA_STATUS = 402
_CALLER_STATUS = range(400, 500)
_SCORED_CASES = TypeAdapter(list[ScoredCase])
_BUSY_STATUS = frozenset({408, 425})


class PineconeIndex:
    """Talks to one index. `attempt_seconds` bounds one silence; the caller's deadline bounds the whole,
    and cancelling frees the socket. The SDK's own retries are off. It is imported in a thread at the
    first use. Without `host` the host of `index` is asked of the control plane, once."""

    def __init__(
        self,
        *,
        api_key: str,
        host: str | None = None,
        index: str = "kt-event-recommendations",
        control_url: str | None = None,
        attempt_seconds: float = 5.0,
    ) -> None:
        self._api_key = api_key
        self._host = host
        self._name = index
        self._control_url = control_url
        self._attempt_seconds = attempt_seconds
        self._opening = asyncio.Lock()
        self._index: AsyncIndex | None = None

    async def search(self, namespace: str, vector: Vector, wanted: CaseFilter, limit: int) -> list[ScoredCase]:
        index = await self.open()
        with _translated():
            reply = await index.query(
                vector=list(vector),
                top_k=limit,
                namespace=namespace,
                filter=filter_for(wanted),
                include_metadata=True,
            )
        return _scored(reply.matches)

    async def upsert(self, namespace: str, items: Sequence[CaseVector]) -> None:
        index = await self.open()
        for batch in batched(items, _BATCH, strict=False):
            with _translated():
                newer = await self._newer(index, namespace, batch)
                if newer:
                    await index.upsert(vectors=[record_of(item) for item in newer], namespace=namespace)

    async def delete(self, namespace: str, case_ids: Sequence[str]) -> None:
        index = await self.open()
        from pinecone.errors.exceptions import NotFoundError

        for batch in batched(case_ids, _MOST_DELETED, strict=False):
            with _translated():
                try:
                    await index.delete(ids=list(batch), namespace=namespace)
                except NotFoundError:  # a namespace that does not exist holds none of them
                    return

    async def open(self) -> "AsyncIndex":
        """Imports the SDK and makes its client, once. Sends nothing where the host is known; else it
        raises what the look-up brings: DependencyError."""
        async with self._opening:
            if self._index is None:
                host = self._host or await self._looked_up()
                self._index = await asyncio.to_thread(self._make_index, host)
            return self._index

    async def make_if_missing(self, region: str) -> bool:
        """Makes a serverless index of our name in `region` of AWS, and waits until it is ready; false where it was
        there. Raises DependencyError."""
        control = await asyncio.to_thread(self._make_control)
        with _translated():
            async with control:
                if await control.indexes.exists(self._name):
                    return False
                await control.indexes.create(
                    name=self._name, schema=_SCHEMA, deployment=_deployment(region), timeout=_MAKING_SECONDS
                )
        return True

    async def close(self) -> None:
        """Closes its connections; it can't be used afterwards."""
        if self._index is not None:
            await self._index.close()

    async def _looked_up(self) -> str:
        """The host of the index of our name, as the control plane tells it."""
        control = await asyncio.to_thread(self._make_control)
        with _translated():
            async with control:
                described = await control.indexes.describe(self._name)
        if not described.host:
            raise Unavailable(_DEPENDENCY, f"the index {self._name} is not ready yet")
        return described.host

    def _make_control(self) -> "AsyncPinecone":
        from pinecone import AsyncPinecone, RetryConfig

        return AsyncPinecone(
            api_key=self._api_key,
            host=self._control_url,
            timeout=self._attempt_seconds,
            retry_config=RetryConfig(max_retries=0),
        )

    def _make_index(self, host: str) -> "AsyncIndex":
        from pinecone import AsyncIndex, RetryConfig

        index = AsyncIndex(host=host, api_key=self._api_key, timeout=self._attempt_seconds)
        # The SDK has no argument for it: four attempts, with up to 85 s between them, whatever the caller
        # wants. A test counts the attempts, so that a release that moves these attributes is noticed.
        # Making the client here also keeps the loading of certificates off the event loop.
        transport: Any = index._http._ensure_client()._transport
        transport._config = RetryConfig(max_retries=0)
        return index

    @staticmethod
    async def _newer(index: "AsyncIndex", namespace: str, items: Sequence[CaseVector]) -> list[CaseVector]:
        """The items that are not older than what is stored. Messages come unordered, and Pinecone has no
        conditional write; two writers of one case within this round trip are not told apart."""
        held = await index.fetch(ids=[item.case.case_id for item in items], namespace=namespace)
        versions = {number: version_of(vector.metadata or {}) for number, vector in held.vectors.items()}
        return [item for item in items if versions.get(item.case.case_id, item.version) <= item.version]


def _deployment(region: str) -> dict[str, str]:
    return {"deployment_type": "managed", "cloud": "aws", "region": region}


def _scored(matches: Sequence[Any]) -> list[ScoredCase]:
    """All at once, which is quicker; one by one where one of them can't be read."""
    records = [found_record(match.id, match.metadata or {}, match.score) for match in matches]
    try:
        return _SCORED_CASES.validate_python(records)
    except ValidationError:
        return list(_readable(records))


def _readable(records: Sequence[Mapping[str, Any]]) -> Iterator[ScoredCase]:
    """One unreadable record costs the answer that record, not its grounding."""
    for record in records:
        try:
            yield ScoredCase.model_validate(record)
        except ValidationError as error:
            case_id = record["case"]["case_id"]
            _LOG.warning("pinecone record %s can't be read: %s", case_id, error.errors(include_input=False))


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the SDK's errors into ours. Raises DependencyError."""
    from pinecone.errors import exceptions as sdk

    try:
        yield
    except sdk.ApiError as error:
        raise _of_status(error) from error
    except (sdk.PineconeTimeoutError, sdk.PineconeConnectionError) as error:
        raise Unavailable(_DEPENDENCY, "no answer, or the connection broke") from error
    except (sdk.PineconeValueError, sdk.PineconeTypeError) as error:
        raise Rejected(_DEPENDENCY, str(error)) from error
    except sdk.PineconeError as error:
        raise BadReply(_DEPENDENCY, "the answer can't be read") from error


def _of_status(error: "ApiError") -> DependencyError:
    from pinecone.errors.exceptions import RateLimitError

    reason = f"HTTP {error.status_code}"
    if isinstance(error, RateLimitError):
        return RateLimited(_DEPENDENCY, reason, error.retry_after)
    if error.status_code == _QUOTA_STATUS:
        return QuotaExhausted(_DEPENDENCY, reason)
    if error.status_code in _CALLER_STATUS and error.status_code not in _BUSY_STATUS:
        return Rejected(_DEPENDENCY, reason)
    return Unavailable(_DEPENDENCY, reason)
