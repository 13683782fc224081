"""What an invocation began ends with it, however it was cut off: the next one starts with a clean container."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from tests.faults.serving import UNLIMITED
from tests.faults.steering import SteeredClaude, SteeredOpenAI
from tests.vendors.behaviours import Behaviour, Fault
from tests.vendors.pinecone import PineconeFake

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
SILENT = Behaviour(fault=Fault.NEVER_ANSWER)
CUT_OFF = {
    ("서울", "용산구"): Behaviour(fault=Fault.STALL, after_chars=700),
    ("서울", "성동구"): Behaviour(fault=Fault.DRIP, after_chars=100),
    ("서울", "광진구"): SILENT,
    ("서울", "동대문구"): Behaviour(fault=Fault.DRIP, after_chars=900),
}
BEFORE, AFTER = ("서울", "종로구"), ("서울", "중랑구")


def _request(district: str) -> str:
    shop = {"industry": "카페", "location": {"city": "서울", "district": district}}
    return json.dumps(
        {
            "version": "2.0",
            "rawPath": "/recommendations",
            "headers": {"content-type": "application/json"},
            "requestContext": {"http": {"method": "POST", "path": "/recommendations"}, "requestId": district},
            "body": json.dumps({"eventPurpose": "매출증대", "storeInfo": shop}),
            "isBase64Encoded": False,
        }
    )


def _invocations(environment: dict[str, str], districts: Sequence[str]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.faults.after_an_invocation", *map(_request, districts)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if "sources" in line]


def test_no_task_socket_or_thread_of_a_cut_off_request_is_alive_in_the_next(redis_url: str) -> None:
    with (
        SteeredClaude({place: [behaviour] for place, behaviour in CUT_OFF.items()}) as claude,
        SteeredOpenAI({place: [SILENT] for place in CUT_OFF}) as openai,
        PineconeFake() as pinecone,
    ):
        environment = {
            "STAGE": "local",
            "CLAUDE_API_KEY": "k",
            "CLAUDE_BASE_URL": claude.url,
            "OPENAI_API_KEY": "k",
            "OPENAI_BASE_URL": openai.base_url,
            "PINECONE_API_KEY": "k",
            "PINECONE_HOST": pinecone.url,
            "REDIS_URL": redis_url,
            "CLAUDE_SECONDS": "2",
            **UNLIMITED,
        }
        *cut_off, last = _invocations(environment, [district for _, district in (BEFORE, *CUT_OFF, AFTER)])
        claude.wait_until_idle()
        openai.wait_until_idle()
        assert all(claude.cells.asked[place] and openai.cells.asked[place] for place in CUT_OFF)
        vendors = {int(fake.url.rpartition(":")[2]) for fake in (claude, openai)}
    assert len(cut_off) == len(CUT_OFF)
    assert [left["tasks"] for left in (*cut_off, last)] == [[]] * (len(CUT_OFF) + 1)
    assert [vendors & set(left["ports"]) for left in cut_off] == [set()] * len(CUT_OFF)
    # The executor's idle threads are the container's; what must not happen is that every request adds one.
    assert last["threads"] == cut_off[0]["threads"]
    assert set(last["sources"]) == {"claude"}
