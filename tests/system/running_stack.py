"""A whole local stack in processes of its own, as `make run` starts it, spoken to over HTTP."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2

from local.processes import free_port
from local.stack import running_stack
from shopevents.adapters.database.connection import Database

ROOT = Path(__file__).resolve().parents[2]
_OURS = re.compile(r"^(CLAUDE|OPENAI|PINECONE|REDIS|DATABASE|DB|NAVER|KOSIS|SEMAS|SEOUL|INSTAGRAM|LOCAL_QUEUE|STAGE)")
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class RunningStack:
    """`environment` is what its functions run in, as far as it differs from the shell's."""

    url: str
    data: Path
    environment: dict[str, str]

    @asynccontextmanager
    async def client(self, owner: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
        """A client of one owner; without one it is `local:owner`, who is an operator."""
        headers = {"authorization": f"Bearer local:{owner}"} if owner else {}
        async with httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=30) as client:
            yield client

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The stack's own database."""
        database = Database(self.environment["DATABASE_URL"])
        try:
            yield database
        finally:
            await database.close()

    def command(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`python -m local …` over this stack's data."""
        return local(*arguments, data=self.data, **options)


@dataclass(frozen=True)
class Process:
    """The process of a running stack."""

    stack: RunningStack
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def end(self) -> None:
        """Asks it to end, and waits."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextmanager
def started(data: Path, **settings: str) -> Iterator[RunningStack]:
    """A stack over `data` for the length of the block, with `settings` as its only ones."""
    process = start(data, port=free_port(), **settings)
    try:
        yield process.stack
    finally:
        process.end()


def start(data: Path, *, port: int, **settings: str) -> Process:
    """A stack that serves `port`, with `settings` as its only ones."""
    command = [sys.executable, "-m", "local", "serve", "--port", str(port), "--data", str(data)]
    with (data / "stdout.log").open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=without_settings() | settings, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        return Process(RunningStack(f"http://127.0.0.1:{port}", data, _announced(data, process)), process)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _announced(data: Path, process: subprocess.Popen[bytes]) -> dict[str, str]:
    """Waits until the stack serves; the test's time limit is the only clock."""
    while True:
        assert process.poll() is None, (data / "stdout.log").read_text()
        facts = running_stack(data) if (data / "running.json").exists() else None
        if facts is not None and facts["pid"] == process.pid:  # not what a killed one has left
            environment: dict[str, str] = facts["environment"]
            return environment
        time.sleep(_POLL_SECONDS)


def warm(stack: RunningStack) -> None:
    """Waits until the functions behind HTTP have had their cold starts, which a busy machine draws out."""
    for path in ("/reports/quality", "/openapi.json"):
        while httpx2.get(stack.url + path, timeout=60).status_code != HTTPStatus.OK:
            time.sleep(_POLL_SECONDS)


def local(
    *arguments: str, data: Path, settings: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """`python -m local …` over `data`, with `settings` as its only ones."""
    command = [sys.executable, "-m", "local", *arguments, "--data", str(data)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=without_settings() | dict(settings or {}),
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def without_settings() -> dict[str, str]:
    """This environment without what would name vendors or backends."""
    return {name: value for name, value in os.environ.items() if not _OURS.match(name)}


async def becomes[T](ask: Callable[[], Awaitable[T | None]], *, pause: float = _POLL_SECONDS) -> T:
    """The first answer that is one; the test's time limit is the only clock."""
    while True:
        answer = await ask()
        if answer:
            return answer
        await asyncio.sleep(pause)


async def kept(owner: httpx2.AsyncClient, answer: Any) -> str:
    """The id of the owner's `answer`, once it can be chosen from: at once, or, where a busy machine took longer over
    keeping it than an owner is made to wait, when its message has been recorded."""
    recommendation_id: str = answer["data"]["recommendationId"]

    async def found() -> bool:
        return (await owner.get(f"/recommendations/{recommendation_id}")).status_code == HTTPStatus.OK

    await becomes(found)
    return recommendation_id


def body_of(answer: httpx2.Response, status: int = 200) -> Any:
    """The JSON of an answer with the expected status."""
    assert answer.status_code == status, answer.text
    return json.loads(answer.content)
