"""The template as CloudFormation gets it, made in the environment of SAM CLI, whose packages ours can't hold."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAM = ROOT / "tools" / "sam" / ".venv" / "bin"

type Template = dict[str, Any]


def in_sam(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a program of SAM CLI's environment."""
    environment = {**os.environ, "AWS_DEFAULT_REGION": "ap-northeast-2", "SAM_CLI_TELEMETRY": "0"}
    return subprocess.run(
        [SAM / arguments[0], *arguments[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def transformed_from(path: Path, *parameters: str) -> Template:
    """What SAM's translator makes of the template at `path`."""
    script = Path(__file__).with_name("transform.py")
    done = in_sam("python", script, path, *parameters)
    assert done.returncode == 0, done.stderr
    template: Template = json.loads(done.stdout)
    return template


@pytest.fixture(scope="session", autouse=True)
def sam_environment() -> None:
    """SAM CLI's environment, as its lock says."""
    subprocess.run([sys.executable, ROOT / "tools" / "setup", "tools/sam"], check=True)


@pytest.fixture(scope="session")
def transformed(sam_environment: None) -> Template:
    """The template for production."""
    return transformed_from(ROOT / "template.yaml", "Stage=prod", "Canary=true")
