"""Calls `manage_shop` as API Gateway does."""

import json
from dataclasses import dataclass
from typing import Any

from tests.handlers.container import Container


@dataclass(frozen=True)
class Answered:
    """A response of payload 2.0. `body` is null where there is none."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def data(self) -> Any:
        """What a success carries."""
        assert self.body["success"] is True, self.body
        return self.body["data"]


@dataclass(frozen=True)
class ShopClient:
    """An owner in front of a container."""

    container: Container
    owner: str | None = "local:owner"

    def call(
        self,
        route: str,
        body: Any = None,
        *,
        key: str | None = None,
        claims: dict[str, Any] | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **path_parameters: str,
    ) -> Answered:
        """Calls "GET /events/{eventId}" with its parameters. A text body is sent as it is."""
        method, _, path = route.partition(" ")
        sent = {"content-type": "application/json"} | (headers or {})
        sent |= {"authorization": f"Bearer {self.owner}"} if self.owner else {}
        sent |= {"idempotency-key": key} if key is not None else {}
        context: dict[str, Any] = {"http": {"method": method}, "requestId": "r-1"}
        if claims is not None:
            context["authorizer"] = {"jwt": {"claims": claims}}
        payload = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": path.format(**path_parameters),
            "headers": sent,
            "queryStringParameters": query or {},
            "pathParameters": path_parameters,
            "requestContext": context,
            "body": body if isinstance(body, str) or body is None else json.dumps(body, ensure_ascii=False),
            "isBase64Encoded": False,
        }
        returned = self.container.invoke(payload)
        text = returned["body"]
        return Answered(returned["statusCode"], returned["headers"], json.loads(text) if text else None)


def check_error(answered: Answered, status: int, code: str) -> None:
    """Fails where the answer is not the contract's error of that status."""
    assert answered.status == status, answered
    assert answered.body.keys() == {"success", "error", "code", "details"}
    assert answered.body["success"] is False
    assert answered.body["code"] == code
    assert any("가" <= letter <= "힣" for letter in answered.body["error"])
    assert all(detail["field"] and detail["message"] for detail in answered.body["details"]) or status == 422
