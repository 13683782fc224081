"""What API Gateway's HTTP API does between HTTP and a function: payload format 2.0, its limits, its authorizer.

Pure: nothing here knows a socket. Source: AWS's "Working with AWS Lambda proxy integrations for HTTP APIs" and
"Quotas for configuring and running an HTTP API".
"""

import base64
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from local.template import Route

MOST_BODY_BYTES = 10 * 1024 * 1024
MOST_HEADER_BYTES = 10_240
MOST_PAYLOAD_BYTES = 6 * 1024 * 1024  # Lambda's limit on one invocation's payload and on its answer
_TEXT = re.compile(r"^(text/.*|application/(json|javascript|xml|.*\+json|.*\+xml|x-www-form-urlencoded))$")
_OWNER = "local:owner"


@dataclass(frozen=True, kw_only=True)
class Request:
    """An HTTP request as it came. `path` is decoded, `query` is not; header names may have any case."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source: str = "127.0.0.1"
    arrived: datetime


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Refused(Exception):
    """The gateway answers by itself; the function is not asked."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reply = refusal(status, code, sentence)


def refusal(status: int, code: str, sentence: str) -> Reply:
    """An error in the shape of our contract. `sentence` is Korean: an owner may read it."""
    body = {"success": False, "error": sentence, "code": code, "details": []}
    headers = (("content-type", "application/json; charset=utf-8"),)
    return Reply(status=status, headers=headers, body=json.dumps(body, ensure_ascii=False).encode())


def check_limits(request: Request) -> None:
    """Raises Refused for what API Gateway does not let through."""
    if len(request.body) > MOST_BODY_BYTES:
        raise Refused(413, "body_too_large", "요청 본문이 너무 큽니다.")
    if sum(len(name) + len(value) for name, value in request.headers) > MOST_HEADER_BYTES:
        raise Refused(431, "headers_too_large", "요청 헤더가 너무 큽니다.")


def match(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route for a request and its path parameters. The most specific one wins; raises Refused for none."""
    found = [(route, parameters) for route in routes if (parameters := _fits(route, method, path)) is not None]
    if not found:
        raise Refused(404, "not_found", "찾을 수 없습니다.")
    return min(found, key=lambda pair: (pair[0].path == "$default", "+}" in pair[0].path, pair[0].path.count("{")))


def _fits(route: Route, method: str, path: str) -> dict[str, str] | None:
    if route.path == "$default":
        return {}
    if route.method not in (method, "ANY"):
        return None
    pattern = "".join(
        f"(?P<{part[1:-1].rstrip('+')}>{'.+' if part.endswith('+}') else '[^/]+'})"
        if part[:1] == "{"
        else re.escape(part)
        for part in re.split(r"(\{[^}]+\})", route.path)
    )
    fits = re.fullmatch(pattern, path, re.DOTALL)
    return fits.groupdict() if fits else None


def claims_of(request: Request) -> dict[str, str]:
    """The identity that the JWT authorizer would have found; local ones are named, not signed. Raises Refused.

    Without an Authorization header it is the owner, who is an operator too. Lists are written as API Gateway writes
    them: `[operators]`.
    """
    given = _headers(request).get("authorization")
    if given is None:
        return {"sub": _OWNER, "cognito:groups": "[operators]"}
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not re.fullmatch(r"local:\S{1,128}", token.strip()):
        raise Refused(401, "unauthenticated", "로그인이 필요합니다.")
    subject = token.strip()
    return {"sub": subject, **({"cognito:groups": "[operators]"} if subject == _OWNER else {})}


def payload(request: Request, route: Route, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The function's invocation payload, version 2.0. Raises Refused where it is too large for Lambda."""
    headers = _headers(request)
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    text = _as_text(request.body, headers.get("content-type"))
    made = {
        "version": "2.0",
        "routeKey": route.key if route.path != "$default" else "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **_query(request.query),
        "requestContext": _context(request, route, headers),
        **({"pathParameters": dict(parameters)} if parameters else {}),
        **({} if not request.body else {"body": text or base64.b64encode(request.body).decode()}),
        "isBase64Encoded": bool(request.body) and text is None,
    }
    if len(json.dumps(made, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MOST_PAYLOAD_BYTES:
        raise Refused(413, "body_too_large", "요청 본문이 너무 큽니다.")
    return made


def _headers(request: Request) -> dict[str, str]:
    """Names in lower case; several of one name joined by a comma (cookies by a semicolon)."""
    merged: dict[str, str] = {}
    for name, value in request.headers:
        key = name.lower()
        separator = ";" if key == "cookie" else ","
        merged[key] = f"{merged[key]}{separator}{value}" if key in merged else value
    return merged


def _query(query: str) -> dict[str, Any]:
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values[name] = f"{values[name]},{value}" if name in values else value
    return {"queryStringParameters": values} if values else {}


def _as_text(body: bytes, content_type: str | None) -> str | None:
    """The body as text, where its type says that it is one and it is UTF-8; else it travels in base64."""
    if content_type and not _TEXT.match(content_type.partition(";")[0].strip().lower()):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _context(request: Request, route: Route, headers: Mapping[str, str]) -> dict[str, Any]:
    authorizer = {} if route.public else {"authorizer": {"jwt": {"claims": claims_of(request), "scopes": None}}}
    return {
        "accountId": "000000000000",
        "apiId": "local",
        **authorizer,
        "domainName": headers.get("host", "localhost"),
        "domainPrefix": "local",
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route.key if route.path != "$default" else "$default",
        "stage": "$default",
        "time": request.arrived.astimezone(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(request.arrived.timestamp() * 1000),
    }


def reply(result: Any) -> Reply:
    """The HTTP answer for what a function returned. Without a statusCode the whole of it is a 200's JSON body."""
    if not isinstance(result, Mapping) or "statusCode" not in result:
        result = {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(result)}
    try:
        body = result.get("body") or ""
        encoded = body if isinstance(body, str) else json.dumps(body)
        content = base64.b64decode(encoded) if result.get("isBase64Encoded") else encoded.encode()
        headers = [(str(name).lower(), str(value)) for name, value in (result.get("headers") or {}).items()]
        cookies = [("set-cookie", str(cookie)) for cookie in result.get("cookies") or ()]
        return Reply(status=int(result["statusCode"]), headers=(*headers, *cookies), body=content)
    except (AttributeError, TypeError, ValueError) as cause:
        raise Refused(500, "malformed_answer", "일시적인 오류가 발생했습니다.") from cause
