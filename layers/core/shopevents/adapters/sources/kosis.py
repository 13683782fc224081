"""KOSIS (국가데이터처): statistics tables by ad-hoc parameters."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from shopevents.adapters.sources.http_client import HttpClient, Reply
from shopevents.adapters.sources.replies import failure_of_status, json_of, tag_of
from shopevents.adapters.sources.semas import decoded_key
from shopevents.domain.errors import BadReply, DependencyError, RateLimited, Rejected, Unavailable
from shopevents.domain.periods import halve_range
from shopevents.ports.document_sources import Query, SourcePage

NAME = "kosis"
DEFAULT_BASE_URL = "https://kosis.kr/openapi"
# The per-minute limit is not published; clients that wait 65 s after err 40 are served again.
COOL_DOWN_SECONDS = 65.0
_EMPTY, _TOO_MANY_CELLS, _CALL_LIMIT, _TOO_MANY_ROWS, _SERVER_ERROR = "30", "31", "40", "41", "50"
_OUR_FAULT = frozenset({"10", "11", "20", "21", "42"})
# `{err:"20",errMsg:"…"}`: what an error looks like when `jsonVD` got lost on the way.
_UNQUOTED_ERROR = re.compile(r"^\{\s*\"?err\"?\s*:\s*\"?(\d+)\"?")

type _Piece = tuple[str, str, str]
"""First period, last period and codes of the first axis ("11+21"): what one call asks for."""


class _TooMuchAsked(BadReply):
    """err 31 or 41: the same question has to be asked in smaller pieces."""


class KosisStatistics:
    """Rows of one table. Query: `orgId`, `tblId`, `itmId`, `objL1` … `objL8` (every axis of the table),
    `prdSe` (Y, Q, M) and `startPrdDe`, `endPrdDe`. What is too large for a call (40,000 cells) is split
    by period, then by the codes of `objL1`; the cursor is the JSON list of pieces still to ask for."""

    name = NAME

    def __init__(
        self,
        http: HttpClient,
        *,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        cool_down_seconds: float = COOL_DOWN_SECONDS,
    ) -> None:
        self._http = http
        self._api_key = decoded_key(api_key)
        self._base_url = base_url.rstrip("/")
        self._cool_down_seconds = cool_down_seconds

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        pieces = _pieces(cursor) if cursor else [(query["startPrdDe"], query["endPrdDe"], query["objL1"])]
        while True:
            piece, rest = pieces[0], pieces[1:]
            try:
                text, rows = await self._ask(query, piece)
            except _TooMuchAsked:
                pieces = [*_halves(query["prdSe"], piece), *rest]
                continue
            return SourcePage(NAME, query, cursor, text, rows, json.dumps(rest) if rest else None, self._http.notes)

    async def _ask(self, query: Query, piece: _Piece) -> tuple[str, int]:
        first, last, codes = piece
        params = {
            "method": "getList",
            "apiKey": self._api_key,
            **query,
            "objL1": codes,
            "startPrdDe": first,
            "endPrdDe": last,
            "format": "json",
            "jsonVD": "Y",
        }
        return await self._http.get(f"{self._base_url}/Param/statisticsParameterData.do", self._read, params=params)

    def _read(self, reply: Reply) -> tuple[str, int]:
        code = _error_code(reply)
        if code == _EMPTY:
            return "[]", 0
        if code is not None:
            raise self._failure(code, reply)
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise failure_of_status(NAME, reply)
        content = json_of(NAME, reply)
        if not isinstance(content, list):
            raise BadReply(NAME, "JSON that is neither rows nor an error")
        return reply.text, len(content)

    def _failure(self, code: str, reply: Reply) -> DependencyError:
        reason = f"err {code}"
        if code in {_TOO_MANY_CELLS, _TOO_MANY_ROWS}:
            return _TooMuchAsked(NAME, reason)
        if code == _CALL_LIMIT:
            return RateLimited(NAME, reason, self._cool_down_seconds)
        if code == _SERVER_ERROR:
            return Unavailable(NAME, reason)
        return Rejected(NAME, reason) if code in _OUR_FAULT else failure_of_status(NAME, reply, reason)


def _error_code(reply: Reply) -> str | None:
    """The code of an error body (an object, unquoted or XML), None for anything else."""
    if reply.text.startswith("<"):
        return tag_of(reply.text, "err")
    if not reply.text.startswith("{"):
        return None
    try:
        content: Any = json.loads(reply.text)
    except ValueError:
        found = _UNQUOTED_ERROR.match(reply.text)
        return found[1] if found else None
    return str(content["err"]).strip() if isinstance(content, Mapping) and "err" in content else None


def _pieces(cursor: str) -> list[_Piece]:
    return [(first, last, codes) for first, last, codes in json.loads(cursor)]


def _halves(period_kind: str, piece: _Piece) -> list[_Piece]:
    """Two smaller questions that ask the same. Raises Rejected when a piece can't be cut any further."""
    first, last, codes = piece
    if first != last:
        middle, after = halve_range(period_kind, first, last)
        return [(first, middle, codes), (after, last, codes)]
    parts = [code for code in codes.split("+") if code]
    if len(parts) <= 1:
        raise Rejected(NAME, f"one period of one code ({codes}) is more than a call may return")
    half = len(parts) // 2
    return [(first, last, "+".join(parts[:half])), (first, last, "+".join(parts[half:]))]
