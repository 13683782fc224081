"""The records of the fake Pinecone: what each operation of the data plane does to them."""

import base64
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.vendors.fake_vendor import VendorError
from tests.vendors.pinecone_filters import check_filter, matches

_MAX_RECORDS = 1000
_MAX_METADATA = 40 * 1024
_MAX_ID = 512
_MAX_TOP_K = 10_000
_MAX_LIST = 100


@dataclass(slots=True)
class Record:
    """A vector and its metadata."""

    values: list[float]
    metadata: dict[str, Any]


class Records:
    """One index: `held[namespace][id]`. Every operation takes the query's parameters and the body, gives the
    reply's body, and raises VendorError for what Pinecone refuses."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.held: dict[str, dict[str, Record]] = {}

    def upsert(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        """POST /vectors/upsert."""
        records = body.get("vectors")
        if not isinstance(records, list) or not records:
            raise _invalid("vectors must not be empty")
        if len(records) > _MAX_RECORDS:
            raise _invalid(f"Vectors in one upsert must be at most {_MAX_RECORDS}, got {len(records)}")
        checked = {record.get("id"): self._checked(record) for record in records}
        if len(checked) < len(records):
            raise _invalid("duplicate ids in one upsert")
        self.held.setdefault(body.get("namespace", ""), {}).update(checked)
        return {"upsertedCount": len(records)}

    def _checked(self, record: Mapping[str, Any]) -> Record:
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
        return Record(self._dense(record.get("values")), dict(metadata))

    def _dense(self, values: Any) -> list[float]:
        if not isinstance(values, list) or not all(isinstance(value, int | float) for value in values):
            raise _invalid("values must be numbers")
        if len(values) != self.dimension:
            raise _invalid(f"Vector dimension {len(values)} does not match the dimension of the index {self.dimension}")
        if not any(values):
            raise _invalid("Dense vectors must contain at least one non-zero value")
        return list(struct.unpack(f"<{len(values)}f", struct.pack(f"<{len(values)}f", *values)))

    def query(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        """POST /query."""
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
        record = self.held.get(namespace, {}).get(body["id"])
        if record is None:
            raise VendorError(404, "NOT_FOUND", f"Vector {body['id']} not found")
        return record.values

    def _selected(self, namespace: str, condition: Any) -> dict[str, Record]:
        records = self.held.get(namespace, {})
        if condition is None:
            return dict(records)
        check_filter(condition)
        return {number: record for number, record in records.items() if matches(condition, record.metadata)}

    def fetch(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        """GET /vectors/fetch."""
        namespace = query.get("namespace", [""])[0]
        ids = query.get("ids", [])
        if not ids or len(ids) > _MAX_RECORDS:
            raise _invalid(f"ids must be 1 to {_MAX_RECORDS}")
        held = self.held.get(namespace, {})
        found = {number: _vector(number, held[number]) for number in ids if number in held}
        return {"vectors": found, "namespace": namespace, "usage": {"readUnits": 1}}

    def delete(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        """POST /vectors/delete."""
        namespace = body.get("namespace", "")
        given = [name for name in ("ids", "filter", "deleteAll") if body.get(name)]
        if len(given) != 1:
            raise _invalid("exactly one of ids, filter and deleteAll must be given")
        if namespace not in self.held:
            raise VendorError(404, "NOT_FOUND", "Namespace not found")
        if len(body.get("ids") or []) > _MAX_RECORDS:
            raise _invalid(f"at most {_MAX_RECORDS} ids in one delete")
        gone = body["ids"] if given == ["ids"] else list(self._selected(namespace, body.get("filter")))
        for number in gone:
            self.held[namespace].pop(number, None)
        return {}

    def list_ids(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        """GET /vectors/list."""
        given = {name: values[0] for name, values in query.items()}
        limit = int(given.get("limit", _MAX_LIST))
        if not 1 <= limit <= _MAX_LIST:
            raise _invalid(f"limit must be from 1 to {_MAX_LIST}")
        namespace = given.get("namespace", "")
        after = base64.urlsafe_b64decode(given.get("paginationToken", "")).decode()
        ids = sorted(self.held.get(namespace, {}))
        ids = [number for number in ids if number.startswith(given.get("prefix", "")) and number > after]
        page = ids[:limit]
        more = {"next": base64.urlsafe_b64encode(page[-1].encode()).decode()} if len(ids) > limit else None
        found = {"vectors": [{"id": number} for number in page], "namespace": namespace, "usage": {"readUnits": 1}}
        return {**found, "pagination": more} if more else found

    def update(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        """POST /vectors/update."""
        record = self.held.get(body.get("namespace", ""), {}).get(body.get("id", ""))
        if record is None:
            raise VendorError(404, "NOT_FOUND", "Vector not found")
        if body.get("values"):
            record.values = self._dense(body["values"])
        record.metadata.update(body.get("setMetadata") or {})
        return {}

    def describe(self, query: Mapping[str, list[str]], body: dict[str, Any]) -> Any:
        """POST /describe_index_stats."""
        if body.get("filter"):
            raise _invalid("Serverless indexes do not support describing index stats with metadata filtering")
        counts = {name: {"vectorCount": len(records)} for name, records in self.held.items()}
        total = sum(map(len, self.held.values()))
        return {
            "namespaces": counts,
            "dimension": self.dimension,
            "indexFullness": 0.0,
            "totalVectorCount": total,
            "metric": "cosine",
            "vectorType": "dense",
        }


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _cosine(one: list[float], other: list[float]) -> float:
    lengths = math.sqrt(math.sumprod(one, one) * math.sumprod(other, other))
    return math.sumprod(one, other) / lengths


def _vector(number: str, record: Record) -> dict[str, Any]:
    return {"id": number, "values": record.values, "metadata": record.metadata}


def _invalid(message: str) -> VendorError:
    return VendorError(400, "INVALID_ARGUMENT", message)
