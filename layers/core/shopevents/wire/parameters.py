"""Query parameters, path parameters and headers, checked like bodies are."""

from shopevents.domain.effects import OnceKey
from shopevents.domain.errors import InvalidInput, NotFound, Problem
from shopevents.domain.paging import PAGE_DEFAULT, PAGE_MAX
from shopevents.wire.http import HttpRequest

_QUERY_MAX = 50
_LIMIT_DIGITS = 3


def cursor_of(request: HttpRequest) -> str | None:
    """`cursor`, null for the first page. What it holds is checked where it is read."""
    return request.query.get("cursor") or None


def limit_of(request: HttpRequest) -> int:
    """`limit`, 1 to 100, 20 where it is not given. Raises InvalidInput."""
    text = request.query.get("limit", str(PAGE_DEFAULT))
    if text.isascii() and text.isdecimal() and len(text) <= _LIMIT_DIGITS and 1 <= int(text) <= PAGE_MAX:
        return int(text)
    raise InvalidInput((Problem("limit", f"1에서 {PAGE_MAX} 사이의 숫자로 적어 주세요."),))


def query_of(request: HttpRequest) -> str | None:
    """`q`, null where it is empty. Raises InvalidInput for a long one."""
    text = request.query.get("q", "").strip()
    if len(text) > _QUERY_MAX:
        raise InvalidInput((Problem("q", f"{_QUERY_MAX}자 이하로 적어 주세요."),))
    return text or None


def path_parameter(request: HttpRequest, name: str) -> str:
    """A part of the path. Raises NotFound where the route did not bring it."""
    value = request.path_parameters.get(name)
    if not value:
        raise NotFound
    return value


def once_key_of(request: HttpRequest, owner_id: str, operation: str) -> OnceKey | None:
    """`Idempotency-Key` with the fingerprint of path and body, null where it is not sent. Raises InvalidInput, and what
    reading the body raises."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    return OnceKey.of(owner_id, operation, key, {"path": request.path, "body": request.json_object()})
