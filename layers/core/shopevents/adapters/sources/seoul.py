"""서울 열린데이터광장 OA-15572: estimated sales per commercial area, trade and quarter. A modelled estimate."""

from collections.abc import Mapping
from typing import Any

from shopevents.adapters.sources.http_client import HttpClient, Reply
from shopevents.adapters.sources.replies import failure_of_status, json_of, looks_like_json, number_of, tag_of
from shopevents.domain.errors import BadReply, DependencyError, Rejected, Unavailable
from shopevents.ports.document_sources import Query, SourcePage

NAME = "seoul_sales"
DEFAULT_BASE_URL = "http://openapi.seoul.go.kr:8088"
ROWS_PER_PAGE = 1000
_OK, _NO_DATA = "INFO-000", "INFO-200"
# ERROR-500 server, 600 database, 601 SQL; the other ERRORs and INFO-100 (key) are the request's.
_TEMPORARY = frozenset({"ERROR-500", "ERROR-600", "ERROR-601"})


class SeoulSales:
    """Rows of one quarter. Query: `service` ("VwsmTrdarSelngQq") and `quarter` ("20262": 2026's second).
    The cursor is the first row's number. The key stands in the path: only the mask keeps it out of logs."""

    name = NAME

    def __init__(self, http: HttpClient, *, api_key: str, base_url: str = DEFAULT_BASE_URL) -> None:
        self._http = http
        self._root = f"{base_url.rstrip('/')}/{api_key}/json"

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        first = int(cursor or "1")
        last, service = first + ROWS_PER_PAGE - 1, query["service"]
        text, table = await self._http.get(
            f"{self._root}/{service}/{first}/{last}/{query['quarter']}", lambda reply: _read(reply, service)
        )
        rows, total = len(table.get("row", [])), number_of(table.get("list_total_count")) or 0
        return SourcePage(
            NAME, query, cursor, text, rows, str(last + 1) if rows and last < total else None, self._http.notes
        )


def _read(reply: Reply, service: str) -> tuple[str, Mapping[str, Any]]:
    if not looks_like_json(reply):
        code = tag_of(reply.text, "CODE")
        if code == _NO_DATA:
            return "{}", {}
        raise _failure(code, reply)
    content = json_of(NAME, reply)
    if not isinstance(content, Mapping):
        raise BadReply(NAME, "JSON that is no object")
    table = content.get(service, content)
    result = table.get("RESULT", {}) if isinstance(table, Mapping) else {}
    code = result.get("CODE") if isinstance(result, Mapping) else None
    if code == _NO_DATA:
        return reply.text, {}
    if code != _OK:
        raise _failure(code, reply)
    return reply.text, table


def _failure(code: str | None, reply: Reply) -> DependencyError:
    if code is None:
        return failure_of_status(NAME, reply)
    return Unavailable(NAME, code) if code in _TEMPORARY else Rejected(NAME, code)
