"""The HTTP API of the template on a loopback port: HTTP in, the function's payload through, HTTP out."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from local import gateway
from local.gateway import Refused, Reply, Request
from local.template import Function
from local.workers import FunctionFailed

_FAILED = gateway.refusal(502, "function_failed", "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해 주세요.")
_TIMED_OUT = gateway.refusal(503, "function_timed_out", "응답이 늦어지고 있습니다. 잠시 후 다시 시도해 주세요.")


class Invoker(Protocol):
    """What runs functions: `local.functions.Functions` does."""

    async def invoke(self, name: str, payload: Any) -> Any:
        """What the function returns. Raises FunctionFailed."""


type AccessLog = Callable[[str, str, int, float], None]
"""Takes a request's method and its route's path, the answer's status, and the seconds it took. What the caller wrote
into the path is nobody's to read later: it may be a phone number."""
_NO_ROUTE = "(no route)"


def http_api(functions: Mapping[str, Function], invoker: Invoker, log: AccessLog) -> ASGIApp:
    """An ASGI application that serves the routes of `functions` through `invoker`."""
    owners = {route: name for name, function in functions.items() for route in function.routes}

    async def answer(http: HttpRequest) -> tuple[str, Reply]:
        path = _NO_ROUTE
        try:
            request = await _received(http)
            gateway.check_limits(request)
            route, parameters = gateway.match(owners, request.method, request.path)
            path = route.path
            payload = gateway.payload(request, route, parameters)
            return path, gateway.reply(await invoker.invoke(owners[route], payload))
        except Refused as refused:
            return path, refused.reply
        except FunctionFailed as failed:
            return path, _TIMED_OUT if failed.kind == "timeout" else _FAILED

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        start = time.monotonic()
        try:
            path, reply = await answer(HttpRequest(scope, receive))
        except ClientDisconnect:
            return  # nobody is left to be answered
        log(scope["method"], path, reply.status, time.monotonic() - start)
        await _response(reply)(scope, receive, send)

    return application


async def _received(http: HttpRequest) -> Request:
    """The request with its body, of which no more is read than the gateway takes."""
    arrived = datetime.now(UTC)
    body = bytearray()
    async for part in http.stream():
        body += part
        if len(body) > gateway.MOST_BODY_BYTES:
            break
    return Request(
        method=http.method,
        path=http.scope["path"],
        query=http.scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in http.headers.raw],
        body=bytes(body),
        source=http.client.host if http.client else "127.0.0.1",
        arrived=arrived,
    )


def _response(reply: Reply) -> Response:
    response = Response(reply.body, reply.status)
    for name, value in reply.headers:
        if name != "content-length":  # ours is right for what is really sent
            response.headers.append(name, value)
    return response
