"""What SnapStart keeps, and what each clone does for itself."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from shopevents.bootstrap import snapshots
from shopevents.bootstrap.recommendations import recommend_settings
from shopevents.domain.errors import MisconfiguredError

pytestmark = pytest.mark.timeout(180)  # every SDK is imported, on a machine that may be busy
_ROOT = Path(__file__).resolve().parents[2]
_CLONES = """
import asyncio, random, sys
sys.path[:0] = ["layers/core", "."]
from functions.recommend import handler
from shopevents.bootstrap import snapshots
assert "anthropic" not in sys.modules, "an ordinary start pays for nothing"
snapshots.preload()
assert {"anthropic", "openai", "pinecone", "psycopg", "boto3"} <= set(sys.modules)
from shopevents.bootstrap.recommendations import recommend_settings
assert recommend_settings.cache_info().currsize == 0, "no setting, and so no secret, is in the snapshot"
print("kept")
"""


def test_the_snapshot_holds_every_sdk_and_no_setting() -> None:
    done = subprocess.run([sys.executable, "-c", _CLONES], cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "kept\n", done.stderr


async def test_clones_draw_different_chances() -> None:
    drawn = []
    for _ in range(2):
        random.seed(7)  # what the snapshot froze
        await snapshots.start_afresh()
        drawn.append(random.random())
    assert drawn[0] != drawn[1]


async def test_a_clone_reads_its_settings_before_its_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMPT_VARIANT", "before")
    await snapshots.start_afresh()
    monkeypatch.setenv("PROMPT_VARIANT", "after")
    await snapshots.start_afresh()
    assert recommend_settings().claude.prompt_variant == "after"


async def test_a_clone_that_is_misconfigured_says_so_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "prod")
    with pytest.raises(MisconfiguredError, match="CLAUDE_API_KEY"):
        await snapshots.start_afresh()


async def test_a_clone_starts_while_redis_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    await snapshots.start_afresh()
