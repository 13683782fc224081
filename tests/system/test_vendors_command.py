"""`python -m tests.vendors`: the three fakes in a process of their own, steered over HTTP."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import httpx2
import pytest


@pytest.fixture
def fakes() -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    ports = ["--claude", "0", "--openai", "0", "--pinecone", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.vendors", *ports], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = "".join(process.stdout.readline() for _ in range(3))
        yield process, dict(re.findall(r"(\w+)=(\S+)", lines))
        process.kill()


def test_it_prints_settings_that_reach_the_fakes(fakes: tuple[subprocess.Popen[str], dict[str, str]]) -> None:
    _, settings = fakes
    claude = settings["CLAUDE_BASE_URL"]
    scripted = httpx2.post(f"{claude}/__control__/behaviours", json=[{"fault": "status", "status": 529}])
    assert scripted.json()["queued"] == 1
    headers = {"authorization": f"Bearer {settings['CLAUDE_API_KEY']}", "anthropic-version": "2026-10-21"}
    assert httpx2.post(f"{claude}/v1/messages", json={}, headers=headers).status_code == 529
    body = {"model": "text-embedding-3-large", "input": "어묵"}
    bearer = {"authorization": f"Bearer {settings['OPENAI_API_KEY']}"}
    assert httpx2.post(f"{settings['OPENAI_BASE_URL']}/embeddings", json=body, headers=bearer).status_code == 200
    pinecone = {"api-key": settings["PINECONE_API_KEY"], "x-pinecone-api-version": "2026-07"}
    stats = httpx2.post(f"{settings['PINECONE_HOST']}/describe_index_stats", json={}, headers=pinecone)
    assert stats.json()["dimension"] == 3072


def test_an_interrupt_ends_it(fakes: tuple[subprocess.Popen[str], dict[str, str]]) -> None:
    process, _ = fakes
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0
