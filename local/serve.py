"""`python -m local serve`: the whole stack on one machine, until it is told to stop."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx2
import typer
import uvicorn
from starlette.types import ASGIApp

from local import seed
from local.api import http_api
from local.console import Console
from local.environment import check, developer_environment
from local.event_sources import Reasons, deliver
from local.functions import Functions
from local.processes import LocalError
from local.schedules import keep
from local.stack import DATA, ROOT, announced, only_one, services
from local.template import read_template
from local.tether import tie_to_parent
from local.wiring import read_wiring
from local.workers import FunctionFailed

_TEMPLATE = ROOT / "template.yaml"
_SAMPLE = ROOT / "events" / "recommend.json"
_WARMED = "RecommendFunction"


def serve(
    port: Annotated[int, typer.Option(help="the port on 127.0.0.1", min=1, max=65535)] = 3000,
    data: Annotated[Path, typer.Option(help="where the data and the logs are kept")] = DATA,
    parent: Annotated[int | None, typer.Option(help="end when this process, our parent, ends", hidden=True)] = None,
) -> None:
    """Starts the databases and the functions, serves the API, and runs until Ctrl-C."""
    for signum in _stops():
        signal.signal(signum, signal.default_int_handler)  # so that every block that has begun is ended in order
    if parent is not None:
        tie_to_parent(signal.SIGTERM, parent)
    try:
        _serve(port, data.resolve())
    except KeyboardInterrupt:
        print("stopped")


def _stops() -> list[signal.Signals]:
    """The signals that stop us; a hang-up does not where `nohup` has said so."""
    kept = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if kept else [signal.SIGHUP])]


def _serve(port: int, data: Path) -> None:
    given = developer_environment(ROOT / ".env", os.environ)
    check({**given, "STAGE": "local"})
    console = Console(data / "log" / "local.log")

    def say(text: str) -> None:
        console.say("local", text)

    with only_one(data), listening(port) as listener, services(data, given, say) as environment:
        seed.prepare(environment, say)
        announcement = announced(data, url=f"http://127.0.0.1:{port}", environment=_added(environment, given))
        asyncio.run(_run(listener, environment, console, announcement))
    say("everything has been stopped")


def _added(environment: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What the stack adds to the developer's variables: what another command needs to meet the same services."""
    return {name: value for name, value in environment.items() if given.get(name) != value}


def listening(port: int) -> socket.socket:
    """A socket that holds `port` on loopback; nobody is answered before it is served. Raises LocalError."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as cause:
        listener.close()
        raise LocalError(f"Port {port} is taken or not allowed ({cause.strerror}): try `make run PORT=…`.") from cause
    return listener


async def _run(
    listener: socket.socket,
    environment: Mapping[str, str],
    console: Console,
    announcement: AbstractContextManager[None],
) -> None:
    stop = asyncio.Event()
    for signum in _stops():
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    reasons = Reasons()

    def function_line(name: str, line: str) -> None:
        console.function_line(name, line)
        reasons.read(line)

    template = read_template(_TEMPLATE)
    functions = Functions(template, environment, function_line)
    try:
        async with _served(listener, http_api(template, functions, console.access)):
            work = _work(functions, listener.getsockname()[1], environment, reasons, console)
            with announcement:
                await _until(stop, asyncio.create_task(work))
            console.say("local", "stopping")
    finally:
        await functions.close()


async def _work(
    functions: Functions, port: int, environment: Mapping[str, str], reasons: Reasons, console: Console
) -> None:
    """The sample request first, then what starts functions by itself: queues and schedules."""
    await _show(functions, port, console)
    wiring = read_wiring(_TEMPLATE)
    queues, schedules = partial(console.say, "queue"), partial(console.say, "schedule")
    async with asyncio.TaskGroup() as group:
        group.create_task(keep(wiring.schedules, invoker=functions, say=schedules))
        if dsn := environment.get("LOCAL_QUEUE_DATABASE_URL"):
            group.create_task(deliver(wiring.sources, invoker=functions, dsn=dsn, reasons=reasons, say=queues))


async def _until(stop: asyncio.Event, work: asyncio.Task[None]) -> None:
    """Waits for `stop`; what ends `work` with an error ends the waiting too."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({stopping, work}, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        work.result()
        await stopping
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


@asynccontextmanager
async def _served(listener: socket.socket, application: ASGIApp) -> AsyncIterator[None]:
    config = uvicorn.Config(application, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=3)
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """Uvicorn, which leaves the signals to us."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # it declares a generator
        return nullcontext()


async def _show(functions: Functions, port: int, console: Console) -> None:
    """Prints the answer to a sample request, and how to send the next one."""
    try:
        await functions.warm(_WARMED)
    except FunctionFailed as cause:
        raise LocalError(f"{_WARMED} can't start: {cause}.") from cause
    url = f"http://127.0.0.1:{port}/recommendations"
    body = json.loads(_SAMPLE.read_text(encoding="utf-8"))["body"]
    try:
        async with httpx2.AsyncClient(timeout=30) as client:
            answer = await client.post(url, content=body, headers={"content-type": "application/json"})
        print(f"\nPOST {url}\n{body}\n\n{json.dumps(answer.json(), ensure_ascii=False, indent=2)}\n")
    except httpx2.HTTPError as error:  # the stack serves all the same
        console.say("local", f"the sample request got no answer: {type(error).__name__}", "WARNING")
    print(f"The next one:\n\n  curl -s {url} -H 'content-type: application/json' -d '{body}'\n")
    console.say("local", f"serving http://127.0.0.1:{port} until Ctrl-C")
