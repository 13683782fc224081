"""What a cold start pays for importing, in fresh interpreters.

    python -m benchmarks.imports [--runs 15]

Compares `functions/recommend` with a handler that imports every SDK of the request path, one after the other so that
both meet the same machine. Milliseconds inside the interpreter: its own start is in neither. Both read compiled files.
"""

import argparse
import os
import subprocess
import sys
from statistics import median

from benchmarks.report import distribution, machine

_TIMED = """
import time
begun = time.perf_counter()
{imports}
print((time.perf_counter() - begun) * 1000)
"""
OURS = "import functions.recommend.handler"
EVERY_SDK = "import functions.recommend.handler, anthropic, openai, pinecone, redis.asyncio, psycopg, boto3, limits.aio"
ONLY_SDKS = "import anthropic, openai, pinecone, redis.asyncio, psycopg, boto3, limits.aio, aws_lambda_powertools"


def milliseconds(imports: str) -> float:
    """What the imports take in an interpreter of their own."""
    command = [sys.executable, "-c", _TIMED.format(imports=imports)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return float(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)


def main(runs: int = 11) -> None:
    """Prints the distributions and their relation."""
    handlers = {"recommend": OURS, "recommend + every SDK": EVERY_SDK, "every SDK alone": ONLY_SDKS}
    taken: dict[str, list[float]] = {name: [] for name in handlers}
    for imports in handlers.values():
        milliseconds(imports)  # compiles what is not compiled yet
    for _ in range(runs):
        for name, imports in handlers.items():
            taken[name].append(milliseconds(imports))
    print("imports, ms")
    for name, values in taken.items():
        print(f"  {name:24} {distribution(values)}")
    ratios = {name: median(taken["recommend"]) / median(values) for name, values in taken.items()}
    print(f"  ratio of the medians: {ratios['recommend + every SDK']:.2f} (target: at most 0.2)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    print(machine())
    main(parser.parse_args().runs)
