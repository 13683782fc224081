"""Size, start and memory of every function, as `sam build` made it.

    make build && python -m benchmarks.functions [--build .aws-sam/build] [--runs 5]

Each start is a fresh interpreter with the function's folder and its layers on its path and nothing else but the standard
library (and boto3, which Lambda's runtime brings). Unzipped MB is what Lambda counts against its 250.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from boto3 import __file__ as boto3_of_the_runtime

from benchmarks.report import machine
from local.template import read_document

ROOT = Path(__file__).resolve().parent.parent
_START = """
import sys, time
sys.path[:0] = {paths!r}
sys.path.append({boto3!r})
begun = time.perf_counter()
import handler
{then}
taken = (time.perf_counter() - begun) * 1000
import resource
print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
_PRELOAD = "from shopevents.bootstrap.snapshots import preload; preload()"
_ANSWER = """
import json
class Context:
    aws_request_id = "benchmark"
    def get_remaining_time_in_millis(self): return 10_000
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    handler.handler(json.load(open("events/recommend.json")), Context())
"""


def megabytes(folder: Path) -> float:
    """Unzipped MB of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def start(paths: list[Path], then: str = "") -> tuple[float, float]:
    """Milliseconds of importing the handler, and the most MB that the process held."""
    boto3 = str(Path(boto3_of_the_runtime).parent.parent)
    code = _START.format(paths=[str(path) for path in paths], boto3=boto3, then=then)
    command = [sys.executable, "-S", "-c", code]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    taken, held = map(float, output.split())
    return taken, held


def functions(build: Path) -> dict[str, dict[str, Any]]:
    """The built template's functions by logical id."""
    document = read_document(build / "template.yaml")
    return {
        name: {**document["Globals"]["Function"], **resource["Properties"]}
        for name, resource in document["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def main(build: Path, runs: int) -> None:
    """Prints a Markdown table."""
    print("| function | own KB | with layers, unzipped MB | start, ms | after the start, MB | given, MB |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, properties in functions(build).items():
        layers = [build / layer["Ref"] / "python" for layer in properties["Layers"]]
        paths = [build / name, *layers]
        variants = {"": ""}
        if name == "RecommendFunction":
            variants |= {", and an answer by the catalog": _ANSWER, ", preloaded for the snapshot": _PRELOAD}
        size = megabytes(build / name) + sum(megabytes(layer) for layer in layers)
        for label, then in variants.items():
            measured = [start(paths, then) for _ in range(runs)]
            times, held = (median(values) for values in zip(*measured, strict=True))
            own = megabytes(build / name) * 1000
            given = properties["MemorySize"]
            print(f"| {name}{label} | {own:.0f} | {size:.0f} | {times:.0f} | {held:.0f} | {given} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / ".aws-sam" / "build")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    print(machine(), end="\n\n")
    main(given.build.resolve(), given.runs)
