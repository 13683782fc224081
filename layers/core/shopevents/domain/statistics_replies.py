"""Whether a reply of a statistics source is one: rows become figures elsewhere, never cases."""

from collections.abc import Mapping
from typing import Any

from shopevents.domain import kosis_rows, seoul_sales, store_register
from shopevents.domain.posts import Reason, SetAside

_SEMAS, _KOSIS, _SEOUL = store_register.SOURCE, kosis_rows.SOURCE, seoul_sales.SOURCE
STATISTICS_NAMES = {_SEMAS: _SEMAS, "semas": _SEMAS, _KOSIS: _KOSIS, _SEOUL: _SEOUL, "seoul": _SEOUL}
"""What a statistics source may be called in a raw document, and its name."""

_NO_DATA = "03"
_FINE = "00"


def statistics_problem(source: str, reply: Any) -> SetAside | None:
    """Why a reply holds no rows, None where it does (or where its source says that there are none)."""
    name = STATISTICS_NAMES[source]
    if name == _KOSIS:
        return None if isinstance(reply, list) else _problem(source, reply)
    if not isinstance(reply, Mapping):
        return _problem(source, reply)
    return _semas(source, reply) if name == _SEMAS else _seoul(source, reply)


def _semas(source: str, reply: Mapping[str, Any]) -> SetAside | None:
    header = reply.get("header")
    code = str(header.get("resultCode", "")) if isinstance(header, Mapping) else ""
    return None if code in {_FINE, _NO_DATA} and isinstance(reply.get("body"), Mapping) else _problem(source, reply)


def _seoul(source: str, reply: Mapping[str, Any]) -> SetAside | None:
    tables = [value for value in reply.values() if isinstance(value, Mapping) and isinstance(value.get("row"), list)]
    return None if tables else _problem(source, reply)


def _problem(source: str, reply: Any) -> SetAside:
    errs = isinstance(reply, Mapping) and any(
        name in reply for name in ("err", "error", "header", "RESULT", "OpenAPI_ServiceResponse", "cmmMsgHeader")
    )
    return SetAside(Reason.ERROR_REPLY if errs else Reason.UNKNOWN_SHAPE, {"source": source})
