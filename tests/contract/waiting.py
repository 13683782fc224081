"""Waiting for what only a server knows."""

import asyncio
from collections.abc import Awaitable, Callable


async def eventually(happened: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Asks until it has happened; raises TimeoutError when it never does."""
    async with asyncio.timeout(seconds):
        while not await happened():  # noqa: ASYNC110  # a server's clock sets no Event of ours
            await asyncio.sleep(0.01)
