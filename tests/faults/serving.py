"""The product's HTTP API over worker processes, as `make run` serves it, in an event loop of its own thread."""

import asyncio
import os
import ssl
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2
import uvicorn

from local.api import http_api
from local.functions import Functions
from local.serve import listening
from local.stack import ROOT
from local.template import read_template
from tests.system.processes import descendants_of

_RECOMMEND = "RecommendFunction"
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
_MARK = "FAULTS_STACK"
_CLIENT_SECONDS = 30.0
# Plain HTTP needs none, and loading the machine's costs each of a hundred clients more than the request.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

# Out of the way of every cell that is not about them.
UNLIMITED = {
    "CLAUDE_CALLS_PER_MINUTE": "100000",
    "USER_REQUESTS_PER_MINUTE": "100000",
    "CLAUDE_DAILY_USD": "100000",
    "BREAKER_FAILURES": "100000",
}


class Serving:
    """Starts on `with`. `environment` is all that its workers get, but for what every process needs."""

    def __init__(self, environment: Mapping[str, str], *, workers: int = 2) -> None:
        self._mark = f"{os.getpid()}-{id(self)}"
        own = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._environment = {**own, "STAGE": "local", **UNLIMITED, **environment, _MARK: self._mark}
        self._most_workers = workers
        self._listener = listening(0)
        self._loop = asyncio.new_event_loop()
        self.lines: list[str] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/recommendations"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="serving")
        self._started = threading.Event()
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()

    def worker_pids(self) -> list[int]:
        """The processes that serve this API's functions."""
        mark = f"{_MARK}={self._mark}".encode()
        return [pid for pid in descendants_of(os.getpid()) if mark in _environment_of(pid)]

    def complaints(self) -> list[str]:
        """The last warnings and errors of its functions."""
        return [line[:2000] for line in self.lines if '"level":"WARNING"' in line or '"level":"ERROR"' in line][-3:]

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        template = {_RECOMMEND: read_template(ROOT / "template.yaml")[_RECOMMEND]}
        functions = Functions(
            template, self._environment, lambda _, line: self.lines.append(line), most_workers=self._most_workers
        )
        application = http_api(template, functions, lambda *_: None)
        config = uvicorn.Config(application, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._started.set()
        try:
            await self._server.serve([self._listener])
        finally:
            await functions.close()


class Answered:
    """An answer as the client had it."""

    def __init__(self, response: httpx2.Response, seconds: float) -> None:
        self.status = response.status_code
        self.body: Any = response.json()
        self.seconds = seconds

    def __repr__(self) -> str:
        return f"<{self.status} after {self.seconds:.2f} s: {self.body}>"


async def ask(
    serving: Serving, city: str, district: str, *, trade: str = "고깃집", owner: str = "owner", **more: Any
) -> Answered:
    """Asks for plans over HTTP, as an owner's browser does."""
    shop = {"name": "화로담", "industry": "음식점", "businessType": trade}
    question = {
        "eventPurpose": "신규고객유치",
        "storeInfo": {**shop, "location": {"city": city, "district": district}},
        **more,
    }
    async with httpx2.AsyncClient(timeout=_CLIENT_SECONDS, trust_env=False, verify=_NO_CERTIFICATES) as client:
        begun = time.monotonic()
        response = await client.post(serving.url, json=question, headers={"authorization": f"Bearer local:{owner}"})
        return Answered(response, time.monotonic() - begun)


def _environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""  # it has just ended
