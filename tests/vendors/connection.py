"""One client of a fake vendor: requests one after another until either side leaves."""

import asyncio
import threading
from typing import Protocol

from tests.vendors.exchange import ClientLeft, Exchange, read_request


class Host(Protocol):
    """Who serves the connection and wants to know of it."""

    struck: threading.Event

    async def serve(self, exchange: Exchange) -> None:
        """Answers one request."""
        ...

    def joined(self, connection: "Connection") -> None:
        """A client connected."""
        ...

    def left(self, connection: "Connection") -> None:
        """A client's connection is gone and its request dealt with."""
        ...


class Connection(asyncio.Protocol):
    """One client: requests one after another until either side leaves."""

    def __init__(self, vendor: Host) -> None:
        self._vendor = vendor
        self._reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
        self._left = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._vendor.joined(self)
        self._task = asyncio.get_running_loop().create_task(self._serve(transport))

    def data_received(self, data: bytes) -> None:
        self._reader.feed_data(data)

    def eof_received(self) -> bool:
        self._reader.feed_eof()
        self._left.set()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        if not self._reader.at_eof():
            self._reader.feed_eof()
        self._left.set()

    def drop(self) -> None:
        """Ends it now."""
        if self._transport is not None:
            self._transport.abort()

    async def _serve(self, transport: asyncio.Transport) -> None:
        try:
            while request := await read_request(self._reader):
                exchange = Exchange(request, transport, self._left, self._vendor.struck)
                await self._vendor.serve(exchange)
                if not exchange.open:
                    return
        except ClientLeft:
            pass
        finally:
            transport.close()
            self._vendor.left(self)
