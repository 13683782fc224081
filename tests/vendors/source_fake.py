"""A small real HTTP server that public sources' fakes are made of: scripted faults, then real answers."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What came: `raw` is the request target as it stood on the wire."""

    raw: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SourceReply:
    """What goes back. `fault`: "reset" (no reply), "cut" (half the body), "stall" (half, then silence)."""

    body: str | bytes = ""
    status: int = 200
    content_type: str = "application/json;charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None

    @classmethod
    def of(cls, content: Any, status: int = 200, **more: Any) -> Self:
        """JSON of anything."""
        return cls(json.dumps(content, ensure_ascii=False), status, **more)


class SourceFake:
    """Answers from `answer` unless `script` says otherwise for the next requests. Use as `async with`."""

    def __init__(self) -> None:
        self.requests: list[SourceRequest] = []
        self._script: deque[SourceReply | None] = deque()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Base URL on loopback."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def script(self, *replies: SourceReply | None) -> None:
        """The next requests' replies, in order; None lets one through to the real answer."""
        self._script.extend(replies)

    def answer(self, request: SourceRequest) -> SourceReply:
        """The source's real behaviour."""
        raise AssertionError(f"nothing scripted for {request.path}")

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await self._send(self._reply_to(_parsed(head.decode("latin-1"))), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client left first, which some tests want
        finally:
            self._tasks.discard(task)
            writer.close()

    def _reply_to(self, request: SourceRequest) -> SourceReply:
        self.requests.append(request)
        scripted = self._script.popleft() if self._script else None
        return scripted or self.answer(request)

    async def _send(self, reply: SourceReply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if reply.fault == "reset":
            writer.transport.abort()
            return
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(body)), "Connection": "close"}
        lines = [f"HTTP/1.1 {reply.status} X", *(f"{k}: {v}" for k, v in {**headers, **reply.headers}.items())]
        whole = reply.fault is None
        writer.write("\r\n".join([*lines, "", ""]).encode() + (body if whole else body[: len(body) // 2]))
        await writer.drain()
        if reply.fault == "stall":
            await reader.read()  # until the client gives up


def _parsed(head: str) -> SourceRequest:
    first, *lines = head.split("\r\n")
    raw = first.split(" ")[1]
    parts = urlsplit(raw)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    return SourceRequest(raw, unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)), headers)
