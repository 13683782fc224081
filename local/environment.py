"""What the developer has set: the shell's variables, over those of `.env`."""

import io
import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from local.processes import LocalError
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.domain.errors import MisconfiguredError
from shopevents.settings.functions import CrawlSettings, ManageShopSettings, RecommendSettings

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


def check(environment: Mapping[str, str]) -> None:
    """Reads `environment` as the functions will, which makes it this process's own. Raises LocalError that names the
    variable that is missing or wrong, before anything is started."""
    os.environ.update(environment)
    try:
        settings = RecommendSettings()
        ManageShopSettings()
        sources = CrawlSettings().sources
        _ = (sources.naver, sources.instagram)  # half a pair is found when it is asked for
        if settings.redis.url is not None:
            RedisConnection(settings.redis.url, clock=SystemClock())  # connects only when it is used
    except MisconfiguredError as error:
        raise LocalError(f"A setting is missing or wrong: {error}.") from error
