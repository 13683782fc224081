"""What an HTTP function does around its route: errors, and nothing left alive."""

import asyncio
import gc
import json
import sys
from types import ModuleType
from typing import Any

import pytest

from shopevents.domain.errors import Conflict, InvalidInput, MisconfiguredError, Problem, TooManyRequests, Unavailable
from shopevents.invocation import Handler, Invocation, http_function

EVENT = {
    "version": "2.0",
    "rawPath": "/x",
    "headers": {},
    "requestContext": {"http": {"method": "GET"}, "requestId": "r-1"},
}


class Context:
    aws_request_id = "a-1"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def entry(error: Exception) -> Handler:
    @http_function
    async def handler(invocation: Invocation) -> dict[str, Any]:
        raise error

    return handler


def answer(handler: Handler) -> tuple[int, dict[str, Any], dict[str, str]]:
    response = handler(EVENT, Context())
    return response["statusCode"], json.loads(response["body"]), response["headers"]


def test_a_route_that_would_outlast_the_runtime_is_a_503_before_its_end() -> None:
    class Late(Context):
        def get_remaining_time_in_millis(self) -> int:
            return 250

    @http_function
    async def handler(invocation: Invocation) -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    response = handler(EVENT, Late())
    assert response["statusCode"] == 503
    assert json.loads(response["body"])["code"] == "unavailable"
    assert int(response["headers"]["retry-after"]) > 0


def test_a_callers_error_is_the_contracts_envelope() -> None:
    status, body, _ = answer(entry(InvalidInput((Problem("storeInfo.industry", "적어 주세요."),))))
    assert status == 422
    assert body == {
        "success": False,
        "error": "입력한 내용을 다시 확인해 주세요.",
        "code": "invalid_input",
        "details": [{"field": "storeInfo.industry", "message": "적어 주세요."}],
    }


def test_errors_keep_their_status_and_when_to_come_back() -> None:
    assert answer(entry(Conflict()))[0] == 409
    status, _, headers = answer(entry(TooManyRequests(12.4)))
    assert (status, headers["retry-after"]) == (429, "12")


def test_a_dependency_that_is_down_is_a_503_with_retry_after() -> None:
    status, body, headers = answer(entry(Unavailable("database", "secret details")))
    assert status == 503
    assert int(headers["retry-after"]) > 0
    assert "secret" not in json.dumps(body)


def test_a_missing_setting_is_named() -> None:
    status, body, _ = answer(entry(MisconfiguredError("DATABASE_URL", "needed")))
    assert (status, body["code"]) == (500, "misconfigured")
    assert "DATABASE_URL" in body["error"]


def test_a_bug_is_a_500_that_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    status, body, _ = answer(entry(RuntimeError("the row of 홍길동")))
    assert (status, body["code"]) == (500, "internal_error")
    assert "홍길동" not in json.dumps(body, ensure_ascii=False)


def test_nothing_that_a_route_left_running_lives_in_the_next_invocation() -> None:
    left: list[asyncio.Task[None]] = []

    async def forever() -> None:
        await asyncio.Event().wait()

    @http_function
    async def careless(invocation: Invocation) -> dict[str, Any]:
        left.append(asyncio.create_task(forever()))
        await asyncio.sleep(0)
        return {"statusCode": 200, "body": "{}", "headers": {}}

    @http_function
    async def next_one(invocation: Invocation) -> dict[str, Any]:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        return {"statusCode": 200, "body": json.dumps({"alive": len(others)}), "headers": {}}

    careless(EVENT, Context())
    assert left[0].cancelled()
    assert json.loads(next_one(EVENT, Context())["body"]) == {"alive": 0}


def test_what_was_imported_is_kept_out_of_the_garbage_collectors_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    @http_function
    async def handler(invocation: Invocation) -> dict[str, Any]:
        return {"statusCode": 200, "body": "{}", "headers": {}}

    kept: list[int] = []
    try:
        for imported in ("first", None, "second"):
            if imported:
                monkeypatch.setitem(sys.modules, imported, ModuleType(imported))
            made_by_it: list[list[str]] = [[] for _ in range(10_000)]
            handler(EVENT, Context())
            kept.append(gc.get_freeze_count())
            del made_by_it
    finally:
        gc.unfreeze()
    assert kept[0] > 10_000
    assert kept[1] <= kept[0], "nothing was imported in the second invocation"
    assert kept[2] > kept[1]


def test_invocations_share_one_event_loop() -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    @http_function
    async def handler(invocation: Invocation) -> dict[str, Any]:
        loops.append(asyncio.get_running_loop())
        return {"statusCode": 200, "body": "{}", "headers": {}}

    handler(EVENT, Context())
    handler(EVENT, Context())
    assert loops[0] is loops[1]


def test_the_deadline_counts_from_when_the_gateway_took_the_request() -> None:
    seen: list[float] = []

    @http_function
    async def handler(invocation: Invocation) -> dict[str, Any]:
        seen.append(invocation.deadline(100.0).remaining(asyncio.get_running_loop().time()))
        return {"statusCode": 200, "body": "{}", "headers": {}}

    handler(EVENT, Context())
    assert seen[0] <= 9.7 + 1e-6, "the runtime's own end, less a margin, comes before 100 s"
