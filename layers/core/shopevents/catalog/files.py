"""Reads the packaged data files: tables, cases and texts that a non-programmer can read and diff."""

import csv
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

_ROOT = resources.files("shopevents.catalog")


def read_text(name: str) -> str:
    """The text of `catalog/<name>`. Raises FileNotFoundError for an unknown name."""
    return _ROOT.joinpath(name).read_text(encoding="utf-8")


@cache
def read_table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `catalog/<name>` (CSV with a header line), each as column → text."""
    return tuple(MappingProxyType(row) for row in csv.DictReader(read_text(name).splitlines()))


@cache
def read_toml(name: str) -> Mapping[str, Any]:
    """The content of `catalog/<name>` (TOML)."""
    return MappingProxyType(tomllib.loads(read_text(name)))


@cache
def read_lines(name: str) -> tuple[Mapping[str, Any], ...]:
    """The objects of `catalog/<name>` (JSON Lines, one object a line)."""
    return tuple(MappingProxyType(json.loads(line)) for line in read_text(name).splitlines() if line.strip())
