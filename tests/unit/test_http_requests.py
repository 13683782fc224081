import base64
from typing import Any

import pytest

from shopevents.domain.errors import BodyTooLarge, MalformedBody, Unauthenticated, UnsupportedMediaType
from shopevents.wire.http import BODY_MAX_BYTES, HttpRequest, json_response


def payload(body: str | None = "{}", **changes: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": "/recommendations",
        "headers": {"Content-Type": "application/json"},
        "requestContext": {"http": {"method": "post"}, "requestId": "r-1", "timeEpoch": 1_795_401_000_000},
        "body": body,
        "isBase64Encoded": False,
        **changes,
    }


def test_header_names_are_lower_case_and_the_method_upper_case() -> None:
    request = HttpRequest.from_payload(payload())
    assert request.headers == {"content-type": "application/json"}
    assert (request.method, request.request_id, request.taken_at_ms) == ("POST", "r-1", 1_795_401_000_000)


def test_a_base64_body_is_decoded() -> None:
    body = base64.b64encode('{"a": "가"}'.encode()).decode()
    assert HttpRequest.from_payload(payload(body, isBase64Encoded=True)).json_object() == {"a": "가"}


@pytest.mark.parametrize("body", ["", "null", "[]", "{", '"text"', "1", '{"a": NaN}', '{"a": "\\ud800"}', "{'a': 1}"])
def test_what_is_not_a_json_object_is_malformed(body: str) -> None:
    with pytest.raises(MalformedBody):
        HttpRequest.from_payload(payload(body)).json_object()


def test_invalid_utf8_is_malformed() -> None:
    body = base64.b64encode(b'{"a": "\xff\xfe"}').decode()
    with pytest.raises(MalformedBody):
        HttpRequest.from_payload(payload(body, isBase64Encoded=True)).json_object()


def test_invalid_base64_is_malformed() -> None:
    with pytest.raises(MalformedBody):
        HttpRequest.from_payload(payload("%%%", isBase64Encoded=True))


def test_deeply_nested_json_is_malformed_and_crashes_nothing() -> None:
    with pytest.raises(MalformedBody):
        HttpRequest.from_payload(payload('{"a":' * 5000 + "1" + "}" * 5000)).json_object()


def test_a_body_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(BodyTooLarge):
        HttpRequest.from_payload(payload("x" * (BODY_MAX_BYTES + 1))).json_object()


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; b=1"])
def test_other_media_types_are_refused(media_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        HttpRequest.from_payload(payload(headers={"content-type": media_type})).json_object()


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=UTF-8", "application/merge-patch+json"]
)
def test_json_media_types_are_taken(media_type: str) -> None:
    assert HttpRequest.from_payload(payload(headers={"content-type": media_type})).json_object() == {}


def _with_claims(**claims: Any) -> HttpRequest:
    event = payload()
    event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
    return HttpRequest.from_payload(event)


def test_locally_the_authorization_header_picks_the_owner() -> None:
    request = HttpRequest.from_payload(payload(headers={"Authorization": "Bearer local:kim"}))
    assert request.identity(is_local=True).owner_id == "local:kim"
    assert not request.identity(is_local=True).is_operator


def test_without_a_header_the_local_owner_asks_and_operates() -> None:
    identity = HttpRequest.from_payload(payload()).identity(is_local=True)
    assert (identity.owner_id, identity.is_operator) == ("local:owner", True)


def test_local_identities_are_refused_outside_local() -> None:
    request = HttpRequest.from_payload(payload(headers={"Authorization": "Bearer local:kim"}))
    with pytest.raises(Unauthenticated):
        request.identity(is_local=False)
    with pytest.raises(Unauthenticated):
        _with_claims(sub="local:owner").identity(is_local=False)


@pytest.mark.parametrize("groups", ["[operators shops]", "operators", "operators,shops", ["operators"]])
def test_operators_are_known_by_their_group(groups: str | list[str]) -> None:
    assert _with_claims(sub="u-1", **{"cognito:groups": groups}).identity(is_local=False).is_operator


def test_a_group_with_a_similar_name_is_not_the_operators() -> None:
    assert not _with_claims(sub="u-1", groups="[nonoperators]").identity(is_local=False).is_operator


def test_answers_are_readable_korean_in_utf8() -> None:
    response = json_response(200, {"success": True, "error": "한국어"})
    assert "한국어" in response["body"]
    assert response["headers"]["content-type"] == "application/json; charset=utf-8"
