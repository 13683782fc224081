"""API Gateway's HTTP events (payload 2.0) as typed requests, and our answers as its responses."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from shopevents.domain.errors import BodyTooLarge, CallerError, MalformedBody, Unauthenticated, UnsupportedMediaType

# A recommendation request is well under 2 KB; a generous bound that still stops abuse early.
BODY_MAX_BYTES = 64 * 1024
LOCAL_SCHEME = "Bearer local:"
LOCAL_OWNER = "local:owner"
OWNER_ID_MAX = 100
OPERATORS = "operators"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: the JWT's `sub`, and the groups it is in."""

    owner_id: str
    groups: frozenset[str] = frozenset()

    @property
    def is_operator(self) -> bool:
        """Whether the operators' routes are open to them."""
        return OPERATORS in self.groups


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request. Header names are lower case; `taken_at_ms` is when API Gateway took it."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    path_parameters: Mapping[str, str]
    body: bytes
    request_id: str
    route_key: str
    taken_at_ms: int | None
    claims: Mapping[str, Any]

    @classmethod
    def from_payload(cls, event: Mapping[str, Any]) -> "HttpRequest":
        """Reads API Gateway's payload 2.0. Raises MalformedBody for a body that is not valid base64."""
        context = event.get("requestContext") or {}
        http = context.get("http") or {}
        taken_at = context.get("timeEpoch")
        return cls(
            method=str(http.get("method", "POST")).upper(),
            path=str(event.get("rawPath") or http.get("path") or "/"),
            headers={str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()},
            query={str(name): str(value) for name, value in (event.get("queryStringParameters") or {}).items()},
            path_parameters={str(name): str(value) for name, value in (event.get("pathParameters") or {}).items()},
            body=_body_of(event),
            request_id=str(context.get("requestId") or ""),
            route_key=str(event.get("routeKey") or context.get("routeKey") or ""),
            taken_at_ms=taken_at if isinstance(taken_at, int) else None,
            claims=((context.get("authorizer") or {}).get("jwt") or {}).get("claims") or {},
        )

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises UnsupportedMediaType, BodyTooLarge and MalformedBody."""
        declared = self.headers.get("content-type", "application/json").split(";")[0].strip().lower()
        if declared != "application/json" and not declared.endswith("+json"):
            raise UnsupportedMediaType
        if len(self.body) > BODY_MAX_BYTES:
            raise BodyTooLarge
        try:
            content = from_json(self.body, allow_inf_nan=False)
        except ValueError as error:
            raise MalformedBody from error
        if not isinstance(content, dict):
            raise MalformedBody("요청 본문은 JSON 객체여야 합니다.")
        return content

    def identity(self, *, is_local: bool) -> Identity:
        """Who asks. Locally the Authorization header picks an identity, `local:owner` without one,
        who is also an operator; elsewhere such identities are refused. Raises Unauthenticated.
        """
        subject = str(self.claims.get("sub") or "")
        if is_local:
            return _local_identity(subject or self.headers.get("authorization", ""))
        if not subject or subject.startswith("local:"):
            raise Unauthenticated
        return Identity(subject, _groups(self.claims.get("cognito:groups") or self.claims.get("groups")))


def _body_of(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedBody from error


def _local_identity(hint: str) -> Identity:
    owner_id = hint.removeprefix("Bearer ").strip() or LOCAL_OWNER
    if not owner_id.startswith("local:") or len(owner_id) > OWNER_ID_MAX:
        raise Unauthenticated("로컬에서는 'Authorization: Bearer local:<이름>'만 쓸 수 있습니다.")
    return Identity(owner_id, frozenset({OPERATORS}) if owner_id == LOCAL_OWNER else frozenset())


def _groups(claim: object) -> frozenset[str]:
    """API Gateway turns an array claim into "[a b]"; a test or another issuer may give a list."""
    if isinstance(claim, str):
        return frozenset(claim.strip("[]").replace(",", " ").split())
    return frozenset(str(group) for group in claim) if isinstance(claim, list) else frozenset()


def json_response(
    status: int, body: BaseModel | Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A response of payload 2.0 with a JSON body in UTF-8."""
    content = to_json(body, by_alias=True)
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json; charset=utf-8", **(headers or {})},
        "body": content.decode("utf-8"),
        "isBase64Encoded": False,
    }


def empty_response(status: int) -> dict[str, Any]:
    """A response without a body (204)."""
    return {"statusCode": status, "headers": {}, "body": "", "isBase64Encoded": False}


# Pages run only their own scripts and talk only to us; Swagger UI sets styles by itself.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE_SECONDS = 300


def text_response(media_type: str, text: str) -> dict[str, Any]:
    """A 200 of payload 2.0 with a text that browsers may keep for five minutes."""
    headers = {
        "content-type": f"{media_type}; charset=utf-8",
        "cache-control": f"public, max-age={_PAGE_SECONDS}",
        "content-security-policy": _PAGE_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    return {"statusCode": 200, "headers": headers, "body": text, "isBase64Encoded": False}


def error_response(error: CallerError) -> dict[str, Any]:
    """The contract's error envelope for a caller's error."""
    problems = getattr(error, "problems", ())
    body = {
        "success": False,
        "error": str(error),
        "code": error.code,
        "details": [{"field": problem.field, "message": problem.message} for problem in problems],
    }
    retry_after = getattr(error, "retry_after", None)
    return json_response(error.status, body, {"retry-after": str(max(1, round(retry_after)))} if retry_after else {})
