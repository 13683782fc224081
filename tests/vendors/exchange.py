"""One HTTP/1.1 request and the bytes of its response, with full control of the socket."""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

_SECRET_HEADERS = frozenset({"authorization", "api-key", "x-api-key"})
_TCP_TABLE = Path("/proc/net/tcp")
_READ_POLL_SECONDS = 0.005
_READ_POLLS = 400


@dataclass(slots=True)
class RecordedRequest:
    """A request as it came over the wire, and what became of it.

    `headers` have lower-case names. `client_left` says that the client closed the connection before
    the response was complete; `text_sent` counts the characters (Claude) or bytes of the answer sent.
    """

    method: str
    target: str
    head: bytes
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None
    text_sent: int = 0
    finished: bool = False
    client_left: bool = False
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's parameters."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        """The body as JSON. Raises ValueError when it is none."""
        return json.loads(self.body)

    def summary(self) -> dict[str, Any]:
        """What another process may read of it: no keys."""
        return {
            "method": self.method,
            "target": self.target,
            "headers": {name: value for name, value in self.headers.items() if name not in _SECRET_HEADERS},
            "body": self.body.decode("utf-8", "replace"),
            "status": self.status,
            "textSent": self.text_sent,
            "finished": self.finished,
            "clientLeft": self.client_left,
        }


class ClientLeft(Exception):
    """The client closed its end while the fake was still answering."""


async def read_request(reader: asyncio.StreamReader) -> RecordedRequest | None:
    """The next request of a connection, or None when the client closed it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    request_line, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = request_line.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if value}
    body = await _read_body(reader, headers)
    return RecordedRequest(method, target, head, headers, body)


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


class Exchange:
    """Writes one response. After `reset`, `cut` or `hang_up` the connection is gone. `struck` is to be set
    when a fault begins."""

    def __init__(
        self, request: RecordedRequest, transport: asyncio.Transport, left: asyncio.Event, struck: threading.Event
    ) -> None:
        self.request = request
        self.struck = struck
        self._transport = transport
        self._left = left

    @property
    def open(self) -> bool:
        """Whether the connection still serves."""
        return not self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Sends bytes as they are. Raises ClientLeft when nobody reads them any more."""
        if self._left.is_set() or self._transport.is_closing():
            self.request.client_left = True
            raise ClientLeft
        self._transport.write(data)

    async def pause(self, seconds: float) -> None:
        """Waits, unless the client leaves first: then raises ClientLeft at once."""
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._left.wait(), seconds)
        except TimeoutError:
            return
        self.request.client_left = True
        raise ClientLeft

    async def silence(self) -> None:
        """Says nothing until the client leaves, then raises ClientLeft."""
        await self._left.wait()
        self.request.client_left = True
        raise ClientLeft

    def head(self, status: int, headers: Mapping[str, str]) -> bytes:
        """The bytes of a response head."""
        self.request.status = status
        phrase = HTTPStatus(status).phrase if status in HTTPStatus else "Error"
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        """Sends a whole JSON response."""
        payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        fields = {"content-type": "application/json", "content-length": str(len(payload)), **(headers or {})}
        self.write(self.head(status, fields) + payload)

    def chunk(self, payload: bytes) -> None:
        """Sends one chunk of a chunked body; an empty one ends it."""
        self.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")

    async def read_by_client(self) -> None:
        """Returns when the client has taken what was sent out of its kernel's buffer (at most 2 s): a RST
        would throw away what still lies there. Linux shows that buffer of a peer on this machine."""
        for _ in range(_READ_POLLS):
            if not self._transport.get_write_buffer_size() and not self._unread_by_client():
                return
            await self.pause(_READ_POLL_SECONDS)

    def _unread_by_client(self) -> int:
        (_, port), (_, own_port) = (self._transport.get_extra_info(end)[:2] for end in ("peername", "sockname"))
        for line in _TCP_TABLE.read_text().splitlines()[1:]:
            _, local, remote, _, queues, *_ = line.split()
            if local.endswith(f":{port:04X}") and remote.endswith(f":{own_port:04X}"):
                return int(queues.split(":")[1], 16)
        return 0

    def reset(self) -> None:
        """Drops the connection with a TCP RST."""
        sock: socket.socket = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def cut(self) -> None:
        """Closes the connection in the middle of a chunk: more bytes are announced than sent."""
        self.write(b"400\r\nevent: content_block_delta\nda")
        self._transport.close()

    def hang_up(self) -> None:
        """Closes the connection after what was sent."""
        self._transport.close()
