"""The template as CloudFormation gets it, made in the environment of SAM CLI, whose packages ours can't hold."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shopevents.settings import aws_secrets
from shopevents.settings.aws_secrets import Secrets, forget_wiring
from tests.template.resources import variables_of

ROOT = Path(__file__).resolve().parents[2]
SAM = ROOT / "tools" / "sam" / ".venv" / "bin"

type Template = dict[str, Any]

# What the stack's own secrets hold; the template fills them.
_HELD = {
    "ClaudeSecret": '{"CLAUDE_API_KEY": "k"}',
    "OpenAISecret": '{"OPENAI_API_KEY": "k"}',
    "PineconeSecret": '{"PINECONE_API_KEY": "k"}',
    "SemasSecret": '{"SEMAS_SERVICE_KEY": "k"}',
    "KosisSecret": '{"KOSIS_API_KEY": "k"}',
    "SeoulSecret": '{"SEOUL_API_KEY": ""}',
    "NaverSecret": '{"NAVER_CLIENT_ID": "k", "NAVER_CLIENT_SECRET": "k"}',
    "InstagramSecret": '{"INSTAGRAM_ACCESS_TOKEN": "k", "INSTAGRAM_USER_ID": "1"}',
    "BusinessNumberSecret": '{"BUSINESS_NUMBER_KEY": "k"}',
    "CacheSecret": '{"REDIS_USER": "shopevents", "REDIS_PASSWORD": "k"}',
    "DatabaseCluster": '{"username": "shopevents", "password": "k"}',
    "RecommendDatabaseSecret": '{"username": "shopevents_recommend", "password": "k"}',
    "OwnersDatabaseSecret": '{"username": "shopevents_owners", "password": "k"}',
    "DocumentsDatabaseSecret": '{"username": "shopevents_documents", "password": "k"}',
    "OperationsDatabaseSecret": '{"username": "shopevents_operations", "password": "k"}',
}


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


@pytest.fixture
def deployed(transformed: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, str]]]:
    """Makes this process's environment a function's."""

    def become(function: str) -> dict[str, str]:
        variables = variables_of(transformed, function)
        for name in list(os.environ):
            if name.endswith(("_KEY", "_URL", "_ARN", "_HOST", "_TOKEN")) or name.startswith(
                ("DB_", "REDIS_", "CLAUDE_")
            ):
                monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(aws_secrets, "SECRETS", Secrets(variables, lambda arn: _HELD[arn]))
        forget_wiring()
        return variables

    yield become
    forget_wiring()
