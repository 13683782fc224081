"""Functions on this machine live as they do in Lambda: apart, warm, one invocation at a time, cut when late."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from local.api import http_api
from local.functions import Functions
from local.template import read_template
from local.workers import FunctionFailed

TEMPLATE = read_template(Path(__file__).parent / "stack" / "template.yaml")


class Running:
    """The test stack's functions, and what they printed."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        environment = {**os.environ, "STAGE": "given", "AWS_LAMBDA_FUNCTION_NAME": "not mine"}
        self.functions = Functions(
            TEMPLATE, environment, lambda name, line: self.lines.append((name, line)), most_workers=3
        )

    async def obey(self, order: str, **more: Any) -> Any:
        return await self.functions.invoke("ObeyFunction", {"order": order, **more})

    async def failure(self, order: str, name: str = "ObeyFunction") -> FunctionFailed:
        with pytest.raises(FunctionFailed) as caught:
            await self.functions.invoke(name, {"order": order})
        return caught.value


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    running = Running()
    yield running
    await running.functions.close()


async def test_a_worker_is_kept_warm_for_the_next_invocation(running: Running) -> None:
    first, second = await running.obey("about"), await running.obey("about")
    assert first["pid"] == second["pid"] != os.getpid()
    assert (first["served"], second["served"]) == (1, 2)
    assert first["requestId"] != second["requestId"]


async def test_a_function_is_told_about_itself_as_lambda_tells_it(running: Running) -> None:
    about = await running.obey("about")
    environment: Mapping[str, str] = about["environment"]
    assert (about["name"], about["memory"]) == ("ObeyFunction", "256")
    assert 0 < about["remaining"] <= 1000
    assert environment["STAGE"] == "given"
    assert environment["SIZE"] == "3"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "ObeyFunction"
    assert about["folder"] == environment["LAMBDA_TASK_ROOT"] == str(TEMPLATE["ObeyFunction"].folder)


async def test_invocations_at_once_run_in_processes_of_their_own(running: Running, tmp_path: Path) -> None:
    meetings = [running.obey("meet", folder=str(tmp_path), guests=3) for _ in range(3)]
    assert len(set(await asyncio.gather(*meetings))) == 3


async def test_beyond_the_limit_an_invocation_waits_its_turn(running: Running) -> None:
    answers = await asyncio.gather(*(running.obey("about") for _ in range(20)))
    assert len({answer["pid"] for answer in answers}) <= 3
    assert len({answer["requestId"] for answer in answers}) == 20


async def test_an_overrunning_handler_is_killed_and_the_next_one_serves(running: Running) -> None:
    before = await running.obey("about")
    failure = await running.failure("overrun")
    assert failure.kind == "timeout"
    assert failure.error["errorMessage"] == "Task timed out after 1.00 seconds"
    with pytest.raises(ProcessLookupError):
        os.kill(before["pid"], 0)
    assert (await running.obey("about"))["pid"] != before["pid"]


async def test_a_worker_that_dies_fails_its_own_invocation_only(running: Running, tmp_path: Path) -> None:
    meeting = asyncio.create_task(running.obey("meet", folder=str(tmp_path), guests=2))
    failure = await running.failure("die")
    assert failure.kind == "crash"
    assert "status 3" in failure.error["errorMessage"]
    other = await running.obey("meet", folder=str(tmp_path), guests=2)
    assert other != await meeting


async def test_what_a_handler_raises_is_reported_and_the_worker_goes_on(running: Running) -> None:
    before = await running.obey("about")
    failure = await running.failure("fail")
    assert failure.kind == "error"
    assert failure.error["errorType"] == "LookupError"
    assert failure.error["errorMessage"] == "no such thing: 고깃집"
    assert "in _fail" in "".join(failure.error["stackTrace"])
    assert (await running.obey("about"))["pid"] == before["pid"]


async def test_an_answer_that_json_cannot_hold_is_an_error(running: Running) -> None:
    assert (await running.failure("unserialisable")).error["errorType"] == "TypeError"


async def test_a_handler_that_cannot_be_imported_fails_every_caller(running: Running) -> None:
    callers = [running.failure("about", "UnimportableFunction") for _ in range(5)]
    failures = await asyncio.gather(*callers)
    assert {failure.error["errorMessage"] for failure in failures} == {"settings are missing"}


async def test_a_caller_who_gives_up_leaves_no_answer_to_the_next(running: Running) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await running.obey("overrun")
    assert (await running.obey("echo", mine=1)) == {"order": "echo", "mine": 1}


async def test_what_is_printed_arrives_whole_under_the_functions_name(running: Running) -> None:
    assert await running.obey("print") == "printed"
    await running.functions.close()
    assert running.lines == [("obey", "가" * 100_000), ("obey", "second")]


async def test_a_lone_surrogate_survives_the_way_in_and_out(running: Running) -> None:
    assert (await running.obey("echo", text="\ud800고\u202e"))["text"] == "\ud800고\u202e"


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx2.AsyncClient]:
    answered: list[tuple[str, str, int, float]] = []
    application = http_api(TEMPLATE, running.functions, lambda *line: answered.append(line))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=application), base_url="http://api") as client:
        yield client


async def test_http_goes_through_the_function_and_back(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/orders/7?a=1&a=2", headers={"authorization": "Bearer local:kim"})
    payload = answer.json()
    assert answer.status_code == 200
    assert payload["pathParameters"] == {"orderId": "7"}
    assert payload["queryStringParameters"] == {"a": "1,2"}
    assert payload["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] == "local:kim"


async def test_cookies_headers_and_bytes_come_back(client: httpx2.AsyncClient) -> None:
    cookies = await client.post("/orders", json={"order": "cookies"})
    assert (cookies.status_code, cookies.text, cookies.headers["x-a"]) == (201, "made", "1")
    assert cookies.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert (await client.post("/orders", json={"order": "binary"})).content == b"\xff\x00"


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ("overrun", 503, "function_timed_out"),
        ("die", 502, "function_failed"),
        ("fail", 502, "function_failed"),
        ("nonsense", 500, "malformed_answer"),
    ],
)
async def test_a_failed_function_is_a_korean_sentence(
    client: httpx2.AsyncClient, order: str, status: int, code: str
) -> None:
    answer = await client.post("/orders", json={"order": order})
    body = answer.json()
    assert (answer.status_code, body["success"], body["code"]) == (status, False, code)
    assert body["error"].endswith(("다.", "요."))
    assert "LookupError" not in answer.text


async def test_the_gateway_answers_for_itself_where_no_function_is_meant(client: httpx2.AsyncClient) -> None:
    assert (await client.put("/orders")).status_code == 404
    assert (await client.post("/orders", headers={"authorization": "Bearer x"})).status_code == 401
    assert (await client.post("/orders", content=b"a" * (10 * 1024 * 1024 + 1))).status_code == 413
