"""A fake Pinecone: the data plane of a serverless, cosine vector index (API 2026-07) over real HTTP.

Vectors, namespaces, filters and scores are real. `pinecone.url` is the index host for the SDK; the
control plane's `GET /indexes/<name>` answers with that same host.
"""

import base64
import json
import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from tests.vendors.behaviours import Answer, Behaviour
from tests.vendors.exchange import Exchange, RecordedRequest
from tests.vendors.fake_vendor import FakeVendor, VendorError
from tests.vendors.openai import send_bytes
from tests.vendors.pinecone_filters import check_filter, matches

_MAX_BODY = 2 * 1024 * 1024
_MAX_RECORDS = 1000
_MAX_METADATA = 40 * 1024
_MAX_ID = 512
_MAX_TOP_K = 10_000
_MAX_LIST = 100
_VERSION_FROM = "2024-07"
_CODES = {400: 3, 401: 16, 402: 8, 403: 7, 404: 5, 408: 4, 409: 6, 413: 3, 429: 8, 500: 13, 503: 14}


@dataclass(slots=True)
class _Record:
    values: list[float]
    metadata: dict[str, Any]


class PineconeFake(FakeVendor):
    """An index that lives in memory: `vectors[namespace][id]`."""

    def __init__(self, *, port: int = 0, api_key: str | None = None, dimension: int = 3072) -> None:
        super().__init__(port=port, api_key=api_key)
        self.dimension = dimension
        self.vectors: dict[str, dict[str, _Record]] = {}

    @override
    async def answer(self, exchange: Exchange, behaviour: Behaviour) -> None:
        request = exchange.request
        self._authenticate(request.headers)
        act = self._operation(request)
        body = _parsed(request) if request.method == "POST" else {}
        await exchange.pause(behaviour.delay_seconds)
        result = act(request, body)
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

    def _operation(self, request: RecordedRequest) -> Callable[[RecordedRequest, dict[str, Any]], Any]:
        operations = {
            ("POST", "/vectors/upsert"): self._upsert,
            ("POST", "/query"): self._query,
            ("GET", "/vectors/fetch"): self._fetch,
            ("POST", "/vectors/delete"): self._delete,
            ("GET", "/vectors/list"): self._list,
            ("POST", "/vectors/update"): self._update,
            ("POST", "/describe_index_stats"): self._describe,
        }
        found = operations.get((request.method, request.path))
        if found is None and request.method == "GET" and request.path.startswith("/indexes/"):
            found = self._index
        if found is None:
            raise VendorError(404, "NOT_FOUND", f"{request.method} {request.path} not found")
        return found

    def _upsert(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        records = body.get("vectors")
        if not isinstance(records, list) or not records:
            raise _invalid("vectors must not be empty")
        if len(records) > _MAX_RECORDS:
            raise _invalid(f"Vectors in one upsert must be at most {_MAX_RECORDS}, got {len(records)}")
        checked = {record.get("id"): self._checked(record) for record in records}
        if len(checked) < len(records):
            raise _invalid("duplicate ids in one upsert")
        self.vectors.setdefault(body.get("namespace", ""), {}).update(checked)
        return {"upsertedCount": len(records)}

    def _checked(self, record: Mapping[str, Any]) -> _Record:
        number, metadata = record.get("id"), record.get("metadata") or {}
        if not isinstance(number, str) or not number or not number.isascii() or len(number) > _MAX_ID:
            raise _invalid(f"Vector ID must be ASCII, 1 to {_MAX_ID} characters: {number!r}")
        for name, value in metadata.items():
            if not isinstance(value, str | int | float) and not _is_texts(value):
                raise _invalid(
                    "Metadata value must be a string, number, boolean or list of strings, "
                    f"got {value!r} for field '{name}'"
                )
        if len(json.dumps(metadata, ensure_ascii=False).encode()) > _MAX_METADATA:
            raise _invalid(f"Metadata size exceeds the limit of {_MAX_METADATA} bytes per vector")
        return _Record(self._dense(record.get("values")), dict(metadata))

    def _dense(self, values: Any) -> list[float]:
        if not isinstance(values, list) or not all(isinstance(value, int | float) for value in values):
            raise _invalid("values must be numbers")
        if len(values) != self.dimension:
            raise _invalid(f"Vector dimension {len(values)} does not match the dimension of the index {self.dimension}")
        if not any(values):
            raise _invalid("Dense vectors must contain at least one non-zero value")
        return list(struct.unpack(f"<{len(values)}f", struct.pack(f"<{len(values)}f", *values)))

    def _query(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        top_k = body.get("topK")
        if not isinstance(top_k, int) or not 1 <= top_k <= _MAX_TOP_K:
            raise _invalid(f"topK must be from 1 to {_MAX_TOP_K}")
        namespace = body.get("namespace", "")
        records = self._selected(namespace, body.get("filter"))
        asked = self._asked(namespace, body)
        scored = sorted(((_cosine(asked, record.values), number) for number, record in records.items()), reverse=True)
        found = [
            {
                "id": number,
                "score": score,
                "values": records[number].values if body.get("includeValues") else [],
                **({"metadata": records[number].metadata} if body.get("includeMetadata") else {}),
            }
            for score, number in scored[:top_k]
        ]
        return {"matches": found, "namespace": namespace, "usage": {"readUnits": 5}}

    def _asked(self, namespace: str, body: Mapping[str, Any]) -> list[float]:
        if (body.get("vector") is None) is (body.get("id") is None):
            raise _invalid("exactly one of vector and id must be given")
        if body.get("vector") is not None:
            return self._dense(body["vector"])
        record = self.vectors.get(namespace, {}).get(body["id"])
        if record is None:
            raise VendorError(404, "NOT_FOUND", f"Vector {body['id']} not found")
        return record.values

    def _selected(self, namespace: str, condition: Any) -> dict[str, _Record]:
        records = self.vectors.get(namespace, {})
        if condition is None:
            return dict(records)
        check_filter(condition)
        return {number: record for number, record in records.items() if matches(condition, record.metadata)}

    def _fetch(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        namespace = request.query.get("namespace", [""])[0]
        ids = request.query.get("ids", [])
        if not ids or len(ids) > _MAX_RECORDS:
            raise _invalid(f"ids must be 1 to {_MAX_RECORDS}")
        held = self.vectors.get(namespace, {})
        found = {number: _vector(number, held[number]) for number in ids if number in held}
        return {"vectors": found, "namespace": namespace, "usage": {"readUnits": 1}}

    def _delete(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        namespace = body.get("namespace", "")
        given = [name for name in ("ids", "filter", "deleteAll") if body.get(name)]
        if len(given) != 1:
            raise _invalid("exactly one of ids, filter and deleteAll must be given")
        if namespace not in self.vectors:
            raise VendorError(404, "NOT_FOUND", "Namespace not found")
        if len(body.get("ids") or []) > _MAX_RECORDS:
            raise _invalid(f"at most {_MAX_RECORDS} ids in one delete")
        gone = body["ids"] if given == ["ids"] else list(self._selected(namespace, body.get("filter")))
        for number in gone:
            self.vectors[namespace].pop(number, None)
        return {}

    def _list(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        query = {name: values[0] for name, values in request.query.items()}
        limit = int(query.get("limit", _MAX_LIST))
        if not 1 <= limit <= _MAX_LIST:
            raise _invalid(f"limit must be from 1 to {_MAX_LIST}")
        namespace = query.get("namespace", "")
        after = base64.urlsafe_b64decode(query.get("paginationToken", "")).decode()
        ids = sorted(self.vectors.get(namespace, {}))
        ids = [number for number in ids if number.startswith(query.get("prefix", "")) and number > after]
        page = ids[:limit]
        more = {"next": base64.urlsafe_b64encode(page[-1].encode()).decode()} if len(ids) > limit else None
        found = {"vectors": [{"id": number} for number in page], "namespace": namespace, "usage": {"readUnits": 1}}
        return {**found, "pagination": more} if more else found

    def _update(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        record = self.vectors.get(body.get("namespace", ""), {}).get(body.get("id", ""))
        if record is None:
            raise VendorError(404, "NOT_FOUND", "Vector not found")
        if body.get("values"):
            record.values = self._dense(body["values"])
        record.metadata.update(body.get("setMetadata") or {})
        return {}

    def _describe(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        if body.get("filter"):
            raise _invalid("Serverless indexes do not support describing index stats with metadata filtering")
        counts = {name: {"vectorCount": len(records)} for name, records in self.vectors.items()}
        total = sum(map(len, self.vectors.values()))
        return {
            "namespaces": counts,
            "dimension": self.dimension,
            "indexFullness": 0.0,
            "totalVectorCount": total,
            "metric": "cosine",
            "vectorType": "dense",
        }

    def _index(self, request: RecordedRequest, body: dict[str, Any]) -> Any:
        field = {"type": "dense_vector", "dimension": self.dimension, "metric": "cosine"}
        return {
            "name": request.path.removeprefix("/indexes/"),
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


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _cosine(one: list[float], other: list[float]) -> float:
    lengths = math.sqrt(math.sumprod(one, one) * math.sumprod(other, other))
    return math.sumprod(one, other) / lengths


def _vector(number: str, record: _Record) -> dict[str, Any]:
    return {"id": number, "values": record.values, "metadata": record.metadata}


def _invalid(message: str) -> VendorError:
    return VendorError(400, "INVALID_ARGUMENT", message)
