"""A real HTTP server in a thread of its own that misbehaves on demand and remembers what it was asked.

Tests steer it as an object; another process steers it over HTTP:

    POST   /__control__/behaviours   a list of behaviours, one for each of the next requests
    PUT    /__control__/behaviour    the behaviour of every request that has none of its own
    GET    /__control__/requests     what was asked, and what became of it
    DELETE /__control__/requests     forgets requests and behaviours
"""

import asyncio
import itertools
import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from tests.vendors.behaviours import Behaviour, Fault
from tests.vendors.connection import Connection
from tests.vendors.exchange import ClientLeft, Exchange, RecordedRequest

_CONTROL = "/__control__/"
_BEHAVIOURS = TypeAdapter(list[Behaviour])
_START_SECONDS = 5.0
_PAGE = b"<!doctype html><title>Sign in</title><p>Please sign in to the network."


class VendorError(Exception):
    """The vendor turns a request down: `status`, and the vendor's own name and sentence for it."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.code = code
        self.param = param
        self.retry_after = retry_after


class FakeVendor:
    """Starts on `with`; `url` is where it listens. Subclasses speak one vendor's wire format."""

    def __init__(self, *, port: int = 0, host: str = "127.0.0.1", api_key: str | None = None) -> None:
        self.requests: list[RecordedRequest] = []
        self.default = Behaviour()
        self.struck = threading.Event()
        self.api_key = api_key
        self._queue: deque[Behaviour] = deque()
        self._host = host
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._connections: set[Connection] = set()
        self._numbers = itertools.count(1)
        self._idle = threading.Event()
        self._idle.set()

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"http://{self._host}:{self._port}"

    @property
    def open_connections(self) -> int:
        """How many clients are connected now."""
        return len(self._connections)

    def script(self, *behaviours: Behaviour) -> None:
        """Sets what happens to the next requests, one each; later ones get `default`."""
        self._queue.extend(behaviours)

    def forget(self) -> None:
        """Forgets requests, scripts and the default behaviour."""
        self.requests.clear()
        self._queue.clear()
        self.struck.clear()
        self.default = Behaviour()

    def wait_until_idle(self, seconds: float = 10.0) -> None:
        """Returns when no client is connected any more. Raises TimeoutError."""
        if not self._idle.wait(seconds):
            raise TimeoutError(f"{self.open_connections} connections are still open")

    def wait_until_struck(self, seconds: float = 10.0) -> None:
        """Returns when a scripted fault has begun. Raises TimeoutError."""
        if not self.struck.wait(seconds):
            raise TimeoutError("no fault has struck")

    def joined(self, connection: "Connection") -> None:
        """A client connected."""
        self._connections.add(connection)
        self._idle.clear()

    def left(self, connection: "Connection") -> None:
        """A client's connection is gone and its request dealt with."""
        self._connections.discard(connection)
        if not self._connections:
            self._idle.set()

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name=type(self).__name__, daemon=True)
        self._thread.start()
        if not ready.wait(_START_SECONDS):
            raise OSError(f"{type(self).__name__} could not listen on {self._host}:{self._port}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: Connection(self), self._host, self._port)
        )
        self._port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        for connection in tuple(self._connections):
            connection.drop()
        self._loop.run_until_complete(_cancel_all(self._loop))
        self._loop.close()

    def request_id(self) -> str:
        """An id in the form `req_000001`."""
        return f"req_{next(self._numbers):06d}"

    async def serve(self, exchange: Exchange) -> None:
        """Answers one request: control, scripted failure, the vendor's refusal, or its answer."""
        if exchange.request.path.startswith(_CONTROL):
            self._control(exchange)
            return
        self.requests.append(exchange.request)
        behaviour = self.behaviour_for(exchange.request)
        try:
            await self._fail_first(exchange, behaviour)
            await self.answer(exchange, behaviour)
            exchange.request.finished = exchange.open
        except VendorError as error:
            self.send_error(exchange, error)

    def behaviour_for(self, request: RecordedRequest) -> Behaviour:
        """What happens to this request."""
        return self._queue.popleft() if self._queue else self.default

    async def _fail_first(self, exchange: Exchange, behaviour: Behaviour) -> None:
        if behaviour.fault is not Fault.NONE and not behaviour.strikes_in_the_answer:
            exchange.struck.set()
        match behaviour.fault:
            case Fault.STATUS:
                await exchange.pause(behaviour.delay_seconds)
                raise self.scripted_error(behaviour)
            case Fault.NEVER_ANSWER:
                await exchange.silence()
            case Fault.WEB_PAGE:
                head = {"content-type": "text/html", "content-length": str(len(_PAGE))}
                exchange.write(exchange.head(200, head) + _PAGE)
                exchange.hang_up()
                raise ClientLeft
            case Fault.REFUSE_CONNECTION:
                exchange.reset()
                raise ClientLeft
            case Fault.SLOW_HEADERS:
                for byte in exchange.head(200, {"content-type": "application/json", "x-padding": "." * 1000}):
                    exchange.write(bytes((byte,)))
                    await exchange.pause(behaviour.interval_seconds)

    def send_error(self, exchange: Exchange, error: VendorError) -> None:
        """Sends the vendor's error body."""
        request_id = self.request_id()
        headers = dict(self.error_headers(request_id))
        if error.retry_after is not None:
            headers["retry-after"] = str(error.retry_after)
        exchange.json(error.status, self.error_body(error, request_id), headers)

    def scripted_error(self, behaviour: Behaviour) -> VendorError:
        """The error that a scripted status stands for."""
        kind = behaviour.error_type or self.error_kind(behaviour.status)
        sentence = f"scripted {behaviour.status}"
        return VendorError(
            behaviour.status, kind, sentence, code=behaviour.error_code, retry_after=behaviour.retry_after
        )

    @abstractmethod
    async def answer(self, exchange: Exchange, behaviour: Behaviour) -> None:
        """Checks the request as the vendor does and answers it. Raises VendorError."""

    @abstractmethod
    def error_kind(self, status: int) -> str:
        """The vendor's name for an HTTP status."""

    @abstractmethod
    def error_body(self, error: VendorError, request_id: str) -> Any:
        """The JSON body of an error."""

    @abstractmethod
    def error_headers(self, request_id: str) -> Mapping[str, str]:
        """Headers that go with an error."""

    def _control(self, exchange: Exchange) -> None:
        try:
            status, body = self._steered(exchange.request)
        except ValidationError as error:
            status, body = 422, {"error": str(error)}
        exchange.json(status, body)

    def _steered(self, request: RecordedRequest) -> tuple[int, Any]:
        match request.method, request.path.removeprefix(_CONTROL):
            case "GET", "requests":
                return 200, [asked.summary() for asked in self.requests]
            case "POST", "behaviours":
                self.script(*_BEHAVIOURS.validate_json(request.body))
            case "PUT", "behaviour":
                self.default = Behaviour.model_validate_json(request.body)
            case "DELETE", "requests":
                self.forget()
            case _:
                return 404, {"error": "unknown control"}
        return 200, {"queued": len(self._queue), "default": self.default.model_dump(mode="json")}


async def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
