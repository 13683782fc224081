"""`make run`: one command, one clear sentence when it can't, and nothing left behind whatever ends it."""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from local.processes import free_port
from tests.system.processes import descendants_of, processes_in, wait_until_ended

pytestmark = [pytest.mark.xdist_group("make run"), pytest.mark.timeout(180)]
ROOT = Path(__file__).resolve().parents[2]


class Run:
    """A `make run` over data of its own. `lines` are what it had printed until it served."""

    def __init__(self, data: Path, port: int, **variables: str) -> None:
        self.data, self.port = data, port
        self.process = subprocess.Popen(
            ["make", "--no-print-directory", "run", f"PORT={port}", f"DATA={data}"],
            cwd=ROOT,
            env=without_settings() | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.said = ""

    def until(self, text: str) -> str:
        """Everything printed up to the line with `text`, or to the end."""
        lines = []
        for line in self.output:
            lines.append(line)
            if text in line:
                break
        return "".join(lines)

    def everything(self) -> list[int]:
        return descendants_of(self.process.pid)

    def end(self, signum: signal.Signals) -> None:
        """Sends a signal to make and to what it runs, as a terminal does, and waits for all that was started."""
        if self.process.poll() is None:
            self._ended(lambda _: os.killpg(self.process.pid, signum))

    def kill(self, victim: str) -> None:
        """Kills `make`, the `python` that it runs, or the `group` of both, and waits for all that was started."""
        target = {"make": lambda _: self.process.kill(), "python": lambda pids: os.kill(pids[0], signal.SIGKILL)}
        self._ended(target.get(victim, lambda _: os.killpg(self.process.pid, signal.SIGKILL)))

    def _ended(self, strike: Callable[[list[int]], None]) -> None:
        pids = self.everything()
        strike(pids)
        self.process.wait()
        self.output.close()
        wait_until_ended(pids)


def without_settings() -> dict[str, str]:
    """This environment without what would name vendors or backends."""
    ours = re.compile(r"^(CLAUDE|OPENAI|PINECONE|REDIS|DATABASE|DB|NAVER|KOSIS|SEMAS|INSTAGRAM|STAGE|MAKE|MFLAGS)")
    return {name: value for name, value in os.environ.items() if not ours.match(name)}


def refusal(data: Path, port: int, **variables: str) -> str:
    """What a `make run` that can't start says, without make's own line."""
    run = Run(data, port, **variables)
    with run.output:
        said = run.output.read()
    assert run.process.wait() != 0
    assert "Traceback" not in said
    return "\n".join(line for line in said.splitlines() if not line.startswith("make"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One that serves, with a space in its data's path."""
    run = Run(tmp_path_factory.mktemp("run") / "my shop", free_port())
    try:
        run.said = run.until("until Ctrl-C")
        assert "until Ctrl-C" in run.said, run.said
        yield run
    finally:
        run.end(signal.SIGINT)


def test_it_shows_an_answer_and_how_to_ask_again(run: Run) -> None:
    answer = json.loads(run.said[run.said.index("\n{\n") : run.said.index("\n}\n") + 2])
    assert answer["success"] is True
    assert len(answer["data"]["recommendations"]) == 6
    assert f"curl -s http://127.0.0.1:{run.port}/recommendations" in run.said
    assert "\x1b[" not in run.said


def test_neither_ctrl_c_nor_a_kill_leaves_a_process_or_a_lock_and_the_data_stay(tmp_path: Path) -> None:
    first = Run(tmp_path, free_port())
    said = first.until("until Ctrl-C")
    assert "until Ctrl-C" in said, said
    first.end(signal.SIGINT)
    for victim in ("make", "python", "group"):
        again = Run(tmp_path, first.port)
        assert "(0 migrations applied)" in again.until("until Ctrl-C"), victim
        assert len(again.everything()) > 5
        again.kill(victim)
        assert processes_in(tmp_path) == [], victim


def test_a_second_one_in_the_same_checkout_says_so(run: Run) -> None:
    said = refusal(run.data, free_port())
    assert said == (
        f"local: This checkout's stack already runs at http://127.0.0.1:{run.port} "
        f"(process {run.everything()[0]}): use it, or end it there."
    )


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refusal(tmp_path, port)
    assert said == f"local: Port {port} is taken or not allowed (Address already in use): try `make run PORT=…`."


def test_a_folder_that_nothing_can_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "data", free_port()).startswith("local: The local stack failed: Not a directory")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"CLAUDE_BASE_URL": "http://127.0.0.1:1"}, "CLAUDE_API_KEY: CLAUDE_BASE_URL is set, but the key is missing"),
        ({"DB_HOST": "db", "DB_USER": "me"}, "DB_NAME: the other DB_… settings are given, but this one is missing"),
        ({"NAVER_CLIENT_ID": "id"}, "NAVER_CLIENT_SECRET: NAVER_CLIENT_ID is set, but this one is missing"),
        ({"REQUEST_SECONDS": "soon"}, "REQUEST_SECONDS: Input should be a valid number"),
        ({"REDIS_URL": "http://redis"}, "REDIS_URL: must start with one of"),
    ],
)
def test_a_setting_that_is_half_given_or_wrong_is_named(tmp_path: Path, given: dict[str, str], sentence: str) -> None:
    said = refusal(tmp_path, free_port(), **given)
    assert said.startswith(f"local: A setting is missing or wrong: {sentence}")
    assert len(said.splitlines()) == 1


def test_a_database_of_ones_own_that_is_down_is_one_sentence(tmp_path: Path) -> None:
    said = refusal(tmp_path, free_port(), DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    assert said.splitlines()[-1].startswith("local: The database could not be prepared")


def test_bad_requests_are_answered_in_the_contracts_shape(run: Run) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{run.port}") as client:
        assert client.get("/nowhere").json()["code"] == "not_found"
        assert client.post("/recommendations", headers={"authorization": "Basic x"}).status_code == 401
        assert client.post("/recommendations", content=b"a" * (11 << 20)).status_code == 413
