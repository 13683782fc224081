"""Reading a reply before it is believed: sources answer XML, HTML or half a page when JSON was asked."""

import json
import re
from http import HTTPStatus
from typing import Any

from shopevents.adapters.sources.http_client import Reply
from shopevents.domain.errors import BadReply, DependencyError, RateLimited, Rejected, Unavailable

_EXCERPT = 120


def json_of(source: str, reply: Reply) -> Any:
    """The reply's JSON, whatever its Content-Type says. Raises Unavailable for a page of HTML (a
    gateway's, while the service is down), BadReply for anything else that is not JSON."""
    if reply.text[:15].lower().startswith(("<!doctype", "<html")):
        raise Unavailable(source, f"HTTP {reply.status} with a page of HTML instead of data")
    try:
        return json.loads(reply.text)
    except ValueError as error:
        raise BadReply(source, f"HTTP {reply.status} that is not JSON") from error


def looks_like_json(reply: Reply) -> bool:
    """Whether the body starts as JSON does."""
    return reply.text.startswith(("{", "["))


def tag_of(text: str, tag: str) -> str | None:
    """The text of an XML element of an error reply. Not parsed as XML, so that no entity is expanded."""
    found = re.search(rf"<{tag}>\s*(?:<!\[CDATA\[)?([^<\]]*)", text)
    return found[1].strip() if found else None


def number_of(value: object) -> int | None:
    """An error code as a number ("05", 5 and "5" are the same), None where it is none."""
    text = str(value).strip()
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def failure_of_status(source: str, reply: Reply, detail: str = "") -> DependencyError:
    """What a status alone says, for replies without a dialect of the source's own."""
    reason = f"HTTP {reply.status}{f' ({detail[:_EXCERPT]})' if detail else ''}"
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(source, reason, retry_after_of(reply))
    if reply.status == HTTPStatus.REQUEST_TIMEOUT or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(source, reason)
    if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
        return Rejected(source, reason)
    return BadReply(source, reason)


def retry_after_of(reply: Reply) -> float | None:
    """Seconds of the Retry-After header, None where it is absent or a date."""
    value = reply.headers.get("retry-after", "")
    return float(value) if re.fullmatch(r"\d{1,6}(\.\d+)?", value) else None
