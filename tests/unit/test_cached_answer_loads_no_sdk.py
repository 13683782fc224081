"""An answer from the cache loads nothing of what new plans are made with: a cold start is as short as it can be."""

import json
import os
import subprocess
import sys
from typing import Any

from tests.vendors.claude import ClaudeFake

_ANSWERED = """
import json, sys
from functions.recommend.handler import handler

class Context:
    aws_request_id = "r"
    def get_remaining_time_in_millis(self):
        return 10_000

answer = handler(json.loads(sys.argv[1]), Context())
unwanted = {"anthropic", "openai", "pinecone", "httpx", "httpx2", "boto3", "botocore.session", "psycopg", "limits", "yoyo"}
print(json.dumps([json.loads(answer["body"]), sorted(unwanted & sys.modules.keys())]))
"""
_REQUEST = {
    "version": "2.0",
    "rawPath": "/recommendations",
    "headers": {"content-type": "application/json"},
    "requestContext": {"http": {"method": "POST", "path": "/recommendations"}, "requestId": "r"},
    "body": json.dumps(
        {
            "eventPurpose": "매출증대",
            "storeInfo": {"industry": "카페", "location": {"city": "부산", "district": "중구"}},
        }
    ),
    "isBase64Encoded": False,
}
_NOBODY = "127.0.0.1:9"  # the discard port, where nobody listens


def _answered(environment: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The answer's body, and what was loaded for it, in an interpreter of its own."""
    command = [sys.executable, "-c", _ANSWERED, json.dumps(_REQUEST)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    body, loaded = json.loads(done.stdout.splitlines()[-1])
    return body, loaded


def test_a_cached_answer_loads_no_sdk_and_no_driver(redis_url: str) -> None:
    with ClaudeFake() as claude:
        environment = {
            "STAGE": "local",
            "CLAUDE_API_KEY": "k",
            "CLAUDE_BASE_URL": claude.url,
            "OPENAI_API_KEY": "k",
            "OPENAI_BASE_URL": f"http://{_NOBODY}/v1",
            "PINECONE_API_KEY": "k",
            "PINECONE_HOST": f"http://{_NOBODY}",
            "DATABASE_URL": f"postgresql://{_NOBODY}/nothing",
            "RECORD_RECOMMENDATIONS_QUEUE_URL": f"http://{_NOBODY}/queue",
            "REDIS_URL": redis_url,
            "REDIS_TIMEOUT_SECONDS": "5",
        }
        written, loaded = _answered(environment)
        assert not written["metadata"]["cacheHit"]
        assert {"anthropic", "openai", "psycopg", "limits"} <= set(loaded)
        cached, loaded = _answered(environment)
    assert cached["metadata"]["cacheHit"]
    assert loaded == []
    assert len(claude.requests) == 1
