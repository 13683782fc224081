"""Brings the stack's data to what the code expects, before the first request: schema, then catalog."""

from collections.abc import Callable, Mapping


def prepare(environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Migrates the database and loads the packaged catalog. What is there already costs a moment and stays."""
