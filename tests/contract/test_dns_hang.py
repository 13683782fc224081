"""A name server that never answers: the caller's deadline ends the call, at every vendor.

The thread that asks it can't be ended. It stays until the system's resolver gives up, and the circuit
breaker keeps further calls from adding to it.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.adapters.plan_writer.claude import ClaudeAccess, ClaudePlanWriter
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.domain.briefs import PlanBrief
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Purpose, Season
from shopevents.ports.vector_index import CaseFilter

_URL = "https://vendor.invalid"


@pytest.fixture
async def asked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[threading.Event]:
    """Set when a name is looked up; no look-up returns before the test ends."""
    begun, over = threading.Event(), threading.Event()

    def hang(*_: Any, **__: Any) -> Any:
        begun.set()
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "the test is over")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield begun
    over.set()


async def _write() -> None:
    brief = PlanBrief(
        purpose=Purpose.SALES,
        trade=Trade(category=IndustryCategory.FOOD, word="냉면집"),
        region=Region.of("강원", "속초시"),
        season=Season.SUMMER,
        month=8,
    )
    writer = ClaudePlanWriter(ClaudeAccess(api_key="k", model="claude-haiku-5-5", base_url=_URL))
    async for _ in writer.write(brief):
        pytest.fail("nothing can be written")


async def _embed() -> None:
    await OpenAIEmbedder(api_key="k", base_url=_URL).embed(["냉면"])


async def _search() -> None:
    await PineconeIndex(api_key="k", host=_URL).search("food--x", [1.0], CaseFilter(), 1)


@pytest.mark.parametrize("call", [_write, _embed, _search], ids=["claude", "openai", "pinecone"])
async def test_a_hanging_name_look_up_ends_with_the_deadline(
    asked: threading.Event, call: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    calling = asyncio.create_task(call())
    await asyncio.to_thread(asked.wait)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
