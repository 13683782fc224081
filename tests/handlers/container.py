"""A function as Lambda runs it: a process that has the handler loaded, and answers one payload after the other."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]

# Reads one payload a line and answers one response a line, as one warm container would.
_LOOP = """
import importlib, json, sys
handler = importlib.import_module(f"functions.{sys.argv[1]}.handler").handler
class Context:
    aws_request_id = "a-1"
    def get_remaining_time_in_millis(self): return 10_000
for line in sys.stdin:
    response = handler(json.loads(line), Context())
    print("ANSWER " + json.dumps(response), flush=True)
"""


class Container:
    """A warm container of one function, with these settings and no others. What it prints, its log, is in `log`."""

    def __init__(self, function: str, **environment: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        path = os.pathsep.join([str(ROOT / "layers" / "core"), str(ROOT)])
        self.log: list[str] = []
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process, and ends with it
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP, function],
            env={**inherited, "PYTHONPATH": path, **environment},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def invoke(self, payload: dict[str, Any]) -> dict[str, Any]:
        """What the handler returned."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(payload) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("ANSWER "):
                returned: dict[str, Any] = json.loads(line.removeprefix("ANSWER "))
                return returned
            self.log.append(line)
        self._errors.seek(0)
        raise AssertionError(f"the container died: {self._errors.read().decode()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=20)
        assert self._process.stdout
        self._process.stdout.close()
        self._errors.close()
