"""A stack that starts fast: a Redis and a Claude of its own, the packaged cases, no database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from local.embedded_redis import embedded_redis
from shopevents.catalog.files import read_table
from tests.faults.answers import PROMISED_SECONDS, broken_promises
from tests.faults.serving import Answered, Serving, ask
from tests.vendors.claude import ClaudeFake

_WARMING_TURNS = 20
_TRADES = ("고깃집", "치킨집", "카페", "분식집", "국밥집", "횟집", "빵집", "피자집", "파스타집", "칼국수집")
_WARMING_TRADE = "떡집"  # no test asks for one


@dataclass(frozen=True, slots=True)
class Light:
    """What a test steers."""

    serving: Serving
    claude: ClaudeFake
    redis_url: str

    async def ask(self, place: int, **more: Any) -> Answered:
        """A valid answer, in time, for shop number `place`. Different numbers share nothing in the cache."""
        answered = await self.ask_unchecked(place, **more)
        assert answered.status == 200, answered
        assert answered.seconds < PROMISED_SECONDS, answered
        broken = broken_promises(answered.body)
        assert not broken, (broken, answered)
        return answered

    async def ask_unchecked(self, place: int, **more: Any) -> Answered:
        """The same, whatever comes back."""
        return await ask(self.serving, **{**_shop(place), **more})

    async def warm(self) -> None:
        """Has a worker import what it needs, and forgets that it was asked."""
        for turn in count():
            answered = await self.ask_unchecked(turn, owner="warming", trade=_WARMING_TRADE)
            if answered.status == 200 and answered.body["metadata"]["source"] == "claude":
                break
            assert turn < _WARMING_TURNS, (answered, self.serving.complaints())
        self.claude.forget()


@contextmanager
def light_stack(folder: Path, settings: Mapping[str, str], *, workers: int = 1) -> Iterator[Light]:
    """Runs one for the length of the block."""
    with (
        embedded_redis(folder / "redis", durable=False) as redis_url,
        ClaudeFake() as claude,
        Serving({**settings_of(claude, redis_url), **settings}, workers=workers) as serving,
    ):
        yield Light(serving, claude, redis_url)


def settings_of(claude: ClaudeFake, redis_url: str) -> dict[str, str]:
    """What makes the product use them. Limits must be those of Redis, however slow a busy machine makes it."""
    return {**claude_settings(claude), "REDIS_URL": redis_url, "REDIS_TIMEOUT_SECONDS": "5"}


def claude_settings(claude: ClaudeFake) -> dict[str, str]:
    """What makes the product call this Claude."""
    return {"CLAUDE_API_KEY": "sk-fake", "CLAUDE_BASE_URL": claude.url}


def _shop(number: int) -> dict[str, str]:
    """A town and a trade; each number below several hundred has its own."""
    rows = [row for row in read_table("regions.csv") if row["kind"] == "자치구"]
    row, trade = rows[number % len(rows)], _TRADES[number // len(rows) % len(_TRADES)]
    return {"city": row["city"], "district": row["district"], "trade": trade}
