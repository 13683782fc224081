"""SAM CLI builds the stack, and AWS's Runtime Interface Emulator runs it. Run by `make sam-test`."""

import json
import os
import platform
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

ROOT = Path(__file__).resolve().parents[2]
STACK = Path(__file__).parent / "stack" / "template.yaml"
SAM = ROOT / "tools" / "sam" / ".venv" / "bin"
ENGINE = os.environ.get("SAM_ENGINE", "none")
HERE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
LAYERS = {"RequestVendorLayer": "anthropic", "DataVendorLayer": "yoyo", "CrawlersVendorLayer": "stamina"}
MOST_UNZIPPED_MB = 130  # stated in benchmarks/README.md
UNCHECKED_HASH = 0b01  # PEP 552: by hash, and not compared with the source
# What each function that needs a backend names first when it has none.
NEEDS = {
    "manage_shop": "DATABASE_URL",
    "embed_events": "DATABASE_URL",
    "record_recommendations": "DATABASE_URL",
    "record_performance": "DATABASE_URL",
    "curate_documents": "DATABASE_URL",
    "crawl_stores": "RAW_DOCUMENTS_BUCKET",
    "crawl_statistics": "RAW_DOCUMENTS_BUCKET",
    "crawl_blogs": "RAW_DOCUMENTS_BUCKET",
    "crawl_hashtags": "DATABASE_URL",
    "relay_outbox": "DATABASE_URL",
    "report_quality": "DATABASE_URL",
    "migrate_database": "DATABASE_URL",
}
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


def logical_id(function: str) -> str:
    """`EmbedEventsFunction` for embed_events."""
    return "".join(word.title() for word in function.split("_")) + "Function"


def written(payload: Any, folder: Path) -> Path:
    path = folder / "payload.json"
    path.write_text(json.dumps(payload, ensure_ascii=False), encoding="utf-8")
    return path


def changed(function: str, folder: Path, **changes: Any) -> Path:
    """The function's sample payload with some of its fields changed."""
    sample = json.loads((ROOT / "events" / f"{function}.json").read_text(encoding="utf-8"))
    return written(sample | changes, folder)


@contextmanager
def started_api(built: Path) -> Iterator[str]:
    """`sam local start-api` over what was built, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command: list[str | Path] = [SAM / "sam", "local", "start-api", "--template", built / "template.yaml"]
    command += ["--port", str(port), "--parameter-overrides", f"Architecture={HERE}", "--warm-containers", "LAZY"]
    command += ["--skip-pull-image"] if ENGINE == "stand-in" else []
    environment = {**os.environ, "PATH": f"{SAM}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    log = built.parent / "start-api.log"
    with (
        log.open("w") as lines,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=lines, stderr=lines) as process,
    ):
        try:
            _wait_until_listening(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def _wait_until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the port takes connections; the test's own time limit ends a vain wait."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)  # between two looks, not instead of one
    pytest.fail(log.read_text())


def fetch(url: str, body: str | None = None) -> Any:
    """What a GET, or a POST of JSON, is answered with."""
    with httpx2.Client(timeout=120) as client:
        headers = {"content-type": "application/json"}
        reply = client.get(url) if body is None else client.post(url, content=body, headers=headers)
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT / "template.yaml", tmp_path_factory.mktemp("sam"), HERE)


def machines_in(folder: Path) -> set[int]:
    """The CPUs that the compiled modules below `folder` are for."""
    return {struct.unpack_from("<H", path.read_bytes(), 18)[0] for path in folder.rglob("*.so*")}


def unzipped_mb(folder: Path) -> float:
    """What Lambda counts of a layer or a function, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def test_the_layers_hold_our_code_and_packages_where_lambda_looks(built: Path) -> None:
    assert (built / "CoreLayer" / "python" / "shopevents" / "py.typed").exists()
    for layer, package in LAYERS.items():
        assert (built / layer / "python" / package).is_dir()


def test_compiled_packages_are_for_the_architecture_asked_for(built: Path, tmp_path: Path) -> None:
    other = {"x86_64": "arm64", "arm64": "x86_64"}[HERE]
    assert machines_in(built) == {ELF_MACHINES[HERE]}
    assert machines_in(build(ROOT / "template.yaml", tmp_path, other)) == {ELF_MACHINES[other]}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_function_with_its_layers_stays_far_below_lambdas_250_mb(built: Path, layer: str) -> None:
    assert unzipped_mb(built / "CoreLayer") + unzipped_mb(built / layer) < MOST_UNZIPPED_MB


def test_bytecode_of_the_built_layers_is_what_this_python_loads(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "build"
    shutil.copytree(built / "CoreLayer", copy / "CoreLayer")
    subprocess.run([ROOT / "tools" / "compile-layers", copy], check=True, env={"PATH": f"{SAM}:{os.environ['PATH']}"})
    compiled = copy / "CoreLayer" / "python" / "shopevents" / "__pycache__" / "invocation.cpython-313.pyc"
    flags = struct.unpack_from("<I", compiled.read_bytes(), 4)[0]
    assert flags == UNCHECKED_HASH


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
def test_recommend_says_what_is_wrong_with_a_request(built: Path, tmp_path: Path) -> None:
    answer = json.loads(invoke(built, "RecommendFunction", changed("recommend", tmp_path, body="{"))[0])
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "malformed_body")


@needs_engine
def test_serve_console_serves(built: Path, tmp_path: Path) -> None:
    assert (
        json.loads(invoke(built, "ServeConsoleFunction", ROOT / "events" / "serve_console.json")[0])["statusCode"]
        == 200
    )
    missing = changed("serve_console", tmp_path, rawPath="/nothing", routeKey="GET /nothing")
    assert json.loads(invoke(built, "ServeConsoleFunction", missing)[0])["statusCode"] == 404


@needs_engine
@pytest.mark.parametrize(("function", "setting"), NEEDS.items())
def test_a_function_without_backends_loads_and_names_what_it_misses(built: Path, function: str, setting: str) -> None:
    output, log = invoke(built, logical_id(function), ROOT / "events" / f"{function}.json")
    assert "Unable to import module" not in output + log
    assert f"{setting}: " in output + log, output + log


@needs_engine
@pytest.mark.parametrize(
    "function", ["embed_events", "record_recommendations", "record_performance", "curate_documents"]
)
def test_what_is_no_message_fails_alone(built: Path, function: str, tmp_path: Path) -> None:
    payload = json.loads((ROOT / "events" / f"{function}.json").read_text(encoding="utf-8"))
    payload["Records"] = [payload["Records"][0] | {"body": "not a message"}]
    output, _ = invoke(built, logical_id(function), written(payload, tmp_path))
    assert json.loads(output) == {"batchItemFailures": [{"itemIdentifier": payload["Records"][0]["messageId"]}]}


@needs_engine
def test_manage_shop_answers_a_bad_payload_in_the_contracts_envelope(built: Path, tmp_path: Path) -> None:
    answer = json.loads(invoke(built, "ManageShopFunction", changed("manage_shop", tmp_path, routeKey="GET /x"))[0])
    assert answer["statusCode"] in (404, 500)  # without a database it may not come as far as the route
    assert json.loads(answer["body"])["success"] is False


@needs_engine
def test_start_api_serves_the_http_routes(built: Path) -> None:
    with started_api(built) as url:
        assert fetch(f"{url}/health") == {"status": "ok"}
        request = json.loads((ROOT / "events" / "recommend.json").read_text(encoding="utf-8"))["body"]
        answer = fetch(f"{url}/recommendations", request)
        assert len(answer["data"]["recommendations"]) == 6


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
