"""SAM CLI builds the stack, and AWS's Runtime Interface Emulator runs it. Run by `make sam-test`."""

import json
import os
import platform
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STACK = Path(__file__).parent / "stack" / "template.yaml"
SAM = ROOT / "tools" / "sam" / ".venv" / "bin"
ENGINE = os.environ.get("SAM_ENGINE", "none")
HERE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
ELF_MACHINES = {"x86_64": 62, "arm64": 183}  # EM_X86_64, EM_AARCH64 of the ELF specification

pytestmark = [pytest.mark.sam, pytest.mark.timeout(900)]
needs_engine = pytest.mark.skipif(ENGINE == "none", reason="no container engine: see tools/with-engine")


def sam(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs SAM CLI without any of our settings, with the python3.13 of its own environment."""
    environment = {name: os.environ[name] for name in ("HOME", "DOCKER_HOST") if name in os.environ}
    environment |= {"PATH": f"{SAM}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    # where packages come from is the machine's business
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    done = subprocess.run(
        [SAM / "sam", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    print(done.stderr)
    return done


def build(template: Path, folder: Path, architecture: str) -> Path:
    arguments: list[str | Path] = [
        "--template",
        template,
        "--build-dir",
        folder / "build",
        "--cache-dir",
        folder / "cache",
    ]
    done = sam("build", *arguments, "--parameter-overrides", f"Architecture={architecture}")
    assert done.returncode == 0, done.stderr
    return folder / "build"


def invoke(built: Path, function: str, payload: Path) -> tuple[str, str]:
    arguments: list[str | Path] = ["--template", built / "template.yaml", "--event", payload]
    arguments += ["--parameter-overrides", f"Architecture={HERE}"]
    arguments += ["--skip-pull-image"] if ENGINE == "stand-in" else []
    done = sam("local", "invoke", function, *arguments)
    return done.stdout, done.stderr


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT / "template.yaml", tmp_path_factory.mktemp("sam"), HERE)


def machines_in(folder: Path) -> set[int]:
    """The CPUs that the compiled modules below `folder` are for."""
    return {struct.unpack_from("<H", path.read_bytes(), 18)[0] for path in folder.rglob("*.so*")}


def test_the_layers_hold_our_code_and_packages_where_lambda_looks(built: Path) -> None:
    assert (built / "CoreLayer" / "python" / "shopevents" / "py.typed").exists()
    assert (built / "RequestVendorLayer" / "python" / "pydantic").is_dir()


def test_compiled_packages_are_for_the_architecture_asked_for(built: Path, tmp_path: Path) -> None:
    other = {"x86_64": "arm64", "arm64": "x86_64"}[HERE]
    assert machines_in(built) == {ELF_MACHINES[HERE]}
    assert machines_in(build(ROOT / "template.yaml", tmp_path, other)) == {ELF_MACHINES[other]}


@needs_engine
def test_recommend_answers_six_plans_with_no_settings_at_all(built: Path) -> None:
    output, _ = invoke(built, "RecommendFunction", ROOT / "events" / "recommend.json")
    answer = json.loads(output)
    body: dict[str, Any] = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    assert [plan["id"] for plan in body["data"]["recommendations"]] == [
        f"{budget}-{kind}" for budget in ("low", "medium", "high") for kind in ("online", "offline")
    ]
    assert body["metadata"]["source"] == "catalog"


@needs_engine
def test_a_handler_that_overruns_is_cut_at_ten_seconds(tmp_path: Path) -> None:
    built = build(STACK, tmp_path, HERE)
    assert json.loads(_ordered(built, "echo", tmp_path)[0]) == {"order": "echo"}
    output, log = _ordered(built, "overrun", tmp_path)
    assert "timed out after 10 seconds" in log
    assert output.strip() == ""


def _ordered(built: Path, order: str, folder: Path) -> tuple[str, str]:
    payload = folder / f"{order}.json"
    payload.write_text(json.dumps({"order": order}))
    return invoke(built, "OverrunFunction", payload)
