"""What stands between HTTP and a function on this machine is what API Gateway would have made of it."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from local import gateway
from local.gateway import Refused, Request
from local.template import Route

ROUTES = (
    Route("POST", "/orders", public=False),
    Route("GET", "/orders/{orderId}", public=False),
    Route("GET", "/orders/newest", public=True),
    Route("ANY", "/files/{name+}", public=False),
)


def request(**changes: Any) -> Request:
    usual: dict[str, Any] = {
        "method": "POST",
        "path": "/orders",
        "query": "",
        "headers": [("Content-Type", "application/json"), ("Host", "127.0.0.1:3000")],
        "body": b"",
        "arrived": datetime(2026, 11, 23, 1, 2, 3, 456000, tzinfo=UTC),
    }
    return Request(**{**usual, **changes})


def payload(**changes: Any) -> dict[str, Any]:
    return gateway.payload(request(**changes), ROUTES[0], {})


def refused(**changes: Any) -> int:
    with pytest.raises(Refused) as caught:
        payload(**changes)
    return caught.value.reply.status


def test_the_most_specific_route_wins() -> None:
    assert gateway.match(ROUTES, "GET", "/orders/newest") == (ROUTES[2], {})
    assert gateway.match(ROUTES, "GET", "/orders/7") == (ROUTES[1], {"orderId": "7"})
    assert gateway.match(ROUTES, "DELETE", "/files/a/b.png") == (ROUTES[3], {"name": "a/b.png"})


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/orders"), ("GET", "/orders/7/lines"), ("GET", "/"), ("GET", "/files/")]
)
def test_what_fits_no_route_is_not_found(method: str, path: str) -> None:
    with pytest.raises(Refused) as caught:
        gateway.match(ROUTES, method, path)
    assert caught.value.reply.status == 404


def test_the_payload_has_the_shape_of_version_2() -> None:
    made = payload(query="a=1&a=2&b=%EA%B0%80&c=", body='{"이름": "화로담"}'.encode())
    assert made["version"] == "2.0"
    assert made["routeKey"] == made["requestContext"]["routeKey"] == "POST /orders"
    assert made["rawPath"] == made["requestContext"]["http"]["path"] == "/orders"
    assert made["rawQueryString"] == "a=1&a=2&b=%EA%B0%80&c="
    assert made["queryStringParameters"] == {"a": "1,2", "b": "가", "c": ""}
    assert made["headers"] == {"content-type": "application/json", "host": "127.0.0.1:3000"}
    assert (made["body"], made["isBase64Encoded"]) == ('{"이름": "화로담"}', False)
    assert made["requestContext"]["timeEpoch"] == 1795395723456
    assert made["requestContext"]["time"] == "23/Nov/2026:01:02:03 +0000"
    assert "body" not in payload()


def test_repeated_headers_are_joined_and_cookies_stand_apart() -> None:
    made = payload(headers=[("X-Tag", "a"), ("x-tag", "b"), ("Cookie", "s=1; t=2"), ("cookie", "u=3")])
    assert made["headers"] == {"x-tag": "a,b"}
    assert made["cookies"] == ["s=1", "t=2", "u=3"]


@pytest.mark.parametrize(
    ("content_type", "body"), [("image/png", b"\x89PNG"), ("application/json", b"\xff\xfe{}"), (None, b"\xff")]
)
def test_bytes_that_are_no_text_travel_in_base64(content_type: str | None, body: bytes) -> None:
    made = payload(headers=[("content-type", content_type)] if content_type else [], body=body)
    assert (base64.b64decode(made["body"]), made["isBase64Encoded"]) == (body, True)


def test_who_gives_no_name_is_the_owner_and_an_operator() -> None:
    claims = payload()["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims == {"sub": "local:owner", "cognito:groups": "[operators]"}


def test_a_bearer_names_somebody_else_who_is_no_operator() -> None:
    made = payload(headers=[("Authorization", "Bearer local:kim")])
    assert made["requestContext"]["authorizer"]["jwt"]["claims"] == {"sub": "local:kim"}


@pytest.mark.parametrize(
    "given", ["Bearer eyJhbGciOi", "Bearer local:", "local:kim", "Basic local:kim", "Bearer local:a b"]
)
def test_any_other_authorization_is_refused(given: str) -> None:
    assert refused(headers=[("authorization", given)]) == 401


def test_a_public_route_asks_nobody_who_they_are() -> None:
    made = gateway.payload(request(headers=[("authorization", "Bearer junk")]), ROUTES[2], {})
    assert "authorizer" not in made["requestContext"]


def test_sizes_beyond_api_gateways_and_lambdas_are_refused() -> None:
    assert refused(body=b"a" * gateway.MOST_PAYLOAD_BYTES) == 413
    with pytest.raises(Refused) as caught:
        gateway.check_limits(request(body=b"a" * (gateway.MOST_BODY_BYTES + 1)))
    assert caught.value.reply.status == 413
    with pytest.raises(Refused) as caught:
        gateway.check_limits(request(headers=[("x", "a" * 10_300)]))
    assert caught.value.reply.status == 431


def test_a_functions_answer_becomes_http() -> None:
    made = gateway.reply({"statusCode": 201, "headers": {"X-A": 1}, "cookies": ["a=1", "b=2"], "body": "만듦"})
    assert made.status == 201
    assert made.headers == (("x-a", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2"))
    assert made.body.decode() == "만듦"
    assert gateway.reply({"statusCode": 200, "body": "/wA=", "isBase64Encoded": True}).body == b"\xff\x00"


def test_an_answer_without_a_status_is_a_body() -> None:
    made = gateway.reply({"ok": True})
    assert (made.status, made.body, dict(made.headers)["content-type"]) == (200, b'{"ok": true}', "application/json")


@pytest.mark.parametrize("result", [{"statusCode": "many"}, {"statusCode": 200, "headers": "x"}, {"statusCode": None}])
def test_an_answer_that_is_none_is_our_fault(result: Any) -> None:
    with pytest.raises(Refused) as caught:
        gateway.reply(result)
    assert caught.value.reply.status == 500
