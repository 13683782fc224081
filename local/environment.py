"""What the developer has set: the shell's variables, over those of `.env`."""

import io
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from local.processes import LocalError

_BACKENDS = {
    "database": ("DATABASE_URL", "DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD"),
    "redis": ("REDIS_URL", "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"),
}


def developer_environment(dotenv: Path, shell: Mapping[str, str]) -> dict[str, str]:
    """The variables that functions get from the developer. An empty one counts as not set. Raises LocalError."""
    given = {**read_dotenv(dotenv), **shell}
    return {name: value for name, value in given.items() if value}


def names_a(backend: str, environment: Mapping[str, str]) -> bool:
    """Whether the developer has named a `database` or `redis` of their own, even by half."""
    return any(name in environment for name in _BACKENDS[backend])


def read_dotenv(path: Path) -> dict[str, str]:
    """The variables of a `.env` file, none where it is missing. Raises LocalError, which names the line."""
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError(f"{path.name} can't be read: {error}.") from error
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            text_before = binding.original.string[: -len(binding.original.string.lstrip())]
            line = binding.original.line + text_before.count("\n")
            raise LocalError(f"{path.name}, line {line}: NAME=value was expected.")  # it may hold a key: not shown
    return {name: value for name, value in dotenv_values(stream=io.StringIO(text)).items() if value is not None}
