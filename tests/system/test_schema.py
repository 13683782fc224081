"""schemathesis against the running stack: what `/openapi.json` says is what the API does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.running_stack import RunningStack, without_settings

pytestmark = [pytest.mark.xdist_group("running stack")]

# What is not claimed: that a request which fits the schema is always taken (a trade or a place may be unknown, and a
# day may be before another: 422 says so), that the local stack asks for a token (it gives everybody an identity), and
# that a method which no route has is a 405 (API Gateway's answer is 404).
_CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "use_after_free",
    "ensure_resource_availability",
]


def checked(stack: RunningStack, folder: Path, *options: str) -> str:
    """What `st run` says; it has to find nothing."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{stack.url}/openapi.json"]
    command += ["--checks", ",".join(_CHECKS), "--output-sanitize", "false", *options]
    command += ["--header", "Authorization: Bearer local:schema"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=without_settings() | {"NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    return done.stdout


@pytest.mark.timeout(300)
def test_the_api_does_what_its_schema_says(stack: RunningStack, tmp_path: Path) -> None:
    said = checked(stack, tmp_path, "--max-examples", "4", "--max-time", "30", "--seed", "1")
    found = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", said)
    assert found, said
    assert len(set(found.groups())) == 1, "every operation was asked"


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_the_api_does_what_its_schema_says_for_long(stack: RunningStack, tmp_path: Path) -> None:
    print(checked(stack, tmp_path, "--max-examples", "200", "--max-time", "300"))
