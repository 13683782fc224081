"""The functions' processes and the whole stack are killed while owners work; in the end all has happened exactly once.

KILLS=300 python -m pytest -m faults tests/system/test_kills_over_http.py -s: more kills, and prints what they did.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, LiteralString

import httpx2
import pytest

from local.processes import free_port
from tests.system.processes import descendants_of, wait_until_ended
from tests.system.running_stack import Process, RunningStack, becomes, start

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

KILLS = int(os.environ.get("KILLS", "40"))
LIVES = 12
SHOP = {
    "name": "다시분식",
    "industry": "음식점",
    "businessType": "분식",
    "location": {"city": "부산", "district": "중구"},
}
COUNTED = {"actualParticipants": 80, "actualCost": 240_000, "actualRoi": 12.5}
OWN = "SELECT count(*) AS n FROM events WHERE user_id LIKE 'local:life-%'"

CHECKS: dict[str, LiteralString] = {
    "events": OWN,
    "observed events": OWN + " AND provenance = 'observed' AND row_version = 2",
    "reports": "SELECT count(*) AS n FROM event_performance",
    "compared reports": "SELECT count(*) AS n FROM event_performance WHERE compared_at IS NOT NULL",
    "chosen recommendations": "SELECT count(*) AS n FROM ai_recommendations WHERE event_id IS NOT NULL",
    "receipts": "SELECT count(*) / 2 AS n FROM idempotency_keys",
    "choices": "SELECT count(*) AS n FROM feedback WHERE kind = 'chosen'",
    "newest vectors": "SELECT count(*) AS n FROM case_vectors AS v JOIN events AS e ON e.id = v.case_id"
    " WHERE e.user_id LIKE 'local:life-%' AND v.version = e.row_version",
}
LEFT: dict[str, LiteralString] = {
    "outbox": "SELECT count(*) AS n FROM outbox",
    "queued": "SELECT count(*) AS n FROM local_messages",
}


class Killed:
    """A stack that is started again on the same port and data whenever it was killed."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.kills: Counter[str] = Counter()
        self._process = self._started()

    @property
    def stack(self) -> RunningStack:
        return self._process.stack

    def _started(self) -> Process:
        return start(self.data, port=self.port, USER_REQUESTS_PER_MINUTE="100000")

    def kill_a_worker(self, chance: random.Random) -> None:
        """One function's process, whatever it is doing."""
        with suppress(ProcessLookupError, FileNotFoundError):  # one that ended while we looked
            workers = {_function_of(pid): pid for pid in descendants_of(self._process.pid)}
            functions = sorted(name for name in workers if name)  # each as likely as another, however many serve it
            if functions:
                victim = chance.choice(functions)
                os.kill(workers[victim], signal.SIGKILL)
                self.kills[victim] += 1

    async def kill_everything(self) -> None:
        """The stack itself; the kernel ends what it had started."""
        pids = [self._process.pid, *descendants_of(self._process.pid)]
        self._process.process.kill()
        self._process.process.wait()
        await asyncio.to_thread(wait_until_ended, pids)
        self.kills["the whole stack"] += 1
        self._process = await asyncio.to_thread(self._started)

    def end(self) -> None:
        self._process.end()


def _function_of(pid: int) -> str:
    """The function that a process serves, nothing for another process."""
    try:
        is_worker = b"worker.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
        return Path(f"/proc/{pid}/cwd").readlink().name if is_worker else ""
    except OSError:
        return ""  # it has just ended


async def test_whatever_is_killed_whenever_owners_find_everything_once(tmp_path: Path) -> None:
    killed = await asyncio.to_thread(Killed, tmp_path)
    chance = random.Random(int(os.environ.get("SEED", "1")))
    try:
        lives = asyncio.gather(*(_life(number, killed.stack.url) for number in range(LIVES)))
        await _kill(killed, chance)
        requests = sum(await lives)
        await becomes(lambda: _settled(killed.stack), pause=1)
        counts = await _counts(killed.stack, CHECKS)
    finally:
        await asyncio.to_thread(killed.end)
    print(f"{killed.kills.total()} kills {dict(killed.kills)}, {requests} requests, {LIVES} lives: {counts}")
    assert counts == dict.fromkeys(CHECKS, LIVES)


async def _kill(killed: Killed, chance: random.Random) -> None:
    while killed.kills.total() < KILLS:
        await asyncio.sleep(chance.uniform(0, 1.5))  # how long a process may live: the fault, not a wait
        if chance.random() < 1 / 20:
            await killed.kill_everything()
        else:
            killed.kill_a_worker(chance)


async def _life(number: int, url: str) -> int:
    """A shop, a recommendation, an event of it, its result; every request is repeated until it is answered with 2xx.
    Returns how many requests it took."""
    headers = {"authorization": f"Bearer local:life-{number}"}
    sent = 0

    async def asked(method: str, path: str, body: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        nonlocal sent
        own = {"idempotency-key": key} if key else {}
        while True:
            sent += 1
            try:
                answer = await client.request(method, path, json=body, headers=own)
            except httpx2.HTTPError:
                answer = None
            if answer is not None and answer.is_success:
                data: dict[str, Any] = answer.json()["data"]
                return data
            # 404: an answer that Redis could not keep is found once its message has been recorded.
            assert answer is None or answer.status_code >= 500 or answer.status_code == 404, answer.text
            await asyncio.sleep(0.2)

    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        await asked("PUT", "/stores/me", SHOP)
        answer = await asked("POST", "/recommendations", {"eventPurpose": "매출증대"})
        wish = {"recommendationId": answer["recommendationId"], "option": "low-offline"}
        event_id = (await asked("POST", "/events", wish, "create"))["eventId"]
        await asked("POST", f"/events/{event_id}/performance", COUNTED, "report")
    return sent


async def _settled(stack: RunningStack) -> bool:
    left, done = await _counts(stack, LEFT), await _counts(stack, CHECKS)
    return not any(left.values()) and done["compared reports"] >= LIVES


async def _counts(stack: RunningStack, queries: dict[str, LiteralString]) -> dict[str, int]:
    async with stack.database() as database:
        return {name: (await database.fetch(query))[0]["n"] for name, query in queries.items()}
