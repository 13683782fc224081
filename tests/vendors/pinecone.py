"""A fake Pinecone: the data plane of a serverless, cosine vector index (API 2026-07) over real HTTP.

Vectors, namespaces, filters and scores are real. `pinecone.url` is the index host for the SDK; the
control plane's `GET /indexes/<name>` answers with that same host.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, override

from tests.vendors.behaviours import Answer, Behaviour
from tests.vendors.exchange import Exchange, RecordedRequest
from tests.vendors.fake_vendor import FakeVendor, VendorError
from tests.vendors.openai import send_bytes
from tests.vendors.pinecone_records import Record, Records

_MAX_BODY = 2 * 1024 * 1024
_VERSION_FROM = "2024-07"
_CODES = {400: 3, 401: 16, 402: 8, 403: 7, 404: 5, 408: 4, 409: 6, 413: 3, 429: 8, 500: 13, 503: 14}

type Operation = Callable[[Mapping[str, list[str]], dict[str, Any]], Any]


class PineconeFake(FakeVendor):
    """An index that lives in memory: `vectors[namespace][id]`."""

    def __init__(self, *, port: int = 0, api_key: str | None = None, dimension: int = 3072) -> None:
        super().__init__(port=port, api_key=api_key)
        self._records = Records(dimension)
        self.missing: set[str] = set()  # names of indexes that are not there until they are made

    @property
    def vectors(self) -> dict[str, dict[str, Record]]:
        """What it holds."""
        return self._records.held

    @override
    async def answer(self, exchange: Exchange, behaviour: Behaviour) -> None:
        request = exchange.request
        self._authenticate(request.headers)
        act = self._operation(request)
        body = _parsed(request) if request.method == "POST" else {}
        await exchange.pause(behaviour.delay_seconds)
        result = act(request.query, body)
        if behaviour.answer is Answer.EMPTY:
            result = {"matches": [], "namespace": body.get("namespace", "")} if request.path == "/query" else {}
        payload = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()
        if behaviour.answer in {Answer.BAD_JSON, Answer.NOT_JSON}:
            payload = payload[: len(payload) // 2] + b"<"
        await send_bytes(exchange, payload, behaviour, self.error_headers(self.request_id()))

    def _authenticate(self, headers: Mapping[str, str]) -> None:
        key = headers.get("api-key")
        if not key or (self.api_key is not None and key != self.api_key):
            raise VendorError(401, "UNAUTHENTICATED", "Invalid API Key")
        if headers.get("x-pinecone-api-version", "") < _VERSION_FROM:
            raise _invalid("X-Pinecone-Api-Version header is missing or unknown")

    def _operation(self, request: RecordedRequest) -> Operation:
        operations: dict[tuple[str, str], Operation] = {
            ("POST", "/vectors/upsert"): self._records.upsert,
            ("POST", "/query"): self._records.query,
            ("GET", "/vectors/fetch"): self._records.fetch,
            ("POST", "/vectors/delete"): self._records.delete,
            ("GET", "/vectors/list"): self._records.list_ids,
            ("POST", "/vectors/update"): self._records.update,
            ("POST", "/describe_index_stats"): self._records.describe,
        }
        found = operations.get((request.method, request.path))
        if found is None and request.method == "GET" and request.path.startswith("/indexes/"):
            found = partial(self._index, request.path.removeprefix("/indexes/"))
        if (request.method, request.path) == ("POST", "/indexes"):
            found = self._make
        if found is None:
            raise VendorError(404, "NOT_FOUND", f"{request.method} {request.path} not found")
        return found

    def _make(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        self.missing.discard(body["name"])
        return self._index(body["name"], query, body)

    def _index(self, name: str, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        if name in self.missing:
            raise VendorError(404, "NOT_FOUND", f"Resource {name} not found")
        field = {"type": "dense_vector", "dimension": self._records.dimension, "metric": "cosine"}
        return {
            "name": name,
            "host": self.url,
            "status": {"ready": True, "state": "Ready"},
            "schema": {"fields": {"_values": field}},
            "deployment": {"deployment_type": "managed", "cloud": "aws", "region": "us-east-1"},
            "deletion_protection": "disabled",
        }

    @override
    def error_kind(self, status: int) -> str:
        return {429: "RESOURCE_EXHAUSTED", 401: "UNAUTHENTICATED", 403: "FORBIDDEN"}.get(status, "INTERNAL")

    @override
    def error_body(self, error: VendorError, request_id: str) -> Any:
        return {"code": _CODES.get(error.status, 2), "message": error.message, "details": []}

    @override
    def error_headers(self, request_id: str) -> Mapping[str, str]:
        return {"x-pinecone-request-id": request_id}


def _parsed(request: RecordedRequest) -> dict[str, Any]:
    if len(request.body) > _MAX_BODY:
        raise VendorError(413, "INVALID_ARGUMENT", f"Request size {len(request.body)} exceeds the limit of 2MB")
    try:
        body = request.json
    except ValueError as error:
        raise _invalid("the body is not JSON") from error
    if not isinstance(body, dict):
        raise _invalid("the body is not a JSON object")
    return body


def _invalid(message: str) -> VendorError:
    return VendorError(400, "INVALID_ARGUMENT", message)
