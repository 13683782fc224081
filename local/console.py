"""The log of the local stack: one readable line for each thing that happens, colours only for a terminal."""

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

_COLOURS = {"ERROR": "31", "CRITICAL": "31", "WARNING": "33", "DEBUG": "2", "name": "36", "time": "2"}
_PLUMBING = {"level", "message", "timestamp", "location", "service", "cold_start", "function_arn", "sampling_rate"}
_PLUMBING |= {
    "function_memory_size",
    "function_name",
    "function_request_id",
    "xray_trace_id",
    "exception_name",
    "taskName",
}
_MOST_CHARACTERS = 160  # of one field; all of it stands in the log file


class Console:
    """Writes to `out` what a person wants to see, and to `file` every line as it came."""

    def __init__(self, file: Path, out: TextIO | None = None) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("a", encoding="utf-8", buffering=1)
        self._out = out or sys.stdout
        self._colours = self._out.isatty()

    def say(self, name: str, text: str, level: str = "INFO") -> None:
        """One line of our own."""
        self._keep(f"{name} {level} {text}\n")
        self._show(name, text, level)

    def function_line(self, name: str, line: str) -> None:
        """One line that a function printed: Powertools' JSON is made readable, metrics only go to the file."""
        self._keep(f"{name} {line}\n")
        record = _record(line)
        if record is None:
            self._show(name, line, "INFO")
        elif "_aws" not in record:
            self._show(name, _readable(record), str(record.get("level", "INFO")))

    def access(self, method: str, path: str, status: int, seconds: float) -> None:
        """One answered request."""
        level = "ERROR" if status >= 500 else "INFO"  # noqa: PLR2004 - HTTP's server errors
        self.say("http", f"{method} {path} {status} in {seconds * 1000:.0f} ms", level)

    def close(self) -> None:
        """Closes the log file."""
        with suppress(OSError):
            self._file.close()

    def _keep(self, text: str) -> None:
        with suppress(OSError):  # a full disk must not stop the stack; the person still sees the line
            self._file.write(text)

    def _show(self, name: str, text: str, level: str) -> None:
        stamp = self._coloured(f"{datetime.now():%H:%M:%S}", "time")  # noqa: DTZ005 - a developer's own clock
        mark = "" if level == "INFO" else self._coloured(f"{level} ", level)
        print(f"{stamp} {self._coloured(f'{name:<12}', 'name')} {mark}{text}", file=self._out, flush=True)

    def _coloured(self, text: str, kind: str) -> str:
        code = _COLOURS.get(kind)
        return f"\x1b[{code}m{text}\x1b[0m" if self._colours and code else text


def _record(line: str) -> Mapping[str, Any] | None:
    """A line of structured log, or None for any other text."""
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _readable(record: Mapping[str, Any]) -> str:
    extra = (f"{key}={_short(value)}" for key, value in record.items() if key not in _PLUMBING)
    return " ".join([_short(record.get("message", "")), *extra])


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
