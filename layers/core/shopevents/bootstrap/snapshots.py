"""What SnapStart keeps of `recommend`, and what a container does that starts from it.

Before the snapshot the vendors' SDKs are imported, which takes seconds, and nothing is read: no secret is frozen in it.
Afterwards each container reads its secrets, seeds its own chance (clones would draw the same) and opens its connection to
Redis, before its first request.
"""

import asyncio
import importlib
import random
import secrets
from collections.abc import Awaitable, Callable

from shopevents.bootstrap.recommendations import recommend_settings, recommendation_desk
from shopevents.bootstrap.shared_state import shared_state
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.observability import logger
from shopevents.settings.aws_secrets import SECRETS, forget_wiring

# What a miss uses. In the snapshot only: a cached answer in an ordinary start must not pay for them.
PRELOADED = (
    "anthropic",
    "openai",
    "pinecone",
    "pinecone.async_client",
    "redis.asyncio.cluster",
    "psycopg",
    "boto3",
    "limits.aio.strategies",
    "shopevents.bootstrap.knowledge",
)
_OPENING_SECONDS = 2.0

type RunOnLoop = Callable[[Awaitable[None]], None]


def keep_in_snapshot(run: RunOnLoop) -> None:
    """Registers both hooks, where the runtime has them. `run` runs on the container's event loop."""
    try:
        from snapshot_restore_py import register_after_restore, register_before_snapshot
    except ModuleNotFoundError:
        return  # it is a part of Lambda's runtime, not of ours
    register_before_snapshot(preload)
    register_after_restore(lambda: run(start_afresh()))


def preload() -> None:
    """Imports what a miss needs, and reads the packaged cases."""
    for name in PRELOADED:
        importlib.import_module(name)
    packaged_cases()


async def start_afresh() -> None:
    """Makes a clone a container of its own."""
    random.seed(secrets.randbits(256))
    SECRETS.forget()
    forget_wiring()
    recommend_settings()  # raises what is misconfigured before the first request does
    recommendation_desk()
    try:
        async with asyncio.timeout(_OPENING_SECONDS):
            await shared_state(recommend_settings().redis).controls.read(IndustryCategory.FOOD)
    except TimeoutError:
        logger().warning("Redis did not answer a new container")
